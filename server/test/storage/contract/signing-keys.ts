import { expect, test } from 'vitest';
import type { SigningKey } from '../../../src/domain/signing-key.ts';
import type { ContractGround } from './ground.ts';

function keyNamed(id: string): SigningKey {
  return { id, publicJwk: { kty: 'EC', x: id }, privateJwk: { kty: 'EC', d: id }, createdTime: 1 };
}

export function signingKeyContract({ room, reopen }: ContractGround): void {
  test('of several first signing keys one is kept, which all callers get, also later', async () => {
    const ground = await room();
    expect(await ground.store.read.signingKeys()).toEqual([]);
    const attempts = ['a', 'b', 'c'].map((id) =>
      ground.store.write('ensureSigningKey', { key: keyNamed(id) }),
    );
    const [kept, ...others] = await Promise.all(attempts);
    expect(others).toEqual([kept, kept]);
    await reopen();
    expect(await ground.store.read.signingKeys()).toEqual([kept]);
    expect(await ground.store.write('ensureSigningKey', { key: keyNamed('d') })).toEqual(kept);
  });
}
