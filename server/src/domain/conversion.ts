import { type ConversionTimes, spanOf } from './conversion-times.ts';
import {
  asOneChange,
  type ChangeContext,
  type Customer,
  type CustomerChange,
  newCustomer,
} from './customer.ts';
import { Failure, invalid } from './failure.ts';
import { currencyDigits, type MinorUnits } from './money.ts';
import { isSameJson } from './same-json.ts';
import { type Instant, occurrenceBehind, tooFarAhead, wasToldOf } from './time.ts';
import { keepsTouches } from './touch-effect.ts';

/** Orders conversions of one moment by arrival; unique within an organization. */
export type ConversionKey = number;

export type Metadata = Readonly<Record<string, unknown>>;

/** Something a customer did that is worth money. */
export interface Conversion {
  readonly key: ConversionKey;
  /** The public name, unique within the organization. */
  readonly id: string;
  readonly occurredTime: Instant;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
  readonly type: string | null;
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly refundedAmount: MinorUnits;
  readonly orderId: string | null;
  readonly metadata: Metadata;
  /** Who recorded it: the actor of a principal. */
  readonly actor: string;
}

export interface OwnedConversion {
  readonly customerId: string;
  readonly conversion: Conversion;
}

/** A conversion as its sender states it. Undefined members were left out. */
export interface ToldConversion {
  readonly conversionId: string;
  /** Null for now. */
  readonly occurredTime: Instant | null;
  readonly amount: MinorUnits;
  readonly currency: string;
  readonly type: string | null | undefined;
  readonly orderId: string | null | undefined;
  readonly metadata: Metadata | null | undefined;
}

export interface ConversionChange {
  /** What becomes of the customer; an unknown one is created. */
  readonly change: CustomerChange;
  readonly conversion: Conversion;
}

/** Records a conversion at any past moment. Fails with `invalid` for one more than 60 seconds ahead. */
export function recordConversion(
  customer: Customer | null,
  customerId: string,
  told: ToldConversion,
  context: Pick<ChangeContext, 'now' | 'actor'> & { readonly conversionKey: ConversionKey },
): ConversionChange {
  const { now, actor, conversionKey } = context;
  // Whatever led to the conversion came before it.
  const latest = customer?.leadSource?.latestOccurredTime ?? now;
  const occurredTime = occurrenceBehind(told.occurredTime, latest, now);
  if (occurredTime === null) throw invalid('occurredTime', tooFarAhead);
  const conversion: Conversion = {
    key: conversionKey,
    id: told.conversionId,
    occurredTime,
    createdTime: now,
    updatedTime: now,
    type: told.type ?? null,
    amount: told.amount,
    currency: told.currency,
    refundedAmount: 0,
    orderId: told.orderId ?? null,
    metadata: told.metadata ?? {},
    actor,
  };
  const times = { first: occurredTime, latest: occurredTime };
  if (customer !== null) return { change: converted(customer, times), conversion };
  const created = newCustomer(customerId, { websiteId: null, customFields: {} }, now);
  return { change: asOneChange(null, created, converted(created.customer, times)), conversion };
}

/** Changes nothing that a reader of the customer sees, so the revision stays. */
function converted(customer: Customer, times: ConversionTimes): CustomerChange {
  const conversionTimes = spanOf(customer.conversionTimes, times);
  return { customer: { ...customer, conversionTimes }, effect: keepsTouches, events: [] };
}

/** Whether a conversion is the first of its customer, given the times of the known ones. */
export function comesFirst({ conversionTimes }: Customer, occurredTime: Instant): boolean {
  return conversionTimes === null || occurredTime < conversionTimes.first;
}

/**
 * Checks a conversion that is sent again under its id; members left out are not compared. Fails with `conflict` where it is
 * another customer's or states something else.
 */
export function requireSameConversion(
  { customerId: ownerId, conversion }: OwnedConversion,
  customerId: string,
  told: ToldConversion,
): void {
  const { occurredTime } = told;
  const isSame =
    ownerId === customerId &&
    conversion.amount === told.amount &&
    conversion.currency === told.currency &&
    (occurredTime === null || wasToldOf(occurredTime, conversion.occurredTime, conversion.createdTime)) &&
    (told.type === undefined || told.type === conversion.type) &&
    (told.orderId === undefined || told.orderId === conversion.orderId) &&
    (told.metadata === undefined || isSameJson(told.metadata ?? {}, conversion.metadata));
  if (!isSame) throw new Failure('conflict', 'Another conversion has this id.');
}

/** How many decimals the amounts of a conversion have. */
export function digitsOf({ currency }: Pick<Conversion, 'currency'>): number {
  const digits = currencyDigits(currency);
  if (digits === undefined) throw new Error(`The currency ${currency} of a conversion is unknown.`);
  return digits;
}
