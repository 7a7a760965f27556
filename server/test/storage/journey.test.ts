import { describe, expect, test } from 'vitest';
import { gatherJourneys, type JourneyConversion } from '../../src/storage/journey.ts';
import type { PathTouch } from '../../src/storage/paths.ts';
import type { JourneyQuestion, JourneySums } from '../../src/storage/ports/report.ts';
import { announceSeed, randomFrom } from '../support/random.ts';

const day = 86_400_000;
const question: JourneyQuestion = {
  settingsVersion: 1,
  currency: 'EUR',
  period: { start: 0, end: 200 * day },
  lookbackDays: 30,
  groups: { tupleKeys: [1, 2, 3, 70_003], groups: [0, 1, 0, 70_000] },
  limit: 4,
};

/** Answers pages from lists, which are in the order of pages: of touches, those of customers with conversions. */
function gathered(
  conversions: readonly JourneyConversion[],
  touches: readonly PathTouch[],
  conversionsAtOnce?: number,
  limit = question.limit,
): JourneySums {
  const converted = new Set(conversions.map(([customerId]) => customerId));
  const gathering = gatherJourneys({ ...question, limit }, conversionsAtOnce);
  let step = gathering.next();
  while (step.done !== true) {
    const page = step.value;
    const behind = ([customerId]: JourneyConversion | PathTouch) => customerId > page.after;
    step = gathering.next(
      page.of === 'conversions'
        ? conversions.filter(behind).slice(0, page.limit)
        : touches
            .filter(([customerId]) => converted.has(customerId))
            .filter((row) => behind(row) && (page.to === null || row[0] <= page.to)),
    );
  }
  return step.value;
}

const nothing = { conversions: 0, customers: 0, revenue: 0n, refunds: 0n, touches: 0, milliseconds: 0 };

describe('journeys', () => {
  test('go from each touch in the window to the conversion, and are summed up by their path', () => {
    const conversions: JourneyConversion[] = [
      ['a', 40 * day, 700, 100],
      ['a', 41 * day, 300, 0],
      ['b', 50 * day, 250, 250],
      ['b', 90 * day, 999, 0],
      ['c', 10 * day, 5, 0],
    ];
    const touches: PathTouch[] = [
      ['a', 40 * day, 2],
      ['a', 10 * day, 1],
      ['a', 41 * day + 1, 1],
      ['b', 20 * day, 3],
      ['b', 30 * day, 2],
      ['c', 10 * day, 9],
    ];
    expect(gathered(conversions, touches)).toEqual({
      paths: [
        {
          ...{ steps: [0, 1], conversions: 2, customers: 2, revenue: 950n, refunds: 350n },
          ...{ touches: 4, milliseconds: 60 * day },
        },
        {
          ...nothing,
          steps: [1],
          conversions: 1,
          customers: 1,
          revenue: 300n,
          touches: 1,
          milliseconds: day,
        },
      ],
      unattributed: { ...nothing, steps: [], conversions: 1, customers: 1, revenue: 999n },
      total: {
        ...{ conversions: 5, customers: 3, revenue: 2254n, refunds: 350n, touches: 6 },
        milliseconds: 61 * day,
      },
    });
  });

  test('without conversions are none', () => {
    expect(gathered([], [['a', 1, 1]])).toEqual({ paths: [], unattributed: null, total: nothing });
  });

  test('are listed by conversions, then revenue, then steps, and no more than asked for', () => {
    const tuples = [3, 1, 2, 70_003, 2];
    const touches = tuples.map((tuple, place): PathTouch => [`c${place}`, day, tuple]);
    const conversions = tuples.flatMap((tuple, place): JourneyConversion[] => [
      [`c${place}`, 2 * day, tuple === 70_003 ? 20 : 10, 0],
    ]);
    touches.push(['d', day, 1], ['d', 2 * day, 1]);
    conversions.push(['d', 2 * day, 10, 0]);
    const { paths, total } = gathered(conversions, touches, 2, 3);
    expect(paths.map(({ steps }) => steps)).toEqual([[0], [1], [70_000]]);
    expect(
      gathered(conversions, touches, 2)
        .paths.map(({ steps }) => steps)
        .at(-1),
    ).toEqual([0, 0]);
    expect(total).toMatchObject({ conversions: 6, customers: 6, revenue: 70n });
  });

  test.each([1, 2, 3])(
    'of equals, the %i that come first by their steps are listed, the shorter first',
    (limit) => {
      const ways = [[2], [1, 3], [1]];
      for (const found of [ways, ways.toReversed()]) {
        const touches = found.flatMap((tuples, place) =>
          tuples.map((tuple): PathTouch => [`c${place}`, day, tuple]),
        );
        const conversions = found.map((_way, place): JourneyConversion => [`c${place}`, 2 * day, 10, 0]);
        const { paths } = gathered(conversions, touches, 2, limit);
        expect(paths.map(({ steps }) => steps)).toEqual([[0], [0, 0], [1]].slice(0, limit));
      }
    },
  );

  test('have sums beyond what a number can hold', () => {
    const most = 999_999_999_999_999;
    const conversions = Array.from({ length: 20 }, (): JourneyConversion => ['a', 2 * day, most, most]);
    const [path] = gathered(conversions, [['a', day, 1]]).paths;
    expect(path).toMatchObject({ revenue: 20n * BigInt(most), refunds: 20n * BigInt(most), customers: 1 });
  });

  test('are the same however many conversions a page has, and however many a customer', () => {
    const random = randomFrom(announceSeed('journeys by pages'));
    const some = (count: number) => Math.floor(random() * count);
    const customers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const touches = customers.flatMap((id) =>
      Array.from({ length: some(6) }, (): PathTouch => [id, some(200) * day, 1 + some(4)]),
    );
    const conversions = customers.flatMap((id) =>
      Array.from(
        { length: id === 'd' ? 40 : some(4) },
        (): JourneyConversion => [id, some(200) * day, some(9), some(2)],
      ),
    );
    const whole = gathered(conversions, touches);
    for (const atOnce of [1, 2, 3, 7, conversions.length, conversions.length + 1])
      expect(gathered(conversions, touches, atOnce)).toEqual(whole);
  });
});
