import type { SpendEntry } from '../../domain/spend.ts';
import { type DemoJourney, millisecondsPerDay } from './journey.ts';

const noDimensions = {
  channel: null,
  medium: null,
  source: null,
  campaign: null,
  term: null,
  content: null,
  affiliate: null,
  subAffiliate: null,
  salesAgent: null,
};

/** What the visits cost, by day and campaign, as in an advertiser's report. */
export function spendOf(journeys: readonly DemoJourney[]): readonly SpendEntry[] {
  const entries = new Map<string, SpendEntry>();
  for (const { occurredTime, given, cost } of journeys.flatMap(({ touches }) => touches)) {
    if (cost === null) continue;
    const day = Math.floor(occurredTime / millisecondsPerDay);
    const { medium = null, source = null, campaign = null } = given;
    const key = JSON.stringify([day, medium, source, campaign, cost.currency]);
    const amount = (entries.get(key)?.amount ?? 0) + cost.amount;
    const updatedTime = (day + 1) * millisecondsPerDay;
    const { currency } = cost;
    entries.set(key, { ...noDimensions, medium, source, campaign, day, currency, amount, updatedTime });
  }
  return [...entries.values()];
}
