import { rename, symlink } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomerQuery } from '../../../src/domain/customer-query.ts';
import { ReaderThread } from '../../../src/storage/sqlite/reader-thread.ts';
import { failureOf } from '../../support/failures.ts';
import { processorMilliseconds } from '../../support/processor-time.ts';
import { addManyCustomers, addManyTouches, slowList } from '../../support/slow-lists.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

const customerCount = 200_000;
const oneCustomer: CustomerQuery = {
  limit: 10,
  offset: 0,
  sort: [],
  filter: [{ field: 'id', negated: false, alternatives: [{ equals: 'one' }] }],
};

let files: DatabaseDirectory;
let organizationId: string;

beforeAll(async () => {
  files = await databaseDirectory();
  await using store = await files.open();
  const room = await StoreRoom.open(() => store);
  await room.put('one', { source: 'a' });
  organizationId = room.organizationId;
  addManyCustomers(files.path, customerCount);
  addManyTouches(files.path, customerCount);
});
afterAll(() => files[Symbol.asyncDispose]());

describe('a list that takes long', () => {
  test('keeps no history waiting', async () => {
    await using store = await files.open();
    const answered: string[] = [];
    const note = (name: string) => () => answered.push(name);
    store.read.customers(organizationId, slowList).then(note('list'), note('list'));
    const history = await store.read.touches(organizationId, 'one', { limit: 10, offset: 0 });
    expect(history?.total).toBe(1);
    expect(answered).toEqual([]);
  });

  test.each(['webhookDeliveries', 'settingChanges', 'imports', 'apiKeys'] as const)(
    'keeps no request waiting, of %s as well, since all are counted',
    async (kind) => {
      await using store = await files.open();
      const list = store.read[kind](organizationId, { limit: 10, offset: 0 });
      expect(store.statistics().readQueues[0]).toMatchObject({ name: 'lists', unanswered: 1 });
      expect(await list).toHaveProperty('total');
    },
  );

  test('ends at once, with all that wait behind it, when the store is closed', async () => {
    const store = await files.open();
    await store.read.customers(organizationId, oneCustomer);
    const lists = Array.from({ length: 100 }, () => store.read.customers(organizationId, slowList));
    const settled = Promise.allSettled(lists);
    // Each list would take seconds.
    expect(await processorMilliseconds(() => store[Symbol.asyncDispose]())).toBeLessThan(1000);
    const stopped = { status: 'rejected', reason: { code: 'unavailable', message: 'The service stops.' } };
    for (const outcome of await settled) expect(outcome).toMatchObject(stopped);
    await expect(store.read.customers(organizationId, oneCustomer)).rejects.toMatchObject(stopped.reason);
  });

  test('ends at once where the store breaks it off, which goes on with what is quick, and can be closed', async () => {
    await using store = await files.open();
    const list = failureOf(store.read.customers(organizationId, slowList));
    store.breakOff();
    expect(await list).toBe('unavailable');
    expect((await store.read.customer(organizationId, 'one'))?.id).toBe('one');
  });

  test('that cannot be sent to its thread leaves nothing that waits', async () => {
    const thread = new ReaderThread({ path: files.path });
    const unsent = { ...oneCustomer, limit: (() => 10) as unknown as number };
    expect(() => thread.read('customers', [organizationId, unsent])).toThrow(/could not be cloned/);
    expect(thread.use.unanswered).toBe(0);
    await thread.close();
  });

  test('is given up after its time, and the next one answered', async () => {
    const patienceMilliseconds = 100;
    const thread = new ReaderThread({ path: files.path, patienceMilliseconds });
    await expect(thread.read('customers', [organizationId, slowList])).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The list took too long.',
    });
    expect((await thread.read('customers', [organizationId, oneCustomer])).total).toBe(1);
    await thread.close();
  });

  test('is given up also where it only counts', async () => {
    const thread = new ReaderThread({ path: files.path, patienceMilliseconds: 10 });
    await expect(thread.read('touchCounts', [organizationId, 0])).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The list took too long.',
    });
    const later = await thread.read('tuples', [organizationId, [1]]);
    expect(later.map(({ source }) => source)).toEqual(['a']);
    await thread.close();
  });

  test('and is a report says so', async () => {
    const thread = new ReaderThread({
      path: files.path,
      patienceMilliseconds: 10,
      lateCause: 'long-report',
    });
    await expect(thread.read('touchCounts', [organizationId, 0])).rejects.toMatchObject({
      message: 'The report took too long.',
    });
    await thread.close();
  });
});

test('a list whose thread cannot start is refused for now, and the next one answered once it can', async () => {
  const [path, away] = [`${files.path}.linked`, `${files.path}.away`];
  await symlink(files.path, path);
  const thread = new ReaderThread({ path });
  await rename(path, away);
  const list = () => thread.read('customers', [organizationId, oneCustomer]);
  await expect(list()).rejects.toMatchObject({ code: 'unavailable', message: 'The storage cannot read.' });
  await rename(away, path);
  expect((await list()).total).toBe(1);
  await thread.close();
});

test('a list whose thread dies is refused for now, the next one answered by another thread, and the reason told', async () => {
  const warnings: string[] = [];
  const thread = new ReaderThread({ path: files.path, onWarning: (sentence) => warnings.push(sentence) });
  const started = Promise.withResolvers<Worker>();
  process.once('worker', started.resolve);
  const one = () => thread.read('customers', [organizationId, oneCustomer]);
  expect((await one()).total).toBe(1);
  const lists = [thread.read('customers', [organizationId, slowList]), one()].map(failureOf);
  await (await started.promise).terminate();
  expect(await Promise.all(lists)).toEqual(['unavailable', 'unavailable']);
  expect((await one()).total).toBe(1);
  await thread.close();
  expect(warnings).toEqual(['A reading thread ended: its exit code is 1.']);
});
