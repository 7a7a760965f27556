import { describe, expect, test } from 'vitest';
import type { FieldKind } from '../../src/domain/collection.ts';
import { readCollectionQuery, readNames, readPage, readSort } from '../../src/http/collection-query.ts';
import { faultsOf, faultyFields } from '../support/faults.ts';

describe('a page', () => {
  test('is the first hundred where nothing is asked', () => {
    expect(readPage({})).toEqual({ limit: 100, offset: 0 });
  });

  test('may hold 0 to 1000 items, from any offset', () => {
    expect(readPage({ limit: '0', offset: '9007199254740991' })).toEqual({
      limit: 0,
      offset: 9007199254740991,
    });
    expect(readPage({ limit: '1000', offset: '007' })).toEqual({ limit: 1000, offset: 7 });
  });

  test.each([
    '',
    ' ',
    ' 12 ',
    '12\n',
    '0x10',
    '1.5',
    '1.0',
    '-1',
    '-0',
    '+1',
    '1e9',
    '1e2',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    'null',
    '１２',
    '9007199254740992',
    '9'.repeat(400),
    ['1', '2'],
    ['1'],
    5,
    null,
    {},
    true,
  ])('is refused for a limit or offset of %j', (value) => {
    expect(faultyFields(() => readPage({ limit: value }))).toEqual(['limit']);
    expect(faultyFields(() => readPage({ offset: value }))).toEqual(['offset']);
    expect(faultyFields(() => readPage({ limit: value, offset: value }))).toEqual(['limit', 'offset']);
  });

  test('is refused for more than 1000 items', () => {
    expect(faultyFields(() => readPage({ limit: '1001' }))).toEqual(['limit']);
  });
});

describe('a sort', () => {
  const sortFields = ['id', 'createdTime'] as const;

  test('names fields in their order, with a minus for a descending one', () => {
    expect(readSort('-createdTime,id', sortFields)).toEqual([
      { field: 'createdTime', descending: true },
      { field: 'id', descending: false },
    ]);
  });

  test('asks for nothing where it is absent or empty', () => {
    expect(readSort(undefined, sortFields)).toEqual([]);
    expect(readSort('', sortFields)).toEqual([]);
  });

  test.each([
    'nope',
    'ID',
    ' id',
    '+id',
    '--id',
    '-',
    ',',
    'id,',
    ',id',
    'id,id',
    'id,-id',
    'id;createdTime',
    '__proto__',
    'toString',
    'length',
    ['id'],
    ['id', 'createdTime'],
    1,
    null,
  ])('is refused as %j', (value) => {
    expect(faultyFields(() => readSort(value, sortFields))).toEqual(['sort']);
  });

  test('is refused with one sentence, however many names are wrong', () => {
    expect(faultsOf(() => readSort('x,'.repeat(4000), sortFields))).toHaveLength(1);
    expect(faultsOf(() => readSort('x,'.repeat(4000).slice(0, -1), sortFields))).toHaveLength(1);
  });
});

describe('a list of names', () => {
  test('is separated by commas, and empty where it is absent or empty', () => {
    expect(readNames('leadSource,websiteId', 'expand')).toEqual(['leadSource', 'websiteId']);
    expect(readNames(undefined, 'expand')).toEqual([]);
    expect(readNames('', 'expand')).toEqual([]);
  });

  test.each([[['a', 'b']], [['a']], ['a,,b'], [','], [null], [7]])('is refused as %j', (value) => {
    expect(faultyFields(() => readNames(value, 'fields'))).toEqual(['fields']);
  });
});

describe('the query of a collection', () => {
  const collection = {
    filterFields: new Map<'id' | 'revision', FieldKind>([
      ['id', 'text'],
      ['revision', 'integer'],
    ]),
    sortFields: ['id', 'createdTime'],
    defaultSort: [{ field: 'createdTime', descending: true }],
  } as const;

  test('has a page, an order and no filter where nothing is asked', () => {
    expect(readCollectionQuery({}, collection)).toEqual({
      limit: 100,
      offset: 0,
      sort: [{ field: 'createdTime', descending: true }],
      filter: [],
    });
  });

  test('asks for what it names, and other members mean nothing', () => {
    const query = {
      limit: '5',
      offset: '10',
      sort: 'id',
      filter: 'id:a',
      Limit: 'x',
      _method: 'DELETE',
    };
    expect(readCollectionQuery(query, collection)).toEqual({
      limit: 5,
      offset: 10,
      sort: [{ field: 'id', descending: false }],
      filter: [{ field: 'id', negated: false, alternatives: [{ equals: 'a' }] }],
    });
  });

  test('has the faults of all its parts reported together', () => {
    const query = { limit: '-1', offset: 'x', sort: 'nope', filter: 'x:1;y:2' };
    expect(faultyFields(() => readCollectionQuery(query, collection))).toEqual([
      'limit',
      'offset',
      'sort',
      'filter',
      'filter',
    ]);
  });
});
