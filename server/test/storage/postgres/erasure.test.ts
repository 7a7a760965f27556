import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../../../src/storage/postgres/session.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type OpenedStore, openPostgres } from '../engines.ts';

let opened: OpenedStore;

beforeEach(async () => {
  opened = await openPostgres();
});
afterEach(() => opened.dispose());

test('to erase a customer who came by many clicks takes no more round trips than by few', async () => {
  const room = await StoreRoom.open(() => opened.store);
  const touchOf = (customerId: string) => (_none: unknown, place: number) => ({
    ...{ customerId, givenId: null, occurredTime: room.now - place },
    given: { affiliate: 'ann', clickId: `${customerId}-${place}` },
  });
  const clicks = { few: 2, many: 100 };
  const begun = await room.begin('i');
  for (const [id, count] of Object.entries(clicks)) {
    await room.addAll(begun, Array.from({ length: count }, touchOf(id)));
  }
  let [waiting, rounds] = [0, 0];
  for (const method of ['all', 'run'] as const) {
    const asking = Session.prototype[method] as Session['all'];
    vi.spyOn(Session.prototype, method).mockImplementation(async function (this: Session, ...asked) {
      if (waiting === 0) rounds += 1;
      waiting += 1;
      const answer = await asking.apply(this, asked);
      waiting -= 1;
      return answer as never;
    });
  }
  const roundsOf = async (id: string) => {
    rounds = 0;
    await room.erase(id, { erasureId: `era_${id}`, newCustomerId: `erased_${id}` });
    return rounds;
  };
  const few = await roundsOf('few');
  expect(few).toBeGreaterThan(2);
  expect(await roundsOf('many')).toBe(few);
});
