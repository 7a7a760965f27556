import { describe, expect, test } from 'vitest';
import type { FieldKind, Filter, FilterAlternative } from '../../src/domain/collection.ts';
import { readFilter } from '../../src/http/filter.ts';
import { faultsOf, faultyFields } from '../support/faults.ts';
import { growthOf, linearGrowth } from '../support/growth.ts';

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

function onlyAlternative(filter: string): FilterAlternative | undefined {
  const [condition, ...others] = filtered(filter);
  expect(others).toEqual([]);
  expect(condition?.alternatives).toHaveLength(1);
  return condition?.alternatives[0];
}

describe("a filter's grammar", () => {
  test('asks for nothing where it is absent or empty', () => {
    expect(readFilter(undefined, fields)).toEqual([]);
    expect(filtered('')).toEqual([]);
  });

  test('joins conditions with ";" and the values of one field with ","', () => {
    expect(filtered('id:a,b;revision:1')).toEqual([
      { field: 'id', negated: false, alternatives: [{ equals: 'a' }, { equals: 'b' }] },
      { field: 'revision', negated: false, alternatives: [{ equals: 1 }] },
    ]);
  });

  test('may name a field twice, so that both conditions must hold', () => {
    expect(filtered('id:a..;id:!b').map(({ negated }) => negated)).toEqual([false, true]);
  });

  test.each(['id:!a,b', '!id:a,b'])('reads %s as neither a nor b', (filter) => {
    expect(filtered(filter)).toEqual([
      { field: 'id', negated: true, alternatives: [{ equals: 'a' }, { equals: 'b' }] },
    ]);
  });

  test.each([
    ['id:a..b', { from: 'a', to: 'b' }],
    ['id:a..a', { from: 'a', to: 'a' }],
    ['id:a..', { from: 'a', to: undefined }],
    ['id:..b', { from: undefined, to: 'b' }],
    ['id:"a".."b"', { from: 'a', to: 'b' }],
    ['id:"..".."..b"', { from: '..', to: '..b' }],
    ['id:".."..', { from: '..', to: undefined }],
    ['id:"null"..', { from: 'null', to: undefined }],
    ['revision:1..10', { from: 1, to: 10 }],
    ['revision:2..10', { from: 2, to: 10 }],
    ['revision:..9', { from: undefined, to: 9 }],
  ])('reads %s as a range with its ends', (filter, range) => {
    expect(onlyAlternative(filter)).toEqual(range);
  });

  test.each([
    ['id:a b', 'a b'],
    ['id: a ', ' a '],
    ['id:\t', '\t'],
    ['id:A', 'A'],
    ['id:a:b', 'a:b'],
    ['id:https://example.com/?q=1', 'https://example.com/?q=1'],
    ['id:a!', 'a!'],
    ['id:a.b', 'a.b'],
    ['id:.', '.'],
    ['id:a\\b', 'a\\b'],
    ["id:100%_'*?", "100%_'*?"],
    ["id:' OR 1=1--", "' OR 1=1--"],
    ['id:Null', 'Null'],
    ['id:nullable', 'nullable'],
    ['id:"null"', 'null'],
    ['id:""', ''],
    ['id:"a,b;c:d..e!"', 'a,b;c:d..e!'],
    ['id:"!a"', '!a'],
    ['id:"a\\"b\\\\c"', 'a"b\\c'],
    ['id:"\\\\"', '\\'],
    ['id:😀é', '😀é'],
    ['leadSource.source:google', 'google'],
  ])('takes %s literally', (filter, value) => {
    expect(onlyAlternative(filter)).toEqual({ equals: value });
  });

  test.each(['id:null', 'revision:null', 'createdTime:null', 'leadSource.source:null'])(
    'reads the bare word in %s as unset',
    (filter) => {
      expect(onlyAlternative(filter)).toEqual({ equals: null });
    },
  );

  test.each([
    'id',
    ':',
    ':a',
    'id:',
    'id:!',
    '!',
    '!id',
    ';',
    'id:a;',
    ';id:a',
    'id:a;;id:b',
    'id:a,',
    'id:,a',
    'id:a,,b',
    'id:!!a',
    '!id:!a',
    '!!id:a',
    'id:a,!b',
    'id:..',
    'id:...',
    'id:a...b',
    'id:a....b',
    'id:a..b..c',
    'id:a..!b',
    'id:"a',
    'id:"',
    'id:"a\\"',
    'id:"a\\n"',
    'id:a"b"',
    'id:"a"b',
    'id:"a""b"',
    'id:a"',
    '"id":a',
    'i,d:a',
    'id:a,revision:1,',
    'id:null..',
    'id:..null',
    'id:b..a',
    'revision:10..2',
    'id:\u0000',
    'id:"a\u0000"',
    'id:\ud800',
    'id:\udc00\ud800',
  ])('refuses %j', (filter) => {
    expect(faultyFields(() => filtered(filter))).toEqual(['filter']);
  });

  test.each([[['id:a']], [['id:a', 'id:b']], [null], [1], [{ id: 'a' }]])(
    'refuses a filter given as %j',
    (value) => {
      expect(faultyFields(() => readFilter(value, fields))).toEqual(['filter']);
    },
  );

  test('says at which character it was lost', () => {
    expect(faultsOf(() => filtered('id:a;revision'))[0]?.message).toBe(
      'At character 14: expected ":" after the name of a field.',
    );
  });
});

