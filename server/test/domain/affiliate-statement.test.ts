import { describe, expect, test } from 'vitest';
import {
  type AffiliateCredit,
  adjustmentLines,
  changedCredits,
  explainChange,
  ownLines,
} from '../../src/domain/affiliate-statement.ts';
import { withoutPauses } from '../../src/domain/pauses.ts';

/** What a conversion gives an affiliate by a click, or without any. */
function credit(clickId: string | null, gross: number, more: Partial<AffiliateCredit> = {}): AffiliateCredit {
  const name = { affiliate: 'ann', subAffiliate: null, clickId };
  return { ...name, conversionKey: 1, currency: 'EUR', conversions: gross / 100, gross, refunds: 0, ...more };
}

function brief(changes: readonly AffiliateCredit[]) {
  return changes.map(({ affiliate, clickId, conversions, gross, refunds }) => [
    affiliate,
    clickId,
    conversions,
    gross,
    refunds,
  ]);
}

const changed = (stated: readonly AffiliateCredit[], current: readonly AffiliateCredit[]) =>
  withoutPauses(changedCredits(stated, current));

test('a line adds up hundreds of thousands of conversions without loss', () => {
  const tenths = Array.from({ length: 200_000 }, (_none, place) =>
    credit('one', 10, { conversionKey: place }),
  );
  expect(
    withoutPauses(ownLines(1, tenths, [])).map(({ conversions, gross }) => [conversions, gross]),
  ).toEqual([[20_000, 2_000_000n]]);
});

describe('what is not as it was stated', () => {
  test('is what an affiliate has more or less by a click', () => {
    const [stated, current] = [[credit('one', 100)], [credit('one', 25, { refunds: 5 }), credit('two', 75)]];
    expect(brief(changed(stated, current))).toEqual([
      ['ann', 'one', -0.75, -75, 5],
      ['ann', 'two', 0.75, 75, 0],
    ]);
    expect(changed(current, current)).toEqual([]);
  });

  test('is nothing where only click ids were forgotten, of whichever side and of whatever part', () => {
    const clicks = [credit('one', 25), credit('two', 75)];
    for (const forgotten of [
      [credit(null, 100)],
      [credit(null, 25), credit('two', 75)],
      [credit(null, 60), credit('two', 40)],
    ]) {
      expect(changed(clicks, forgotten)).toEqual([]);
      expect(changed(forgotten, clicks)).toEqual([]);
    }
  });

  test('keeps the amounts of an affiliate, however click ids went at the same time', () => {
    expect(brief(changed([credit('one', 100)], [credit(null, 100, { refunds: 30 })]))).toEqual([
      ['ann', null, 0, 0, 30],
    ]);
    expect(brief(changed([credit(null, 100)], [credit('one', 75)]))).toEqual([['ann', null, -0.25, -25, 0]]);
  });

  test('is what is left of either side where click ids make up for a part alone', () => {
    const stated = [credit('one', 100)];
    expect(brief(changed(stated, [credit(null, 30)])).toSorted()).toEqual([['ann', 'one', -0.7, -70, 0]]);
    expect(brief(changed([], [credit('one', 10), credit(null, 20)])).toSorted()).toEqual([
      ['ann', null, 0.2, 20, 0],
      ['ann', 'one', 0.1, 10, 0],
    ]);
  });

  test('tells affiliates, currencies and conversions apart', () => {
    const stated = [credit('one', 100)];
    for (const other of [
      { affiliate: 'bob' },
      { subAffiliate: 'x' },
      { currency: 'USD' },
      { conversionKey: 2 },
    ]) {
      const changes = changed(stated, [credit(null, 100, other)]);
      expect(changes.map(({ gross }) => gross).toSorted((one, another) => one - another)).toEqual([
        -100, 100,
      ]);
    }
  });
});

