import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../lists');

export type ListName = 'ai' | 'social' | 'search';

/** A host of the carried lists, as written, with a path perhaps and a gap for a country. */
export interface ListedHost {
  readonly list: ListName;
  readonly name: string;
  readonly host: string;
}

export function carriedText(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Every host of the three lists, read from the files that are carried, not from the modules made of them. */
export function listedHosts(): readonly ListedHost[] {
  const plain = (file: string, list: ListName) =>
    Object.entries(parse(carriedText(file)) as Record<string, string[]>).flatMap(([name, hosts]) =>
      hosts.map((host) => ({ list, name, host })),
    );
  const engines = parse(carriedText('matomo-SearchEngines.yml')) as Record<string, { urls: string[] }[]>;
  return [
    ...plain('matomo-AIAssistants.yml', 'ai'),
    ...plain('matomo-Socials.yml', 'social'),
    ...Object.entries(engines).flatMap(([name, definitions]) =>
      definitions.flatMap(({ urls }) => urls.map((host) => ({ list: 'search' as const, name, host }))),
    ),
  ];
}