describe("a filter's fields", () => {
  test.each([
    'nope',
    'ID',
    ' id',
    'leadSource',
    'leadSource.',
    '__proto__',
    'constructor',
    'toString',
    'size',
    '',
  ])('include none called %j, and the fault names it', (name) => {
    const [fault, ...others] = faultsOf(() => filtered(`${name}:a`));
    expect(others).toEqual([]);
    expect(fault?.field).toBe('filter');
    expect(fault?.message).toContain(JSON.stringify(name));
  });

  test('are reported together where several are unknown or hold wrong values', () => {
    const messages = faultsOf(() => filtered('x:1;revision:a,1,b;id:ok;y:2')).map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining('"x"'),
      expect.stringContaining('"a"'),
      expect.stringContaining('"b"'),
      expect.stringContaining('"y"'),
    ]);
  });

  test('order texts by their UTF-8 bytes', () => {
    expect(onlyAlternative('id:\uffee..\u{1f600}')).toEqual({ from: '\uffee', to: '\u{1f600}' });
    expect(faultyFields(() => filtered('id:\u{1f600}..\uffee'))).toEqual(['filter']);
    expect(onlyAlternative('id:B..a')).toEqual({ from: 'B', to: 'a' });
    expect(faultyFields(() => filtered('id:a..B'))).toEqual(['filter']);
    expect(onlyAlternative('id:10..9')).toEqual({ from: '10', to: '9' });
    expect(onlyAlternative('id:""..a')).toEqual({ from: '', to: 'a' });
  });

  test.each([
    'a',
    '1.5',
    '-1',
    '+1',
    '1e3',
    '0x10',
    ' 1',
    '1 ',
    '"null"',
    '""',
    '１',
    '9007199254740992',
    '1/2',
  ])('of whole numbers refuse %s', (value) => {
    expect(faultyFields(() => filtered(`revision:${value}`))).toEqual(['filter']);
  });

  test.each([
    ['2026-11-23T08:15:30.123Z', '2026-11-23T08:15:30.123Z'],
    ['2026-11-23T08:15:30+01:00', '2026-11-23T07:15:30.000Z'],
    ['"2026-11-23T08:15:30Z"', '2026-11-23T08:15:30.000Z'],
  ])('of instants read %s as %s', (value, instant) => {
    expect(onlyAlternative(`createdTime:${value}`)).toEqual({ equals: Date.parse(instant) });
  });

  test.each(['2026-11-23', '"2026-11-23"'])(
    'of instants take the date %s alone for its whole day',
    (value) => {
      const day = { from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 23, 23, 59, 59, 999) };
      expect(onlyAlternative(`createdTime:${value}`)).toEqual(day);
      expect(filtered(`createdTime:!${value},null`)).toEqual([
        { field: 'createdTime', negated: true, alternatives: [day, { equals: null }] },
      ]);
    },
  );

  test('of instants take a date for its first moment, and at the end of a range for its last', () => {
    expect(onlyAlternative('createdTime:2026-02-01..2026-02-28')).toEqual({
      from: Date.UTC(2026, 1, 1),
      to: Date.UTC(2026, 1, 28, 23, 59, 59, 999),
    });
    expect(onlyAlternative('createdTime:2026-02-01..2026-02-01')).toEqual({
      from: Date.UTC(2026, 1, 1),
      to: Date.UTC(2026, 1, 1, 23, 59, 59, 999),
    });
    expect(onlyAlternative('createdTime:..2026-02-28T00:00:00Z')).toEqual({
      from: undefined,
      to: Date.UTC(2026, 1, 28),
    });
  });

  test.each([
    '2024-02-30',
    '2024-02-30T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00 01:00',
    '+275760-09-13T00:00:00Z',
    '+275760-09-13',
    '2024',
    '1704067200000',
    'today',
    '""',
    '2024-02-02..2024-02-01',
    '2024-02-01T00:00:00.001Z..2024-02-01T00:00:00Z',
    '2024-02-02..2024-02-01T23:59:59Z',
    '2024-02-30..',
    '..2024-02-30',
  ])('of instants refuse %s', (value) => {
    expect(faultyFields(() => filtered(`createdTime:${value}`))).toEqual(['filter']);
  });
});

describe("a filter's size", () => {
  test('is at most 4 KiB of UTF-8', () => {
    expect(filtered(`id:${'é'.repeat(2046)}a`)).toHaveLength(1);
    expect(faultyFields(() => filtered(`id:${'é'.repeat(2047)}`))).toEqual(['filter']);
  });

  test('is at most 20 conditions', () => {
    expect(filtered(Array(20).fill('id:a').join(';'))).toHaveLength(20);
    expect(faultyFields(() => filtered(Array(21).fill('id:a').join(';')))).toEqual(['filter']);
  });

  test('is at most 100 values in all conditions together', () => {
    const fifty = `id:${Array(50).fill('a').join(',')}`;
    expect(filtered(`${fifty};${fifty}`)).toHaveLength(2);
    expect(faultyFields(() => filtered(`${fifty};${fifty};id:a`))).toEqual(['filter']);
  });

  test.each<[string, (size: number) => string]>([
    ['escapes', (size) => `id:"${'\\\\'.repeat(size / 2 - 8)}`],
    ['dots', (size) => `id:${'.a'.repeat(size / 2 - 8)}"`],
    ['conditions', (size) => 'id:a,'.repeat((size - 8) / 5)],
    ['negations', (size) => '!'.repeat(size)],
  ])('is refused in time that grows with its length: %s', (_words, write) => {
    const refuse = (filter: string) => expect(faultyFields(() => filtered(filter))).toEqual(['filter']);
    expect(growthOf(4096, write, refuse)).toBeLessThan(linearGrowth);
  });

  test('does not decide how much an answer says of it', () => {
    const faults = faultsOf(() => filtered(`${'x'.repeat(4000)}:a`));
    expect(JSON.stringify(faults).length).toBeLessThan(200);
  });
});
