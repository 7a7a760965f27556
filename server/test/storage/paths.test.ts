import { describe, expect, test } from 'vitest';
import { pathsOf } from '../../src/domain/path-table.ts';
import { gatherPaths, type PathConversion, type PathTouch } from '../../src/storage/paths.ts';
import type { PathQuestion, ReadPaths } from '../../src/storage/ports/report.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

const day = 86_400_000;
const question: PathQuestion = {
  currency: 'EUR',
  period: { start: 100 * day, end: 200 * day },
  lookbackDays: 30,
  groups: { tupleKeys: [1, 2, 3], groups: [0, 1, 0] },
};

/** Answers pages from lists, which are in the order of pages. */
function gathered(
  touches: readonly PathTouch[],
  conversions: readonly PathConversion[],
  touchesAtOnce?: number,
): ReadPaths {
  const gathering = gatherPaths(question, touchesAtOnce);
  let step = gathering.next();
  while (step.done !== true) {
    const page = step.value;
    const behind = ([customerId]: PathTouch | PathConversion) => customerId > page.after;
    step = gathering.next(
      page.of === 'touches'
        ? touches.filter(behind).slice(0, page.limit)
        : conversions.filter((row) => behind(row) && (page.to === null || row[0] <= page.to)),
    );
  }
  return step.value;
}

function plain({ table, revenue }: ReadPaths) {
  const paths = [...pathsOf(table)].map(({ steps, ...outcome }) => ({ steps: [...steps], ...outcome }));
  return { paths, revenue };
}

describe('paths', () => {
  test('go from each touch in the window to the next, to the conversion or to none', () => {
    const touches: PathTouch[] = [
      ['a', 140 * day, 1],
      ['a', 90 * day, 2],
      ['a', 120 * day, 3],
      ['a', 119 * day, 9],
      ['b', 99 * day, 1],
      ['b', 150 * day, 2],
      ['c', 99 * day, 1],
      ['d', 150 * day, 1],
      ['e', 150 * day, 3],
    ];
    const conversions: PathConversion[] = [
      ['0', 130 * day, 5, 1],
      ['a', 120 * day, 700, 1],
      ['a', 150 * day, 9, 1],
      ['a', 199 * day, 40, 1],
      ['d', 160 * day, 3, 0],
    ];
    expect(plain(gathered(touches, conversions))).toEqual({
      paths: [
        { steps: [1, 0], conversions: 1, nulls: 0, revenue: 700 },
        { steps: [0, 0], conversions: 1, nulls: 0, revenue: 9 },
        { steps: [1], conversions: 0, nulls: 1, revenue: 0 },
        { steps: [0], conversions: 0, nulls: 1, revenue: 0 },
      ],
      revenue: 709n,
    });
  });

  test('are the same however many touches a page has, and however many a customer', () => {
    const random = randomFrom(announceSeed('paths by pages'));
    const some = (count: number) => Math.floor(random() * count);
    const customers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const touches = customers.flatMap((id) =>
      Array.from({ length: id === 'd' ? 40 : some(6) }, (): PathTouch => [id, some(200) * day, 1 + some(4)]),
    );
    touches.push(['h', 150 * day, 1]);
    const conversions = customers.flatMap((id) =>
      Array.from(
        { length: some(4) },
        (): PathConversion => [id, (100 + some(100)) * day, some(999), some(2)],
      ),
    );
    const whole = plain(gathered(touches, conversions));
    expect(whole.paths.length).toBeGreaterThan(0);
    for (const touchesAtOnce of [1, 2, 3, 7, 11]) {
      expect(plain(gathered(touches, conversions, touchesAtOnce))).toEqual(whole);
    }
  });
});