describe('why it is not as it was stated', () => {
  const shared = [credit('one', 100)];
  const refundedOnly = [credit('one', 0, { conversions: 0, refunds: 30 })];
  const stated = { happened: [], wasStated: true, isCreditedAlike: true };

  test.each([
    ['what happened to its touches', shared, { ...stated, happened: ['merge', 'undo'] }, ['merge', 'undo']],
    [
      'the settings, where these share otherwise',
      shared,
      { ...stated, isCreditedAlike: false },
      ['settings'],
    ],
    ['a refund, which moves no share', refundedOnly, { ...stated, happened: ['refund'] }, ['refund']],
    [
      'a refund alone, whatever else happened',
      refundedOnly,
      { ...stated, happened: ['merge', 'refund'], isCreditedAlike: false },
      ['refund'],
    ],
    [
      'its history, where a refund alone cannot be why',
      shared,
      { ...stated, happened: ['refund'] },
      ['refund', 'history'],
    ],
    ['its history, where nothing is known to have happened', shared, stated, ['history']],
    [
      'that it was told late, whatever else happened',
      shared,
      { ...stated, wasStated: false, happened: ['late-conversion', 'merge'] },
      ['late-conversion'],
    ],
    [
      'what brought an affiliate to it that had nothing of it',
      shared,
      { ...stated, wasStated: false, happened: ['merge'] },
      ['merge'],
    ],
    [
      'both, where one shares otherwise and another only has a refund',
      [...refundedOnly, ...shared],
      { ...stated, happened: ['merge', 'refund'] },
      ['merge', 'refund'],
    ],
    [
      'not that it was told late, once it was stated',
      shared,
      { ...stated, happened: ['late-conversion', 'merge'] },
      ['merge'],
    ],
  ] as const)('is %s', (_words, changes, since, causes) => {
    expect(explainChange(changes, since)).toEqual(causes);
  });
});

test('traffic goes with the first line of its name, and has a line of its own where nothing was earned', () => {
  const names = { affiliate: 'ann', subAffiliate: null };
  const traffic = [
    { ...names, clickId: 'two', touches: 3, customers: 1 },
    { ...names, clickId: 'one', touches: 5, customers: 2 },
  ];
  const lines = withoutPauses(
    ownLines(4, [credit('one', 100), credit('one', 50, { currency: 'USD' })], traffic),
  );
  expect(
    lines.map((line) => [line.about, line.clickId, line.currency, line.touches, line.customers]),
  ).toEqual([
    [4, 'one', 'EUR', 5, 2],
    [4, 'one', 'USD', 0, 0],
    [4, 'two', null, 3, 1],
  ]);
});

test('a change is money or a conversion, each alone', () => {
  const changes = [
    credit('one', 5, { conversions: 0 }),
    credit('two', -5, { conversions: 0 }),
    credit('three', 0, { conversions: 0.5 }),
    credit('four', 0, { conversions: 0, refunds: 1 }),
    credit('five', 0, { conversions: 1e-12 }),
    credit('six', 0, { conversions: -0.5 }),
  ];
  const lines = withoutPauses(adjustmentLines(1, [{ changes, causes: ['settings'] }]));
  expect(lines.map(({ clickId }) => clickId).toSorted()).toEqual(['four', 'one', 'six', 'three', 'two']);
  // Traffic stays as it was stated.
  expect(new Set(lines.flatMap(({ touches, customers }) => [touches, customers]))).toEqual(new Set([0]));
});

test('what one affiliate has more or less for several reasons are as many lines, in the order of the reasons', () => {
  const explained = [
    { changes: [credit('one', 10)], causes: ['undo'] },
    { changes: [credit('one', 30, { conversionKey: 2 })], causes: ['merge', 'settings'] },
    { changes: [credit('one', 5, { conversionKey: 3 })], causes: ['undo'] },
    { changes: [credit('one', 40, { conversionKey: 4 })], causes: ['merge'] },
  ] as const;
  const lines = [
    [['merge'], 40n],
    [['merge', 'settings'], 30n],
    [['undo'], 15n],
  ];
  for (const told of [explained, explained.toReversed()]) {
    const written = withoutPauses(adjustmentLines(1, told));
    expect(written.map(({ causes, gross }) => [causes, gross])).toEqual(lines);
  }
});

test('what makes up for itself is no line', () => {
  const name = { affiliate: 'ann', subAffiliate: null, clickId: null };
  const gained = { ...name, conversionKey: 1, currency: 'EUR', conversions: 1, gross: 100, refunds: 0 };
  const lost = { ...gained, conversionKey: 2, conversions: -1, gross: -100 };
  const explained = [gained, lost].map((change) => ({ changes: [change], causes: ['merge' as const] }));
  expect(withoutPauses(adjustmentLines(1, explained))).toEqual([]);
});
