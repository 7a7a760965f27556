import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Stage, settled } from './stage.ts';
import { storyTime, tellStory } from './story.ts';

/** `npm run screenshots`: takes the pictures of docs/screenshots, each of a page with the customers that the tests have. */
const folder = join(import.meta.dirname, '../../../docs/screenshots');
const views = {
  customers: '#/customers',
  customer: '#/customers/cus_0003',
  channels: '#/channels',
  imports: '#/imports',
  keys: '#/settings/keys',
  tag: '#/settings/tag',
  privacy: '#/settings/privacy',
  webhooks: '#/settings/webhooks',
};

let now = storyTime;
await using stage = await Stage.start({}, () => now++);
const client = await tellStory(stage.service.url, stage.service.secretKey);
await client.postApiKey({ body: { type: 'publishable', description: 'Shop' } });
await client.postApiKey({ body: { type: 'secret', description: 'Billing', acl: ['customers:read'] } });
await client.postWebhook({ body: { url: 'https://billing.example/hooks/leads' } });
await mkdir(folder, { recursive: true });
const page = await stage.open('#/customers', { viewport: { width: 1180, height: 760 } });
for (const [name, hash] of Object.entries(views)) {
  await page.goto(`${stage.url}/${hash}`);
  await settled(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
await page.emulateMedia({ colorScheme: 'dark' });
await page.setViewportSize({ width: 360, height: 740 });
await page.goto(`${stage.url}/#/customers/cus_0003`);
await settled(page);
await page.screenshot({ path: join(folder, 'customer-narrow-dark.png') });
