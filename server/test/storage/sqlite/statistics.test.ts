import { expect, test } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';

const maximumWaiting = 1000;
const page = { limit: 1, offset: 0 };

test('shows how many long reads wait, each kind in its own queue, and how many were turned away', async () => {
  await using files = await databaseDirectory();
  await using store = await files.open();
  const excess = 5;
  const lists = Array.from({ length: maximumWaiting + excess }, () =>
    failureOf(store.read.customers('org_a', { ...page, sort: [], filter: [] })),
  );
  const history = store.read.touches('org_a', 'nobody', page);
  expect(store.statistics()).toMatchObject({
    pools: [],
    readQueues: [
      { name: 'lists', unanswered: maximumWaiting, refused: excess },
      { name: 'histories', unanswered: 1, refused: 0 },
      { name: 'reports', unanswered: 0, refused: 0 },
      { name: 'jobs', unanswered: 0, refused: 0 },
    ],
  });
  await Promise.all([...lists, history]);
  expect(store.statistics().readQueues).toEqual([
    { name: 'lists', unanswered: 0, refused: excess },
    { name: 'histories', unanswered: 0, refused: 0 },
    { name: 'reports', unanswered: 0, refused: 0 },
    { name: 'jobs', unanswered: 0, refused: 0 },
  ]);
});
