import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listModules, moduleFolder } from '../../scripts/list-modules.ts';
import { adClickIds, defaultAffiliateParameters } from '../../src/domain/click-id.ts';
import { isWithin } from '../../src/domain/host-name.ts';
import { defaultExcludedHosts } from '../../src/domain/lists/excluded-hosts.ts';
import { sourceAliases } from '../../src/domain/lists/source-aliases.ts';
import { listedSites } from '../../src/domain/site-list.ts';
import { carriedText, listedHosts } from '../support/listed-hosts.ts';

describe('the lists', () => {
  test.each(listModules())('$name is what the carried sources make', ({ name, text }) => {
    expect(readFileSync(join(moduleFolder, name), 'utf8')).toBe(text);
  });

  test('say their version and licence', () => {
    for (const { text } of listModules()) {
      expect(text).toMatch(/^\/\/ Licence: (?:CC0-1\.0|Unlicense|MIT, Copyright \(c\) \d{4} .+)$/m);
      expect(text).toMatch(/^export const \w+Version = '[\da-f]{8}/m);
    }
  });
});

describe('click ids', () => {
  const walkeros = JSON.parse(carriedText('walkeros-click-ids.json')) as { clickIds: { param: string }[] };

  test('have the priority of the carried list, those of affiliate networks aside', () => {
    const networks = new Set(defaultAffiliateParameters.map(({ name }) => name));
    const order = walkeros.clickIds.map(({ param }) => param).filter((param) => !networks.has(param));
    expect(adClickIds.map(({ kind }) => kind).slice(0, order.length)).toEqual(order);
  });

  test('have names in lower case, each once', () => {
    const kinds = adClickIds.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds.filter((kind) => kind !== kind.toLowerCase())).toEqual([]);
  });
});

describe('the excluded hosts', () => {
  test('are hosts, each once, and none below another', () => {
    const hosts = new Set(defaultExcludedHosts);
    expect(hosts.size).toBe(defaultExcludedHosts.length);
    expect(defaultExcludedHosts.filter((host) => !/^[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(host))).toEqual([]);
    const below = defaultExcludedHosts.filter((host) => isWithin(host.slice(host.indexOf('.') + 1), hosts));
    expect(below).toEqual([]);
  });

  test('hide no site of the lists', () => {
    const hosts = new Set(defaultExcludedHosts);
    expect(listedHosts().filter(({ host }) => isWithin(host.split('/')[0] ?? '', hosts))).toEqual([]);
  });
});

describe('the aliases', () => {
  test('belong to sites of the lists, and name one site each', () => {
    const names = new Set(listedSites.map(({ site }) => site.name));
    expect(Object.keys(sourceAliases).filter((name) => !names.has(name))).toEqual([]);
    const aliases = Object.values(sourceAliases).flat();
    expect(new Set(aliases).size).toBe(aliases.length);
  });
});
