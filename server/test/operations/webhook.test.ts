import { expect, test } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createWebhookOperations } from '../../src/operations/webhook.ts';
import { organizationNamed } from '../support/store-room.ts';

const principal = {
  organization: organizationNamed('org_a'),
  actor: 'key_a',
  permissions: ['*'],
  keyId: null,
  expiresTime: null,
} as const;
const parts = 3;

/** A store that notes what is written, with so many parts of deliveries. */
function listeningOperations() {
  const kinds: string[] = [];
  const store = {
    write: async (kind: string, { mustBeNew }: { readonly mustBeNew?: boolean }) => {
      kinds.push(kind);
      return { isLeft: kinds.length < parts, created: mustBeNew === true };
    },
  };
  const tidied: string[] = [];
  const context = { store, now: () => 0, random: (byteCount: number) => new Uint8Array(byteCount) };
  const operations = createWebhookOperations(context as unknown as OperationContext, {
    faultOfUrl: () => null,
    tidy: (organizationId) => tidied.push(organizationId),
  });
  return { kinds, operations, tidied };
}

test('a webhook is deleted at once; the last of very many deliveries go after the answer', async () => {
  const { kinds, operations, tidied } = listeningOperations();
  await operations.remove(principal, 'w');
  expect([kinds, tidied]).toEqual([['deleteWebhook'], ['org_a']]);
});

test('a webhook is inactive at once; the last of very many deliveries are given up after the answer', async () => {
  const { operations, tidied, kinds } = listeningOperations();
  kinds.push(...Array(parts).fill('before'));
  const request = { status: 'inactive', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  await operations.put(principal, 'w', request);
  expect(kinds.slice(parts)).toEqual(['giveUpDeliveries', 'saveWebhook']);
  expect(tidied).toEqual(['org_a']);
});

test('what waits since an earlier life is given up a part at a time before a webhook is active again', async () => {
  const { kinds, operations, tidied } = listeningOperations();
  const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  await operations.put(principal, 'w', request);
  expect(kinds).toEqual([...Array(parts).fill('giveUpDeliveries'), 'saveWebhook']);
  expect(tidied).toEqual([]);
});

test.each(['active', 'inactive'] as const)(
  'a new webhook that is %s has nothing to give up',
  async (status) => {
    const { kinds, operations, tidied } = listeningOperations();
    const request = { status, url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
    await operations.create(principal, null, request);
    expect([kinds, tidied]).toEqual([['saveWebhook'], []]);
  },
);
