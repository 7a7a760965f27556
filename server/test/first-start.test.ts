import { expect, test, vi } from 'vitest';
import { readConfig } from '../src/config.ts';
import { initialize } from '../src/first-start.ts';
import { hashSecret } from '../src/operations/api-key.ts';

const secret = 'correct-horse-battery-staple-so!';

/** What a start with these settings tells, and warns of, where the organization `org_a` was made with that key before. */
async function laterStart(settings: Readonly<Record<string, string>>) {
  const read = {
    organizations: async () => [{ id: 'org_a' }, { id: 'org_b' }],
    apiKeyBySecret: async (hash: Uint8Array) => (hashSecret(secret).join() === hash.join() ? {} : null),
  };
  const store = { read, write: async () => ({ initialized: false }) };
  const context = { store, now: () => 1, random: (count: number) => new Uint8Array(count) };
  const logger = { warn: vi.fn() };
  const beginning = await initialize(context as never, readConfig(settings), logger as never);
  expect(beginning).toEqual({ initialized: null, organizationIds: ['org_a', 'org_b'] });
  return logger.warn.mock.calls.flat();
}

test.each([
  {},
  { LEADSOURCE_ORGANIZATION_ID: 'org_a' },
  { LEADSOURCE_SECRET_KEY: secret },
  { LEADSOURCE_ORGANIZATION_ID: 'org_a', LEADSOURCE_SECRET_KEY: secret },
])('a later start says nothing of %j, which is as the first one had it', async (settings) => {
  expect(await laterStart(settings)).toEqual([]);
});

test.each([
  [{ LEADSOURCE_ORGANIZATION_ID: 'org_b', LEADSOURCE_SECRET_KEY: secret }, 'LEADSOURCE_ORGANIZATION_ID'],
  [{ LEADSOURCE_SECRET_KEY: `${secret}!` }, 'LEADSOURCE_SECRET_KEY'],
])('a later start with %j warns that %s comes too late, and of nothing else', async (settings, name) => {
  expect(await laterStart(settings)).toEqual([`${name} had a say at the first start only.`]);
});
