import { expect, test } from 'vitest';
import { gatherCohorts } from '../../../src/storage/sqlite/cohort.ts';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { reportDialect } from '../../../src/storage/sqlite/report.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

test('cohorts are the same however many payments a page has', async () => {
  await using files = await databaseDirectory();
  await using store = await files.open();
  const room = await StoreRoom.open(() => store);
  const most = 999_999_999_999_999;
  const end = room.now - 20;
  const period = { start: end - 9, end };
  const paid = [
    ['a', end - 9, 100],
    // Behind all spans.
    ['a', end + 3, 1000],
    ['b', end - 8, 10],
    ['b', end - 1, most],
    ['b', end, 5],
    ['c', end - 10, 1],
    ['c', end - 9, 1],
    ['d', end - 5, 7],
    ['e', end, 3],
    ...Array.from({ length: 10 }, () => ['f', end - 2, most] as const),
  ] as const;
  for (const [customerId, occurredTime, amount] of paid)
    await room.convert(customerId, { occurredTime, amount });
  const spans = [0, 1, 2].map((bucket) => {
    return { bucket, from: period.start + bucket * 4, until: period.start + (bucket + 1) * 4 };
  });
  const groups = { tupleKeys: [0], groups: [3] };
  const question = { settingsVersion: 1, currency: 'EUR', model: 'last', period, spans, groups } as const;
  using connection = new Connection({ path: files.path, readOnly: true });
  for (const atOnce of [1, 2, 3, 5, 8, 500, undefined]) {
    const cohorts = gatherCohorts(
      reportDialect,
      1,
      question,
      (asked) => connection.table(asked).rows,
      atOnce,
    );
    const sum = (cohort: number, bucket: number, conversions: number, revenue: bigint) => {
      return { group: 3, cohort, bucket, conversions, revenue, refunds: 0n };
    };
    expect(cohorts).toEqual({
      sums: [sum(0, 0, 2, 110n), sum(0, 2, 2, BigInt(most) + 5n), sum(1, 1, 11, 10n * BigInt(most) + 7n)],
      customers: new Map([[3, 4]]),
    });
  }
});
