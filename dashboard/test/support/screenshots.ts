import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { demoJourneys } from './demo.ts';
import { go, Stage } from './stage.ts';
import { storyTime, tellStory } from './story.ts';

/** `npm run screenshots`: takes the pictures of docs/screenshots, each of a page with the customers that the tests have. */
const folder = join(import.meta.dirname, '../../../docs/screenshots');
const views = {
  overview: '#/?currency=USD&from=2026-08-25&to=2026-11-22',
  attribution: '#/attribution?currency=USD&from=2026-08-25&to=2026-11-22&compare=before',
  conversions: '#/attribution/conversions?credited=channel:"Email"',
  journeys: '#/journeys?currency=USD&from=2026-08-25&to=2026-11-22',
  affiliates: '#/affiliates?from=2026-10-01&until=2026-11-22',
  customers: '#/customers',
  customer: '#/customers/cus_ad-then-search',
  channels: '#/channels',
  credits: '#/settings/attribution',
  imports: '#/imports',
  keys: '#/settings/keys',
  tag: '#/settings/tag',
  privacy: '#/settings/privacy',
  webhooks: '#/settings/webhooks',
};

let now = storyTime;
await using stage = await Stage.start({}, () => now++);
const client = await tellStory(stage.service, demoJourneys(storyTime, 1_500));
await client.postApiKey({ body: { type: 'publishable', description: 'Shop' } });
await client.postApiKey({ body: { type: 'secret', description: 'Billing', acl: ['customers:read'] } });
await client.postWebhook({ body: { url: 'https://billing.example/hooks/leads' } });
await mkdir(folder, { recursive: true });
const page = await stage.open('#/nowhere', { viewport: { width: 1180, height: 760 } });
for (const [name, hash] of Object.entries(views)) {
  await go(page, hash);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
await page.emulateMedia({ colorScheme: 'dark' });
await page.setViewportSize({ width: 360, height: 740 });
await go(page, '#/customers/cus_ad-then-search');
await page.screenshot({ path: join(folder, 'customer-narrow-dark.png') });
