import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { defaultAttributionSettings as settings } from '../../src/domain/attribution-settings.ts';
import { creditsOf } from '../../src/domain/credit.ts';
import { markov } from '../../src/domain/markov.ts';
import { formatAmount, readAmount } from '../../src/domain/money.ts';
import { shapley } from '../../src/domain/shapley.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';

const page = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');

/** The cells of the first table under a heading. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  const table = section?.split('\n\n').find((paragraph) => paragraph.startsWith('|'));
  const lines = table?.trim().split('\n').slice(2) ?? [];
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function amount(text: string): number {
  const read = readAmount(text, 2);
  if ('fault' in read) throw new Error(`${text} ${read.fault}`);
  return read.amount;
}

/** Of the amounts in bold print under a heading. */
function boldAmounts(heading: string): readonly number[] {
  const section = page.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return Array.from(section.matchAll(/\*\*([\d.]+) EUR\*\*/g), ([, text = '']) => amount(text));
}

const conversionTime = 1000 * millisecondsPerDay;

function journeyOf(daysBefore: readonly number[]) {
  return daysBefore.map((days, index) => ({
    key: index + 1,
    occurredTime: conversionTime - days * millisecondsPerDay,
    isDirect: days === 0,
  }));
}

describe('the page on models', () => {
  const journey = journeyOf(tableUnder('The journey').map((cells) => Number(cells[2])));
  const [total = 0] = boldAmounts('The journey');
  const conversion = { occurredTime: conversionTime, amount: total };

  test.each(attributionModels)('has the numbers of %s', (model) => {
    const { weights, amounts } = creditsOf(journey, conversion, [], settings).models[model];
    const told = tableUnder(model);
    expect(told).toHaveLength(4);
    expect(told.map(([, weight]) => Number(weight))).toEqual(
      weights.map((weight) => Number(weight.toFixed(9))),
    );
    expect(told.map(([, , part]) => part)).toEqual(amounts.map((part) => formatAmount(part, 2)));
  });

  test('has those of a split that leaves units over, and of refunds', () => {
    const [whole = 0] = boldAmounts('Money is exact');
    const refunds = boldAmounts('Refunds').map((refunded, key) => ({
      key,
      occurredTime: key,
      amount: refunded,
    }));
    const split = creditsOf(journeyOf([2, 1, 0]), { ...conversion, amount: whole }, refunds, settings);
    const { weights, amounts, refunded } = split.models.linear;
    const shown = (parts: readonly number[] = []) => parts.map((part) => formatAmount(part, 2));
    const columns = (heading: string, place: number) => tableUnder(heading).map((cells) => cells[place]);
    expect(columns('Money is exact', 1)).toEqual(weights.map((weight) => weight.toFixed(9)));
    expect(columns('Money is exact', 2)).toEqual(shown(amounts));
    expect(columns('Refunds', 1)).toEqual(shown(amounts));
    expect(columns('Refunds', 2)).toEqual(shown(refunded[0]));
    expect(columns('Refunds', 3)).toEqual(shown(refunded[1]));
    expect(columns('Refunds', 4)).toEqual(['0.00', '0.00', '0.00']);
    expect(refunded[0]?.map((part, index) => part + (refunded[1]?.[index] ?? 0))).toEqual(amounts);
  });

  test('has those of the models from paths', () => {
    const paths = [
      { channels: [0, 1, 2], conversions: 1, nulls: 0 },
      { channels: [0], conversions: 0, nulls: 1 },
      { channels: [1, 2], conversions: 0, nulls: 1 },
    ];
    const { removalEffects, shares } = markov(paths, 3, 1);
    for (const [index, [, effect, share]] of tableUnder('markov').entries()) {
      expect(Number(effect)).toBeCloseTo(removalEffects[index] ?? -1, 12);
      expect(Number(share)).toBeCloseTo(shares[index] ?? -1, 12);
    }
    const values = shapley(
      [
        { channels: [0], value: 4 },
        { channels: [0, 1], value: 6 },
      ],
      2,
    );
    expect(tableUnder('shapley').map(([, value]) => Number(value))).toEqual(values);
    expect([tableUnder('markov').length, tableUnder('shapley').length]).toEqual([3, 2]);
  });
});
