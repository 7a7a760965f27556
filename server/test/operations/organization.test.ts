import { describe, expect, test, vi } from 'vitest';
import { hashSecret, newSecret } from '../../src/operations/api-key.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createOrganizationOperations } from '../../src/operations/organization.ts';

const random = (count: number) => new Uint8Array(count).fill(7);

describe('the first organization', () => {
  /** What a start makes, or finds made already. */
  async function made(organizationId: string | null, secretKey: string | null, initialized = true) {
    const write = vi.fn(async (_kind: string, _input: object) => ({ initialized }));
    const context = { store: { write }, now: () => 1, random } as unknown as OperationContext;
    const told = await createOrganizationOperations(context).initialize(organizationId, secretKey);
    return { told, written: write.mock.calls[0] };
  }

  test.each([
    [newSecret('secret', 'sandbox', random), 'sandbox'],
    [newSecret('secret', 'live', random), 'live'],
    ['correct-horse-battery-staple-so!', 'live'],
  ])('lets in the key %s that it is made with: it is %s', async (secret, environment) => {
    const { told, written } = await made('org_a', secret);
    expect(told).toMatchObject({ organization: { id: 'org_a', environment }, secret });
    const key = { organizationId: 'org_a', type: 'secret', acl: ['*'], expiresTime: null };
    expect(written).toMatchObject(['initialize', { key, secretHash: hashSecret(secret) }]);
  });

  test('has an id and a key of its own where none are given', async () => {
    const { told, written } = await made(null, null);
    expect(told?.organization).toMatchObject({ id: expect.stringMatching(/^org_/), environment: 'live' });
    expect(told?.secret).toMatch(/^sk_live_/);
    expect(written?.[1]).toMatchObject({ secretHash: hashSecret(told?.secret ?? '') });
  });

  test('is not told of again, nor is any key', async () => {
    expect((await made('org_a', null, false)).told).toBeNull();
  });
});
