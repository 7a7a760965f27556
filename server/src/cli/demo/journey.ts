import type { GivenFacts } from '../../domain/lead-source.ts';
import type { MinorUnits } from '../../domain/money.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchOrigin } from '../../domain/touch.ts';

/** What happens to one customer of the demo. Touches, conversions and refunds are in order of time. */
export interface DemoJourney {
  readonly customerId: string;
  readonly touches: readonly DemoTouch[];
  readonly conversions: readonly DemoConversion[];
}

export interface DemoTouch {
  readonly occurredTime: Instant;
  readonly origin: TouchOrigin;
  readonly given: GivenFacts;
  /** What the visit cost the shop; null if nobody was paid for it. */
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

/** The end of a demo's year: the midnight (UTC) at or before a moment, so that nothing lies in the future. */
export function endOfYear(now: Instant): Instant {
  return now - (now % millisecondsPerDay);
}
