import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A module of `server/src/domain/lists`, as it has to read. */
export interface ListModule {
  readonly name: string;
  readonly text: string;
}

/** Where a list comes from. */
export interface Origin {
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  readonly date?: string;
  readonly licence: string;
}

type Origins = Readonly<Record<'matomo' | 'categories' | 'parameters', Origin>>;

interface WrittenEngine {
  readonly urls: readonly string[];
  readonly params: readonly string[];
  readonly charsets?: readonly string[];
}

export const listFolder = join(import.meta.dirname, '../lists');
export const moduleFolder = join(import.meta.dirname, '../src/domain/lists');

/** The modules that the carried sources make. Fails where a source has another form than it used to have. */
export function listModules(): readonly ListModule[] {
  const origins = listOrigins();
  return [
    {
      name: 'search-engines.ts',
      text: moduleText(origins.matomo, 'ListedEngine', 'searchEngines', searchEngines()),
    },
    {
      name: 'social-networks.ts',
      text: moduleText(origins.matomo, 'ListedSite', 'socialNetworks', sites('matomo-Socials.yml')),
    },
    {
      name: 'ai-assistants.ts',
      text: moduleText(origins.matomo, 'ListedSite', 'aiAssistants', sites('matomo-AIAssistants.yml')),
    },
    {
      name: 'source-categories.ts',
      text: moduleText(origins.categories, 'ListedCategory', 'sourceCategories', categories()),
    },
    {
      name: 'registered-parameters.ts',
      text: moduleText(origins.parameters, 'string', 'registeredParameters', registeredParameters()),
    },
  ];
}

export function listOrigins(): Origins {
  return JSON.parse(carried('origin.json')) as Origins;
}

function searchEngines(): readonly object[] {
  const engines = parse(carried('matomo-SearchEngines.yml')) as Record<string, readonly WrittenEngine[]>;
  return Object.entries(engines).flatMap(([name, definitions]) =>
    definitions.map(({ urls, params, charsets = [] }) => ({
      name: decodeURIComponent(name),
      hosts: urls,
      keywords: params.filter((parameter) => !isPattern(parameter) && parameter.trim() !== ''),
      ...someOf('patterns', params.filter(isPattern).map(patternSource)),
      ...someOf('charsets', charsets),
    })),
  );
}

/** A keyword that stands in the path is told by a regular expression between slashes. */
function isPattern(parameter: string): boolean {
  return parameter.length > 2 && parameter.startsWith('/') && parameter.endsWith('/');
}

function patternSource(parameter: string): string {
  return new RegExp(parameter.slice(1, -1)).source;
}

function someOf(member: string, values: readonly string[]): object {
  return values.length === 0 ? {} : { [member]: values };
}

function sites(file: string): readonly object[] {
  const networks = parse(carried(file)) as Record<string, readonly string[]>;
  return Object.entries(networks).map(([name, hosts]) => ({ name: decodeURIComponent(name), hosts }));
}

function categories(): readonly object[] {
  const byClass = Map.groupBy(rowsOf('ga4_source_categories.velir-2023-11.csv'), ([, category = '']) =>
    category.replace('SOURCE_CATEGORY_', '').toLowerCase(),
  );
  return [...byClass].map(([siteClass, rows]) => ({
    siteClass,
    sources: rows.map(([source = '']) => source.toLowerCase()),
  }));
}

function registeredParameters(): readonly string[] {
  return [...new Set(rowsOf('tracking-query-params-registry.csv').map(([name = '']) => name.toLowerCase()))];
}

/** Neither file quotes a value. */
function rowsOf(file: string): readonly string[][] {
  const [, ...lines] = carried(file).trim().split(/\r?\n/);
  return lines.map((line) => line.split(',').map((value) => value.trim()));
}

function carried(file: string): string {
  return readFileSync(join(listFolder, file), 'utf8');
}

function moduleText(origin: Origin, type: string, name: string, entries: readonly unknown[]): string {
  const day = origin.date === undefined ? '' : ` of ${origin.date}`;
  return [
    '// biome-ignore-all format: made by `npm run refresh-lists`, an entry a line',
    ...(type === 'string' ? [] : [`import type { ${type} } from './listed.ts';`]),
    '',
    `// ${origin.name}, commit ${origin.commit}${day}`,
    `// ${origin.repository}`,
    `// Licence: ${origin.licence}`,
    '',
    `export const ${name}Version = ${literal(`${origin.commit}${day}`)};`,
    '',
    `export const ${name}: readonly ${type}[] = [`,
    ...entries.map((entry) => `  ${literal(entry)},`),
    '];',
    '',
  ].join('\n');
}

function literal(value: unknown): string {
  if (typeof value === 'string') {
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const members = Object.entries(value as object).map(([name, member]) => `${name}: ${literal(member)}`);
  return `{ ${members.join(', ')} }`;
}
