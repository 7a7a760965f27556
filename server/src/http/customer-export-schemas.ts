import type { TSchema } from 'typebox';
import { type HeldKind, type HeldType, heldColumns, heldKinds } from '../domain/customer-export.ts';
import { type Nested, nested } from './dotted-members.ts';
import { Type } from './schema-builders.ts';
import { dateTime } from './schema-parts.ts';

/** What the rows of each kind are. */
const meanings: Readonly<Record<HeldKind, string>> = {
  aliases: 'Ids that stand for the customer since they were merged into it.',
  touches: 'Every lead source, in the order in which they were told.',
  visitors: 'Browsers that are the customer, and since when.',
  timeline: 'Merges and removals, and when those came into being who were merged away.',
  conversions: 'What the customer paid.',
  refunds: 'What was given back.',
  credits: 'What each model gives a touch of a conversion; no touch where none led to it.',
  refundCredits: 'What each model takes back from a touch for a refund.',
  statedConversions: 'What was stated to affiliates so far of conversions of closed periods.',
  statementLines: 'Lines of closed statements to affiliates that name a click of the customer.',
  answers: 'Requests about the customer that were to be done once, and their answers.',
  events: 'Changes that are not on their way to webhooks yet.',
  webhookDeliveries: 'Changes on their way to webhooks, or told to them.',
};

const nullable = (type: string) => Type.Unsafe({ type: [type, 'null'] });

const shapes: Readonly<Record<HeldType, TSchema>> = {
  text: nullable('string'),
  origin: nullable('string'),
  touch: nullable('string'),
  integer: nullable('integer'),
  number: nullable('number'),
  fraction: nullable('number'),
  flag: nullable('boolean'),
  json: Type.Unsafe({}),
  time: Type.Unsafe({ type: ['string', 'null'], format: 'date-time' }),
  amount: Type.Unsafe({ type: ['string', 'null'], pattern: '^-?\\d+(\\.\\d+)?$' }),
};

/** The shape of the rows of a kind. */
function rowShape(kind: HeldKind): TSchema {
  return objectOf(nested(Object.entries(heldColumns[kind]).map(([name, type]) => [name, shapes[type]])));
}

function objectOf(members: Nested<TSchema>): TSchema {
  const shown = Object.entries(members).map(([name, member]) => [
    name,
    isShape(member) ? member : objectOf(member),
  ]);
  return Type.Object(Object.fromEntries(shown));
}

function isShape(member: TSchema | Nested<TSchema>): member is TSchema {
  return (Object.values(shapes) as readonly unknown[]).includes(member);
}

export const CustomerHoldings = Type.Object(
  {
    exportedTime: dateTime('When it was begun.'),
    customer: Type.Unsafe({ $ref: 'Customer#' }),
    leadSource: Type.Unsafe({ oneOf: [{ $ref: 'LeadSource#' }, { type: 'null' }] }),
    ...Object.fromEntries(
      heldKinds.map((kind) => [kind, Type.Array(rowShape(kind), { description: meanings[kind] })]),
    ),
  },
  { description: 'All that is held of a customer.' },
);
