import { expect, test } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createWebhookOperations } from '../../src/operations/webhook.ts';
import { organizationNamed } from '../support/store-room.ts';

const principal = {
  organization: organizationNamed('org_a'),
  actor: 'key_a',
  permissions: ['*'],
  allowedIps: [],
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
  const context = { store, now: () => 0, random: (byteCount: number) => new Uint8Array(byteCount) };
  const operations = createWebhookOperations(context as unknown as OperationContext, {
    faultOfUrl: () => null,
  });
  return { kinds, operations };
}

test('very many deliveries are removed a part at a time, and their webhook with the last', async () => {
  const { kinds, operations } = listeningOperations();
  await operations.remove(principal, 'w');
  expect(kinds).toEqual([...Array(parts).fill('removeDeliveries'), 'deleteWebhook']);
});

test('a webhook is made inactive first, then very many deliveries to it are given up a part at a time', async () => {
  const { kinds, operations } = listeningOperations();
  const request = { status: 'inactive', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  await operations.put(principal, 'w', request);
  expect(kinds).toEqual(['saveWebhook', ...Array(parts - 1).fill('giveUpDeliveries')]);
});

test('what waits since an earlier life is given up a part at a time before a webhook is active again', async () => {
  const { kinds, operations } = listeningOperations();
  const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  await operations.put(principal, 'w', request);
  expect(kinds).toEqual([...Array(parts).fill('giveUpDeliveries'), 'saveWebhook']);
});

test.each(['active', 'inactive'] as const)(
  'a new webhook that is %s has nothing to give up',
  async (status) => {
    const { kinds, operations } = listeningOperations();
    const request = { status, url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
    await operations.create(principal, 'w', request);
    expect(kinds).toEqual(['saveWebhook']);
  },
);
