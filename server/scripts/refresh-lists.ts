import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { listFolder, listModules, moduleFolder } from './list-modules.ts';

const matomoFiles = {
  'SearchEngines.yml': 'matomo-SearchEngines.yml',
  'Socials.yml': 'matomo-Socials.yml',
  'AIAssistants.yml': 'matomo-AIAssistants.yml',
  LICENSE: 'matomo-LICENSE.txt',
};

const { values } = parseArgs({
  options: { from: { type: 'string' }, commit: { type: 'string' }, date: { type: 'string' } },
});

if (values.from !== undefined) {
  if (values.commit === undefined || values.date === undefined) {
    throw new Error('--from takes --commit and --date as well, so that the version of the lists is known.');
  }
  await takeOver(values.from, values.commit, values.date);
}
for (const { name, text } of listModules()) await writeFile(join(moduleFolder, name), text);
// The page counts what the modules hold, so they come first.
const { channelsPage, freshChannelsPage } = await import('./channels-page.ts');
await writeFile(channelsPage, freshChannelsPage());

async function takeOver(place: string, commit: string, date: string): Promise<void> {
  for (const [theirs, ours] of Object.entries(matomoFiles)) {
    await writeFile(join(listFolder, ours), await readFrom(place, theirs));
  }
  const path = join(listFolder, 'origin.json');
  const origins = JSON.parse(await readFile(path, 'utf8')) as { matomo: object };
  const matomo = { ...origins.matomo, commit, date };
  await writeFile(path, `${JSON.stringify({ ...origins, matomo }, null, 2)}\n`);
}

async function readFrom(place: string, file: string): Promise<string> {
  if (!/^https?:/.test(place)) return await readFile(join(place, file), 'utf8');
  const answer = await fetch(`${place.replace(/\/$/, '')}/${file}`);
  if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}.`);
  return await answer.text();
}
