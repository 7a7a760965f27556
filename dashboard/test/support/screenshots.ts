import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Receiver, receiverSettings } from '../../../server/test/support/receiver.ts';
import { demoJourneys } from './demo.ts';
import { go, Stage } from './stage.ts';
import { settleShop, storyTime, tellStory } from './story.ts';
import { addressOf, type otherPictures, picturedViews } from './views.ts';

/** `npm run screenshots`: takes the pictures of docs/screenshots, each of a page with the customers that the tests have. */
const folder = join(import.meta.dirname, '../../../docs/screenshots');
/** The port is in the pictures, so that it is always the same. */
const receiverPort = 4180;

let now = storyTime;
await using receiver = await Receiver.start(receiverPort);
await using stage = await Stage.start(receiverSettings, () => now++);
const client = await tellStory(stage.service, demoJourneys(storyTime, 1_500));
const closedPeriod = await settleShop(client, receiver);
await mkdir(folder, { recursive: true });
/** Wide enough for every column of a statement. */
const size = { viewport: { width: 1280, height: 800 } };
const page = await stage.open('#/nowhere', size);

type Picture = keyof typeof picturedViews | (typeof otherPictures)[number];
const take = (name: Picture, from = page) => from.screenshot({ path: join(folder, `${name}.png`) });

for (const name of Object.keys(picturedViews) as (keyof typeof picturedViews)[]) {
  await go(page, addressOf(picturedViews[name], closedPeriod));
  await take(name);
}

await go(page, '#/channels');
await page.getByRole('button', { name: 'Add a rule at the beginning' }).click();
await page.getByLabel('Channel', { exact: true }).first().fill('Newsletter');
await page.getByLabel('Value', { exact: true }).first().fill('newsletter');
await page.getByRole('button', { name: 'Try these rules' }).click();
await page.getByText('touches would move.').waitFor();
await take('channels-tried');

await page.emulateMedia({ colorScheme: 'dark' });
await page.setViewportSize({ width: 360, height: 740 });
await go(page, picturedViews.customer);
await take('customer-narrow-dark');

const outside = await stage.open('#/overview', { ...size, credential: null });
await outside.getByLabel('Secret key or token').waitFor();
await take('sign-in', outside);
