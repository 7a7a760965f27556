import type { GivenFacts } from '../../domain/lead-source.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchOrigin } from '../../domain/touch.ts';
import { type DemoConversion, type DemoJourney, type DemoTouch, millisecondsPerDay } from './journey.ts';

/** The customers that the documentation describes. Everything they do is over before the year's end. */
export function stories(end: Instant): readonly DemoJourney[] {
  const monday = mondayBefore(end - 21 * millisecondsPerDay);
  return [adThenSearch(monday), affiliateRefunded(monday), salesCall(monday - 56 * millisecondsPerDay)];
}

/** The midnight that begins the Monday on or before a midnight. */
function mondayBefore(midnight: Instant): Instant {
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  return midnight - daysSinceMonday * millisecondsPerDay;
}

/** An ad on Monday, a search on Wednesday, a bookmark on Friday, and an order. */
function adThenSearch(monday: Instant): DemoJourney {
  const ad = { medium: 'cpc', source: 'google', campaign: 'spring', clickId: 'demo-ad', path: '/spring' };
  const search = { medium: 'organic', source: 'google', referrer: 'https://www.google.com/', path: '/shoes' };
  return {
    customerId: 'cus_ad-then-search',
    touches: [
      touch('capture', at(monday, 0, '09:12'), ad),
      touch('capture', at(monday, 2, '20:40'), search),
      touch('capture', at(monday, 4, '08:05'), { path: '/' }),
    ],
    conversions: [order('ad-then-search', at(monday, 4, '08:20'), 12_900)],
  };
}

/** Comes through an affiliate, buys for 89 euros, and gets 30 of them back. */
function affiliateRefunded(monday: Instant): DemoJourney {
  const given = {
    medium: 'affiliate',
    affiliate: 'coupon-corner',
    subAffiliate: 'placement-1',
    path: '/bags',
  };
  const refund = { id: 'refund-of-affiliate-refunded', occurredTime: at(monday, 6, '10:00'), amount: 3_000 };
  return {
    customerId: 'cus_affiliate-refunded',
    touches: [touch('capture', at(monday, 1, '18:30'), given)],
    conversions: [
      {
        ...order('affiliate-refunded', at(monday, 1, '18:45'), 8_900),
        currency: 'EUR',
        refunds: [refund],
      },
    ],
  };
}

/** Five touches over six weeks, one of them a salesperson's call, and two orders. */
function salesCall(monday: Instant): DemoJourney {
  const social = { medium: 'paid_social', source: 'linkedin', campaign: 'teams', clickId: 'demo-social' };
  const email = { medium: 'email', source: 'newsletter', campaign: 'weekly' };
  return {
    customerId: 'cus_sales-call',
    touches: [
      touch('capture', at(monday, 0, '11:00'), social),
      touch('capture', at(monday, 7, '09:30'), email),
      touch('import', at(monday, 8, '14:00'), {
        medium: 'sales',
        source: 'phone',
        salesAgent: 'agent-north',
      }),
      touch('capture', at(monday, 35, '09:30'), email),
      touch('capture', at(monday, 39, '16:15'), { path: '/pricing' }),
    ],
    conversions: [
      order('sales-call-1', at(monday, 9, '10:00'), 240_000),
      order('sales-call-2', at(monday, 39, '16:40'), 120_000),
    ],
  };
}

function touch(origin: TouchOrigin, occurredTime: Instant, given: GivenFacts): DemoTouch {
  return { occurredTime, origin, given, cost: null };
}

function order(name: string, occurredTime: Instant, amount: number): DemoConversion {
  return { id: `order-${name}`, occurredTime, amount, currency: 'USD', type: 'purchase', refunds: [] };
}

function at(midnight: Instant, days: number, clock: string): Instant {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return midnight + days * millisecondsPerDay + (hours * 60 + minutes) * 60_000;
}
