import type { GivenFacts } from '../../domain/lead-source.ts';
import type { DemoMoney } from './journey.ts';
import { oneOf, type Random, wholeNumber } from './random.ts';

/** A way of coming to the shop. */
export interface Arrival {
  /** How likely it is for a first-time visitor, and for one who returns. */
  readonly firstWeight: number;
  readonly returnWeight: number;
  /** What a visit costs on average; absent if nobody is paid per visit. */
  readonly cost?: DemoMoney;
  readonly facts: (random: Random) => GivenFacts;
}

/** One line per way. */
export const arrivals: readonly Arrival[] = [
  ad(18, 6, usd(240), { medium: 'cpc', source: 'google', campaign: 'generic' }),
  ad(7, 8, usd(90), { medium: 'cpc', source: 'google', campaign: 'brand' }),
  ad(4, 2, usd(180), { medium: 'cpc', source: 'bing', campaign: 'generic' }),
  ad(11, 4, eur(150), { medium: 'paid_social', source: 'facebook', campaign: 'lookalike' }),
  ad(1, 9, eur(110), { medium: 'paid_social', source: 'facebook', campaign: 'retargeting' }),
  plain(21, 14, { medium: 'organic', source: 'google', referrer: 'https://www.google.com/' }),
  plain(4, 2, { medium: 'organic', source: 'bing', referrer: 'https://www.bing.com/' }),
  plain(6, 3, { medium: 'social', source: 'instagram', referrer: 'https://l.instagram.com/' }),
  plain(5, 2, { medium: 'referral', source: 'blog.example', referrer: 'https://blog.example/review' }),
  plain(1, 20, { medium: 'email', source: 'newsletter', campaign: 'weekly' }),
  { firstWeight: 12, returnWeight: 6, facts: affiliateFacts },
  { firstWeight: 1, returnWeight: 2, facts: salesFacts },
  plain(9, 22, {}),
];

const affiliates = ['coupon-corner', 'review-planet', 'deal-radar', 'cashback-club', 'gift-guide'] as const;
const salesAgents = ['agent-north', 'agent-south'] as const;
const paths = ['/', '/spring', '/shoes', '/bags', '/gifts', '/pricing'] as const;

function ad(firstWeight: number, returnWeight: number, cost: DemoMoney, facts: GivenFacts): Arrival {
  return {
    firstWeight,
    returnWeight,
    cost,
    facts: (random) => ({ ...facts, clickId: clickId(random), path: oneOf(random, paths) }),
  };
}

function plain(firstWeight: number, returnWeight: number, facts: GivenFacts): Arrival {
  return { firstWeight, returnWeight, facts: (random) => ({ ...facts, path: oneOf(random, paths) }) };
}

function affiliateFacts(random: Random): GivenFacts {
  const subAffiliate = `placement-${wholeNumber(random, 1, 3)}`;
  return { medium: 'affiliate', affiliate: oneOf(random, affiliates), subAffiliate, path: '/' };
}

function salesFacts(random: Random): GivenFacts {
  return { medium: 'sales', source: 'phone', salesAgent: oneOf(random, salesAgents) };
}

function clickId(random: Random): string {
  return `demo-${wholeNumber(random, 0, 2 ** 40).toString(36)}`;
}

function usd(amount: number): DemoMoney {
  return { amount, currency: 'USD' };
}

function eur(amount: number): DemoMoney {
  return { amount, currency: 'EUR' };
}
