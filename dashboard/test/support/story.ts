import { type Client, createClient, type PostLeadSourceCollectionLine } from '@leadsource/client';
import type { DemoJourney } from '../../../server/src/cli/demo/journey.ts';
import type { Receiver } from '../../../server/test/support/receiver.ts';
import type { TestService } from '../../../server/test/support/service.ts';
import { demoJourneys, fillWithDemo } from './demo.ts';

/** A moment of the year that the stories tell of. */
export const storyTime = Date.parse('2026-11-23T08:15:30.000Z');
const day = 86_400_000;

export const markup = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

interface Landing {
  readonly source: string | null;
  readonly medium: string | null;
  readonly campaign?: string;
  readonly affiliate?: string;
  readonly salesAgent?: string;
  readonly referrer?: string;
}

const landings: readonly Landing[] = [
  { source: 'google', medium: 'cpc', campaign: 'winter-coats' },
  { source: 'google', medium: 'organic' },
  { source: 'newsletter', medium: 'email', campaign: 'november' },
  { source: 'facebook', medium: 'paid_social', campaign: 'lookalike' },
  { source: 'partner-blog', medium: 'affiliate', affiliate: 'alice' },
  { source: 'chatgpt.com', medium: 'referral', referrer: 'https://chatgpt.com/' },
  { source: null, medium: null },
  { source: 'fair', medium: 'offline', salesAgent: 'Robin' },
];

const plainCustomers = 60;
const usualJourneys = demoJourneys(storyTime, 90);
/** Those of the demo, and the one full of markup, among them. */
export const toldCustomers = plainCustomers + 1 + usualJourneys.length;

/** Customers as a shop has them: those of the demo, and others told through the API, one of them full of markup. */
export async function tellStory(
  service: TestService,
  journeys: readonly DemoJourney[] = usualJourneys,
): Promise<Client> {
  await fillWithDemo(service, journeys);
  const client = createClient(service);
  const lines: PostLeadSourceCollectionLine[] = [];
  for (let customer = 1; customer <= plainCustomers; customer += 1) {
    for (let touch = 0; touch <= customer % 4; touch += 1) {
      const landing = landings[(customer * 3 + touch * 5) % landings.length] as Landing;
      const ago = (120 - customer) * day - touch * 3.4 * day + customer * 3_600_000;
      lines.push({
        customerId: `cus_${String(customer).padStart(4, '0')}`,
        occurredTime: new Date(storyTime - ago).toISOString(),
        path: 'https://shop.example/coats',
        ...landing,
      });
    }
  }
  await client.postLeadSourceCollection({ lines });
  await client.putCustomerLeadSource({
    id: 'cus_markup',
    body: {
      source: markup,
      affiliate: markup,
      campaign: `"; ${markup}`,
      term: '‮{{7*7}}',
      content: 'a'.repeat(512),
    },
  });
  await client.postConversion({
    body: {
      id: 'order-markup',
      customerId: 'cus_markup',
      amount: '1234.56',
      currency: 'EUR',
      type: '<b>bold</b>',
    },
  });
  await client.putSpend({ body: [{ date: '2026-11-22', amount: '12.34', currency: 'EUR', source: markup }] });
  return client;
}

/** Settles what a shop has beside its customers: keys, exclusions, a webhook with deliveries, and a closed period, whose id it answers. */
export async function settleShop(client: Client, receiver: Receiver): Promise<string> {
  await client.postApiKey({ body: { type: 'publishable', description: 'Shop' } });
  await client.postApiKey({ body: { type: 'secret', description: 'Billing', acl: ['customers:read'] } });
  const landing = await client.getLandingSettings();
  const exclusions = { ownHosts: ['shop.example'], excludedHosts: ['pay.example'] };
  await client.putLandingSettings({ body: { ...landing, ...exclusions } });
  await client.putWebhook({ id: 'billing', body: { url: `${receiver.url}/hooks/leads` } });
  for (const id of ['cus_0008', 'cus_0012'])
    await client.putCustomerLeadSource({ id, body: { medium: 'email', source: 'newsletter' } });
  await receiver.until(2);
  const period = { periodStart: '2026-10-01', periodEnd: '2026-11-01' };
  const { id = '' } = await client.postAffiliatePeriod({ body: period });
  return id;
}
