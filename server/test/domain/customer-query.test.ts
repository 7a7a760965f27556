import { expect, test } from 'vitest';
import { customerFilterFields, customerSortFields } from '../../src/domain/customer-query.ts';
import { leadSourceFields } from '../../src/domain/lead-source.ts';

test('customers are filtered by their own members and by every fact of their first and current lead source', () => {
  const facts = ['leadSource', 'original'].flatMap((role) =>
    leadSourceFields.map((field) => `${role}.${field}`),
  );
  expect([...customerFilterFields.keys()].toSorted()).toEqual([...customerSortFields, ...facts].toSorted());
});

test.each([
  ['instant', ['createdTime', 'updatedTime']],
  ['integer', ['revision']],
])('values of the kind %s are those of %j', (kind, fields) => {
  const found = [...customerFilterFields].filter(([, held]) => held === kind).map(([field]) => field);
  expect(found).toEqual(fields);
});
