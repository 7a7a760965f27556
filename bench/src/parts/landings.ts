import { channelTupleOf, factReader } from '../../../server/src/domain/channel.ts';
import { compileChannelRules } from '../../../server/src/domain/channel-rules.ts';
import { defaultChannelRules } from '../../../server/src/domain/default-channel-rules.ts';
import { knownSites } from '../../../server/src/domain/known-sites.ts';
import { type Landing, landingReader } from '../../../server/src/domain/landing.ts';
import { defaultLandingSettings } from '../../../server/src/domain/landing-settings.ts';
import { insideRule } from '../../../server/src/domain/referrer.ts';
import { splitHost } from '../../../server/src/operations/host-name.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import type { BenchSettings } from '../settings.ts';
import { median } from '../statistics.ts';

const page = 'https://www.shop.example/products/blue-suede-shoes';
const rounds = 9;
const landingsPerRound = 100_000;

/** What arrives at a shop: a line for each kind of arrival; the number makes each one different. */
const arrivals: readonly ((place: number) => readonly [query: string, referrer: string | null])[] = [
  () => ['', null],
  () => ['', 'https://www.google.com/'],
  (place) => [`?gclid=Cj0KCQ${place}AwE`, 'https://www.google.de/'],
  (place) => [`?utm_source=newsletter&utm_medium=email&utm_campaign=week%20${place % 53}&id=${place}`, null],
  (place) => [`?fbclid=IwAR0${place}_aem_x`, 'https://l.facebook.com/'],
  (place) => ['', `https://blog-${place}.somewhere.co.uk/posts/${place}?page=2`],
  (place) => [`?utm_source=fb-ads&utm_medium=paid_social&utm_content=ad${place}`, 'https://m.facebook.com/'],
  (place) => ['', `https://www.bing.com/search?q=blue+shoes+${place}`],
  (place) => [`?via=partner${place % 1000}`, `https://www.reviews${place % 1000}.example/`],
  () => ['', 'https://chatgpt.com/'],
];

/** How many landings per second one processor reads and gives a channel. */
export async function landings(_settings: BenchSettings, _directory: string): Promise<Results> {
  const classify = classifier();
  const perSecond: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const batch = Array.from({ length: landingsPerRound }, (_, place) =>
      landingOf(round * landingsPerRound + place),
    );
    const start = process.cpuUsage();
    for (const landing of batch) classify(landing);
    const { user, system } = process.cpuUsage(start);
    perSecond.push(landingsPerRound / ((user + system) / 1_000_000));
  }
  say(`  ${perSecond.map((count) => count.toFixed(0)).join(', ')} per second of processor time`);
  return { landings_per_second: median(perSecond) };
}

/** The landing with this number; a tenth of them is of each kind. */
export function landingOf(place: number): Landing {
  const [query, referrer] = arrivals[place % arrivals.length]?.(place) ?? ['', null];
  return { url: `${page}${query}`, referrer };
}

function classifier(): (landing: Landing) => string {
  const sites = knownSites(splitHost);
  const read = landingReader(defaultLandingSettings, sites.directory, splitHost);
  const factsOf = factReader(sites, insideRule(defaultLandingSettings));
  const channelOf = compileChannelRules(defaultChannelRules, factsOf);
  return (landing) => {
    const reading = read(landing);
    if (reading.kind === 'ignored') throw new Error(`The landing on ${landing.url} is no touch.`);
    const { leadSource, clickIdKind } = reading;
    return channelOf(channelTupleOf(leadSource, clickIdKind));
  };
}
