import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldKind, Filter, FilterAlternative, FilterValue } from '../../src/domain/collection.ts';
import { formatInstant } from '../../src/domain/time.ts';
import { readFilter } from '../../src/http/filter.ts';
import { anyText } from '../support/any-text.ts';
import { faultyFields } from '../support/faults.ts';

type Field = 'id' | 'revision' | 'createdTime' | 'leadSource.source';

const fields: ReadonlyMap<Field, FieldKind> = new Map<Field, FieldKind>([
  ['id', 'text'],
  ['revision', 'integer'],
  ['createdTime', 'instant'],
  ['leadSource.source', 'text'],
]);

function filtered(filter: string): Filter<Field> {
  return readFilter(filter, fields);
}

describe('a filter that is written and read back', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'";,:!.\\%_\'*()[] \n\t', '..', 'null', '😀', 'é'),
      anyText(1).filter((one) => one !== '' && one !== '\u0000' && one.isWellFormed()),
    ),
    maxLength: 12,
  });
  const integer = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

  function alternative<Value extends string | number>(
    value: fc.Arbitrary<Value>,
    sort: (one: Value[]) => Value[],
  ) {
    const ends = fc.tuple(value, value).map(([one, other]) => sort([one, other]));
    return fc.oneof(
      value.map((equals): FilterAlternative => ({ equals })),
      fc.constant<FilterAlternative>({ equals: null }),
      ends.map(([from, to]): FilterAlternative => ({ from, to })),
      value.map((from): FilterAlternative => ({ from, to: undefined })),
      value.map((to): FilterAlternative => ({ from: undefined, to })),
    );
  }

  const byNumber = (values: number[]) => values.sort((one, other) => one - other);
  const byBytes = (values: string[]) =>
    values.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

  const condition = fc
    .oneof(
      fc.tuple(
        fc.constantFrom<Field>('id', 'leadSource.source'),
        fc.array(alternative(text, byBytes), { minLength: 1, maxLength: 4 }),
      ),
      fc.tuple(
        fc.constant<Field>('revision'),
        fc.array(alternative(integer, byNumber), { minLength: 1, maxLength: 4 }),
      ),
      fc.tuple(
        fc.constant<Field>('createdTime'),
        fc.array(alternative(instant, byNumber), { minLength: 1, maxLength: 4 }),
      ),
    )
    .chain(([field, alternatives]) => fc.boolean().map((negated) => ({ field, negated, alternatives })));

  function writeValue(value: FilterValue | undefined, kind: FieldKind | undefined): string {
    if (value === undefined) return '';
    if (value === null) return 'null';
    if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
    return kind === 'instant' ? formatInstant(value) : String(value);
  }

  function write(filter: Filter<Field>): string {
    const conditions = filter.map(({ field, negated, alternatives }) => {
      const values = alternatives.map((one) =>
        'equals' in one
          ? writeValue(one.equals, fields.get(field))
          : `${writeValue(one.from, fields.get(field))}..${writeValue(one.to, fields.get(field))}`,
      );
      return `${field}:${negated ? '!' : ''}${values.join(',')}`;
    });
    return conditions.join(';');
  }

  test('says the same, whatever its values hold', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 6 }), (filter) => {
        const written = write(filter);
        fc.pre(Buffer.byteLength(written) <= 4096);
        expect(filtered(written)).toEqual(filter);
      }),
      { numRuns: 300 },
    );
  });

  test('never fails otherwise than as invalid, whatever it is', () => {
    const pieces = fc.constantFrom(
      'id',
      'revision',
      ':',
      ';',
      ',',
      '!',
      '..',
      '.',
      '"',
      '\\',
      'null',
      'a',
      '1',
      ' ',
    );
    fc.assert(
      fc.property(fc.string({ unit: pieces, maxLength: 30 }), (filter) => {
        expect(faultyFields(() => filtered(filter)).every((field) => field === 'filter')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
