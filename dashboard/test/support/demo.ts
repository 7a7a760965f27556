import type { Client, PostConversionBulkLine, PostLeadSourceCollectionLine } from '@leadsource/client';
import { generatedJourneys } from '../../../server/src/cli/demo/generated.ts';
import { type DemoJourney, millisecondsPerDay } from '../../../server/src/cli/demo/journey.ts';
import { spendOf } from '../../../server/src/cli/demo/spend.ts';
import { stories } from '../../../server/src/cli/demo/stories.ts';

/** The stories of the demo and some journeys of the year before a moment. */
export function demoJourneys(time: number, count: number): readonly DemoJourney[] {
  const end = Math.floor(time / millisecondsPerDay) * millisecondsPerDay;
  return [...stories(end), ...generatedJourneys({ seed: 1, journeys: count, end })];
}

/** Tells them through the API, with what they cost. */
export async function tellJourneys(client: Client, journeys: readonly DemoJourney[]): Promise<void> {
  await client.postLeadSourceCollection({ lines: journeys.flatMap(touchLines) });
  await client.postConversionBulk({ lines: journeys.flatMap(conversionLines) });
  const refunds = journeys.flatMap(({ conversions }) =>
    conversions.flatMap(({ id, refunds: parts }) => parts.map((refund) => ({ id, refund }))),
  );
  for (const { id, refund } of refunds) {
    const body = { id: refund.id, amount: decimal(refund.amount), occurredTime: iso(refund.occurredTime) };
    await client.postConversionRefund({ id, body });
  }
  const spend = spendOf(journeys).map(({ day, amount, currency, medium, source, campaign }) => {
    const date = iso(day * millisecondsPerDay).slice(0, 10);
    return { date, amount: decimal(amount), currency, medium, source, campaign };
  });
  for (let from = 0; from < spend.length; from += spendAtOnce) {
    await client.putSpend({ body: spend.slice(from, from + spendAtOnce) });
  }
}

/** Few enough for a request. */
const spendAtOnce = 300;
const iso = (time: number) => new Date(time).toISOString();
/** Both currencies of the demo have two digits. */
const decimal = (amount: number) => (amount / 100).toFixed(2);

function touchLines({ customerId, touches }: DemoJourney): PostLeadSourceCollectionLine[] {
  return touches.map(({ occurredTime, given }) => ({
    customerId,
    occurredTime: iso(occurredTime),
    ...given,
  }));
}

function conversionLines({ customerId, conversions }: DemoJourney): PostConversionBulkLine[] {
  return conversions.map(({ id, occurredTime, type, amount, currency }) => ({
    id,
    customerId,
    occurredTime: iso(occurredTime),
    type,
    amount: decimal(amount),
    currency,
  }));
}
