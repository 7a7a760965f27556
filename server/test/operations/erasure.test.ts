import { expect, test, vi } from 'vitest';
import type { LoggedErasure } from '../../src/domain/erasure.ts';
import { Failure } from '../../src/domain/failure.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createErasureOperations } from '../../src/operations/erasure.ts';
import { erasedNameHash } from '../../src/storage/store.ts';

const rowsOfPage = 5000;
const organizationId = 'org_a';

/** So many names in the order of a store. */
const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_none, place) => `${prefix}${String(place).padStart(6, '0')}`);

function erasure(id: string, ...names: readonly string[]): LoggedErasure {
  const hashes = names.map((name) => erasedNameHash(organizationId, name));
  return { organizationId, id, hashes, actor: 'key_a', erasedTime: 7 };
}

/** The operations on a store that knows of these, and what they write. */
function operationsOn(known: {
  readonly customers?: readonly string[];
  readonly aliases?: readonly string[];
  readonly erasures?: readonly LoggedErasure[];
}) {
  const { erasures = [] } = known;
  const page = <Row>(
    rows: readonly Row[],
    nameOf: (row: Row) => string,
    after: string | null,
    limit: number,
  ) => rows.filter((row) => after === null || nameOf(row) > after).slice(0, limit);
  const read = {
    organizations: async () => [{ id: organizationId }],
    erasures: async (_id: string, after: string | null, limit: number) =>
      page(erasures, ({ id }) => id, after, limit).map(({ organizationId: _of, ...rest }) => rest),
    customerNames: async (
      _id: string,
      source: 'customers' | 'aliases',
      after: string | null,
      limit: number,
    ) => page(known[source] ?? [], (name) => name, after, limit).map((name) => ({ name })),
  };
  const write = vi.fn(async (_kind: string, _input: { customerId?: string; erasureId?: string }) => ({}));
  const context = { store: { read, write }, now: () => 9, random: (count: number) => new Uint8Array(count) };
  const written = (kind: string) =>
    write.mock.calls.filter(([each]) => each === kind).map(([, input]) => input);
  return { ...createErasureOperations(context as unknown as OperationContext), write, written };
}

test.each([0, 1, rowsOfPage - 1, rowsOfPage, rowsOfPage + 1, 2 * rowsOfPage + 1])(
  'all erasures that are known are listed, be they %i',
  async (count) => {
    const erasures = named('era_', count).map((id) => erasure(id));
    const listed: LoggedErasure[] = [];
    for await (const each of operationsOn({ erasures }).list()) listed.push(each);
    expect(listed).toEqual(erasures);
  },
);

test('everybody whom a log names is erased again, under whatever name, however many others there are', async () => {
  const customers = named('c', 2 * rowsOfPage + 1);
  const aliases = named('a', rowsOfPage + 1);
  const places = [0, rowsOfPage - 1, rowsOfPage, 2 * rowsOfPage];
  const chosen = [...places.map((place) => `${customers[place]}`), `${aliases[0]}`, `${aliases[rowsOfPage]}`];
  const { apply, written } = operationsOn({ customers, aliases });
  const logged = chosen.map((name) => erasure(`era_${name}`, 'another of their names', name));
  expect(await apply(logged)).toEqual({ erasures: chosen.length, customers: chosen.length });
  expect(written('eraseCustomer')).toMatchObject(
    chosen.map((customerId) => ({ customerId, erasureId: `era_${customerId}`, now: 7 })),
  );
  // As they were made, not as they are repeated.
  expect(written('noteErasure')).toMatchObject(
    logged.map(({ id: erasureId, hashes }) => ({ erasureId, hashes, actor: 'key_a', now: 7 })),
  );
});

test('what the database knows is not repeated, and what is of no organization of it is passed over', async () => {
  const known = named('era_', rowsOfPage + 1).map((id) => erasure(id, 'jane'));
  const { apply, write } = operationsOn({ customers: ['jane'], erasures: known });
  const elsewhere = { ...erasure('era_x', 'jane'), organizationId: 'org_b' };
  expect(await apply([...known, elsewhere])).toEqual({ erasures: 0, customers: 0 });
  expect(write).not.toHaveBeenCalled();
});

test('who went with another of their names counts once; where a customer cannot be erased, nothing is noted', async () => {
  const { apply, write, written } = operationsOn({ customers: ['jane'], aliases: ['janet'] });
  const logged = [erasure('era_a', 'jane', 'janet')];
  write.mockImplementation(async (_kind, { customerId }) => {
    if (customerId === 'janet') throw new Failure('not-found', 'No such customer.');
    return {};
  });
  expect(await apply(logged)).toEqual({ erasures: 1, customers: 1 });
  expect(written('noteErasure')).toHaveLength(1);
  write.mockClear().mockRejectedValue(new Failure('unavailable', 'The storage is away.'));
  await expect(apply(logged)).rejects.toThrow('The storage is away.');
  expect(written('noteErasure')).toEqual([]);
});
