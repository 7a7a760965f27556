import { expect, test, vi } from 'vitest';
import type { CustomerRoom } from '../../src/storage/customer-room.ts';
import { createImportedTouchWrites } from '../../src/storage/import-writes.ts';

test('a fault of the storage is no refusal of a touch: it ends the write, of which nothing is kept', () => {
  const keep = vi.fn();
  const room = {
    findImport: () => {
      throw new Error('The disk is gone.');
    },
  } as unknown as CustomerRoom;
  const { addTouches } = createImportedTouchWrites(() => ({ room, keep }));
  const touch = { customerId: 'c', givenId: null, occurredTime: null, given: {} };
  const common = {
    organizationId: 'org',
    importKey: 1,
    actor: 'a',
    now: 1,
    origin: 'import',
    announces: false,
  } as const;
  expect(() => addTouches({ ...common, touches: [touch] })).toThrow('The disk is gone.');
  expect(keep).not.toHaveBeenCalled();
});
