import type { GivenFacts } from '../../domain/lead-source.ts';
import type { MinorUnits } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchOrigin } from '../../domain/touch.ts';

/** What the demo tells of one customer. Touches, conversions and refunds are in the order of their time. */
export interface DemoJourney {
  readonly customerId: string;
  readonly touches: readonly DemoTouch[];
  readonly conversions: readonly DemoConversion[];
}

export interface DemoTouch {
  readonly occurredTime: Instant;
  readonly origin: TouchOrigin;
  readonly given: GivenFacts;
  /** What the visit cost the shop; null where nobody was paid by the visit. */
  readonly cost: DemoMoney | null;
}

export interface DemoMoney {
  readonly amount: MinorUnits;
  readonly currency: DemoCurrency;
}

export interface DemoConversion extends DemoMoney {
  readonly id: string;
  readonly occurredTime: Instant;
  readonly type: string;
  readonly refunds: readonly DemoRefund[];
}

export interface DemoRefund {
  readonly id: string;
  readonly occurredTime: Instant;
  readonly amount: MinorUnits;
}

/** Both have two decimals. */
export type DemoCurrency = 'USD' | 'EUR';
export const demoCurrencyDigits = 2;

export const millisecondsPerDay = 86_400_000;
export const daysOfYear = 365;

/** The end of a demo's year: the midnight (UTC) before a moment, so that nothing of it lies ahead. */
export function endOfYear(now: Instant): Instant {
  return now - (now % millisecondsPerDay);
}
