import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelCondition } from '../src/domain/channel-rules.ts';
import { adClickIds, defaultAffiliateParameters } from '../src/domain/click-id.ts';
import { defaultChannelRules } from '../src/domain/default-channel-rules.ts';
import { addedEngines, addedSites, neutralSites } from '../src/domain/lists/additions.ts';
import { aiAssistants } from '../src/domain/lists/ai-assistants.ts';
import { defaultExcludedHosts } from '../src/domain/lists/excluded-hosts.ts';
import { registeredParameters } from '../src/domain/lists/registered-parameters.ts';
import { searchEngines } from '../src/domain/lists/search-engines.ts';
import { socialNetworks } from '../src/domain/lists/social-networks.ts';
import { sourceCategories } from '../src/domain/lists/source-categories.ts';
import { listOrigins, type Origin } from './list-modules.ts';

export const channelsPage = join(import.meta.dirname, '../../docs/channels.md');

/** The page with its tables made anew from the tables of the code; what stands between them stays. */
export function freshChannelsPage(): string {
  const tables: Readonly<Record<string, string>> = {
    'click ids': clickIdTable(),
    rules: ruleTable(),
    lists: listTable(),
  };
  return Object.entries(tables).reduce(
    (page, [name, table]) => withTable(page, name, table),
    readFileSync(channelsPage, 'utf8'),
  );
}

function withTable(page: string, name: string, table: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- end of ${name} -->`];
  const [before, rest] = splitOnce(page, start);
  const [, after] = splitOnce(rest, end);
  return `${before}${start}${table}${end}${after}`;
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`The page has no line ${mark.trim()}.`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function clickIdTable(): string {
  const groups = runsOf(adClickIds, ({ source, medium }) => `${source} ${medium}`);
  const networks = defaultAffiliateParameters.filter(({ field }) => field === 'clickId');
  return tableOf(
    ['parameter', 'source', 'medium'],
    [
      [namesOf(networks.map(({ name }) => name)), '–', '`affiliate`'],
      ...groups.map((ids) => [
        namesOf(ids.map(({ kind }) => kind)),
        nameOrDash(ids[0]?.source),
        nameOrDash(ids[0]?.medium),
      ]),
    ],
  );
}

function nameOrDash(name: string | undefined): string {
  return name === undefined ? '–' : `\`${name}\``;
}

/** The items in runs of the same key, in their order. */
function runsOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[][] {
  const runs: Item[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const first = run?.[0];
    if (run !== undefined && first !== undefined && keyOf(first) === keyOf(item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}

function ruleTable(): string {
  const groups = runsOf(defaultChannelRules.rules, ({ channel }) => channel);
  return tableOf(
    ['', 'channel', 'when'],
    groups.map((rules, place) => [
      `${place + 1}`,
      rules[0]?.channel ?? '',
      rules.map(({ when }) => sentenceOf(when)).join('; or '),
    ]),
  );
}

function sentenceOf(when: readonly ChannelCondition[]): string {
  const unset = when.filter(({ op, not }) => op === 'isNull' && not !== true);
  if (when.length === 0) return 'anything else';
  if (unset.length === when.length) return 'nothing is known';
  return when.map(phraseOf).join(' and ');
}

function phraseOf(condition: ChannelCondition): string {
  const { field, op, not = false } = condition;
  if (op === 'isNull') return `${field} is ${not ? '' : 'un'}set`;
  if (typeof condition.value === 'boolean')
    return `${condition.value === not ? 'not ' : ''}${flagNames[field] ?? field}`;
  const values = namesOf(op === 'in' ? condition.value : [condition.value as string]);
  const verbs = {
    equals: not ? 'is not' : 'is',
    in: not ? 'is none of' : 'is one of',
    startsWith: not ? 'does not start with' : 'starts with',
    endsWith: not ? 'does not end with' : 'ends with',
    contains: not ? 'does not contain' : 'contains',
  };
  return `${field} ${verbs[op]} ${values}`;
}

const flagNames: Readonly<Record<string, string>> = { paid: 'paid', shoppingCampaign: 'shopping campaign' };

function listTable(): string {
  const { matomo, categories, parameters } = listOrigins();
  const added = [...Object.values(addedSites).flat(), ...addedEngines, ...neutralSites];
  return tableOf(
    ['list', 'entries', 'version', 'licence'],
    [
      ['search engines', `${hostsOf(searchEngines)} hosts`, ...originOf(matomo)],
      ['social networks', `${hostsOf(socialNetworks)} hosts`, ...originOf(matomo)],
      ['AI assistants', `${hostsOf(aiAssistants)} hosts`, ...originOf(matomo)],
      [
        'source categories',
        `${sourceCategories.flatMap(({ sources }) => sources).length} sources`,
        ...originOf(categories),
      ],
      ['campaign parameters', `${registeredParameters.length} names`, ...originOf(parameters)],
      ['our additions', `${hostsOf(added)} hosts`, 'this project', 'Apache-2.0'],
      ['excluded hosts', `${defaultExcludedHosts.length} hosts`, 'this project', 'Apache-2.0'],
    ],
  );
}

function hostsOf(sites: readonly { readonly hosts: readonly string[] }[]): number {
  return sites.flatMap(({ hosts }) => hosts).length;
}

function originOf({ name, repository, commit, date, licence }: Origin): readonly string[] {
  return [`[${name}](${repository}), commit ${commit}${date === undefined ? '' : ` of ${date}`}`, licence];
}

function namesOf(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
