import type { CollectionQuery, FieldKind } from './collection.ts';
import { type LeadSourceField, leadSourceFields } from './lead-source.ts';

export type CustomerFilterField =
  | 'id'
  | 'websiteId'
  | 'revision'
  | 'createdTime'
  | 'updatedTime'
  | `leadSource.${LeadSourceField}`
  | `original.${LeadSourceField}`;

export const customerSortFields = ['id', 'websiteId', 'revision', 'createdTime', 'updatedTime'] as const;
export type CustomerSortField = (typeof customerSortFields)[number];

export type CustomerQuery = CollectionQuery<CustomerFilterField, CustomerSortField>;

/** What customers can be filtered by, and how each value reads. */
export const customerFilterFields: ReadonlyMap<CustomerFilterField, FieldKind> = new Map<
  CustomerFilterField,
  FieldKind
>([
  ['id', 'text'],
  ['websiteId', 'text'],
  ['revision', 'integer'],
  ['createdTime', 'instant'],
  ['updatedTime', 'instant'],
  ...leadSourceFields.map((field): [CustomerFilterField, FieldKind] => [`leadSource.${field}`, 'text']),
  ...leadSourceFields.map((field): [CustomerFilterField, FieldKind] => [`original.${field}`, 'text']),
]);
