import { attributionModels } from './attribution-models.ts';
import { leadSourceFields } from './lead-source.ts';

/**
 * What a cell holds; any may be empty. A `touch` is the key of one, with the id its sender gave it; a `fraction` is a sum of
 * fractions, whose last digits depend on the order in which they were added.
 */
export type HeldType =
  | 'text'
  | 'time'
  | 'integer'
  | 'number'
  | 'fraction'
  | 'flag'
  | 'json'
  | 'origin'
  | 'touch'
  | 'amount';

/** The columns of one kind of row that is held about a customer, by their paths in an export of it. */
export type HeldColumns = Readonly<Record<string, HeldType>>;

const texts = (...names: readonly string[]): HeldColumns =>
  Object.fromEntries(names.map((name) => [name, 'text']));
const times = (...names: readonly string[]): HeldColumns =>
  Object.fromEntries(names.map((name) => [name, 'time']));
const perModel = (member: string, type: HeldType): HeldColumns =>
  Object.fromEntries(attributionModels.map((model) => [`credits.${model}.${member}`, type]));

const event: HeldColumns = {
  type: 'text',
  cause: 'text',
  sequence: 'integer',
  occurredTime: 'time',
  currentTouchId: 'touch',
  previousTouchId: 'touch',
  originalTouchId: 'touch',
  mergedCustomerId: 'text',
};

const affiliateNames = texts('affiliate', 'subAffiliate', 'clickId');

/** All that is held about a customer beside the customer itself, by kind. */
export const heldColumns = {
  aliases: texts('id'),
  touches: {
    id: 'touch',
    ...times('occurredTime', 'recordedTime'),
    ...texts('position', 'channel'),
    origin: 'origin',
    ...texts('actor', ...leadSourceFields, 'referrerHost', 'clickIdKind', 'importId', 'visitorId'),
  },
  visitors: { ...texts('visitorId', 'linkedAs', 'actor'), ...times('linkedTime', 'lastSeenTime') },
  timeline: { ...texts('type', 'cause', 'actor', 'mergedCustomerId'), occurredTime: 'time' },
  conversions: {
    ...texts('id', 'type', 'currency', 'orderId', 'actor'),
    amount: 'amount',
    refundedAmount: 'amount',
    metadata: 'json',
    isFirst: 'flag',
    ...times('occurredTime', 'createdTime', 'updatedTime'),
  },
  refunds: {
    ...texts('id', 'conversionId', 'currency', 'actor'),
    amount: 'amount',
    ...times('occurredTime', 'createdTime'),
  },
  credits: {
    ...texts('conversionId', 'currency'),
    touchId: 'touch',
    settingsVersion: 'integer',
    ...perModel('weight', 'number'),
    ...perModel('amount', 'amount'),
  },
  refundCredits: {
    ...texts('refundId', 'currency'),
    touchId: 'touch',
    settingsVersion: 'integer',
    ...perModel('amount', 'amount'),
  },
  statedConversions: {
    ...texts('conversionId', 'periodId', 'currency'),
    ...affiliateNames,
    conversions: 'fraction',
    gross: 'amount',
    refunds: 'amount',
  },
  statementLines: {
    ...texts('periodId', 'causes', 'currency'),
    ...affiliateNames,
    ...Object.fromEntries(['line', 'touches', 'customers'].map((name) => [name, 'integer' as const])),
    conversions: 'fraction',
    gross: 'amount',
    refunds: 'amount',
  },
  answers: { ...texts('idempotencyKey', 'route', 'contentDigest'), answer: 'json', createdTime: 'time' },
  events: event,
  webhookDeliveries: {
    ...texts('id', 'webhookId', 'status', 'url', 'error', 'response'),
    ...event,
    attempts: 'integer',
    responseStatus: 'integer',
    durationMilliseconds: 'integer',
    ...times('nextTime', 'initiatedTime', 'createdTime', 'updatedTime'),
  },
} as const satisfies Readonly<Record<string, HeldColumns>>;

export type HeldKind = keyof typeof heldColumns;

/** In the order of the export. */
export const heldKinds = Object.keys(heldColumns) as readonly HeldKind[];
