import type { TSchema } from 'typebox';
import { type HeldKind, type HeldType, heldColumns, heldKinds } from '../domain/customer-export.ts';
import { type Nested, nested } from './dotted-members.ts';
import { Type } from './schema-builders.ts';
import { dateTime } from './schema-parts.ts';

/** What the rows of each kind are. */
const meanings: Readonly<Record<HeldKind, string>> = {
  aliases: 'Ids that stand for the customer because they were merged into it.',
  touches: 'Every lead source, in the order in which they were recorded.',
  visitors: 'Browsers linked to the customer, and from when on.',
  timeline: 'Merges and removals, and when the customers merged into this one were created.',
  conversions: 'What the customer paid.',
  refunds: 'What was given back.',
  credits: 'What each model credits to a touch for a conversion; without a touch if none led to it.',
  refundCredits: 'What each model takes back from a touch for a refund.',
  statedConversions: 'What has been stated to affiliates so far about conversions of closed periods.',
  statementLines: 'Lines of closed statements for affiliates that name a click of the customer.',
  answers: 'Requests about the customer with an `Idempotency-Key`, and their answers.',
  events: 'Changes that are not on their way to webhooks yet.',
  webhookDeliveries: 'Changes on their way to webhooks, or delivered to them.',
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
    exportedTime: dateTime('When the export began.'),
    customer: Type.Unsafe({ $ref: 'Customer#' }),
    leadSource: Type.Unsafe({ oneOf: [{ $ref: 'LeadSource#' }, { type: 'null' }] }),
    ...Object.fromEntries(
      heldKinds.map((kind) => [kind, Type.Array(rowShape(kind), { description: meanings[kind] })]),
    ),
  },
  { description: 'Everything that is stored about a customer.' },
);
