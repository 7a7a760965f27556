import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { SigningKey } from '../../src/domain/signing-key.ts';
import { createTokenVerifier } from '../../src/http/bearer.ts';
import {
  AUDIENCE,
  compact,
  failureOf,
  goodClaims,
  goodToken,
  ISSUER,
  isBelieved,
  NOW,
  NOW_SECONDS,
  own,
  toSigningKey,
} from './bearer-forge.ts';

describe('our own keys', () => {
  let serial = 0;

  function ownWorld() {
    const world = { now: NOW, kept: [own.signingKey] as SigningKey[], reads: 0, broken: false };
    const keys = async () => {
      world.reads++;
      if (world.broken) throw new Failure('unavailable', 'The storage is closed.');
      return world.kept;
    };
    const parts = { own: { issuer: ISSUER, audience: AUDIENCE, keys }, outside: [], now: () => world.now };
    return { world, verifier: createTokenVerifier(parts) };
  }

  function ownToken(kid = 'key_1'): string {
    serial++;
    return compact({ alg: 'ES256', kid }, { ...goodClaims, jti: serial }, own.sign);
  }

  test('are read once in five seconds', async () => {
    const { world, verifier } = ownWorld();
    for (const elapsed of [0, 1, 4999]) {
      world.now = NOW + elapsed;
      expect(await isBelieved(verifier, ownToken())).toBe(true);
    }
    expect(world.reads).toBe(1);
    world.now = NOW + 5000;
    await verifier.verify(ownToken());
    expect(world.reads).toBe(2);
  });

  test('are not read for a token that was believed a moment ago', async () => {
    const { world, verifier } = ownWorld();
    for (const elapsed of [0, 30_000, 59_999]) {
      world.now = NOW + elapsed;
      expect(await isBelieved(verifier, goodToken)).toBe(true);
    }
    expect(world.reads).toBe(1);
  });

  test('work from the moment they are kept', async () => {
    const { world, verifier } = ownWorld();
    world.kept = [];
    expect(await isBelieved(verifier, ownToken())).toBe(false);
    world.kept = [toSigningKey('key_2', own.publicKey)];
    expect(await isBelieved(verifier, ownToken('key_2'))).toBe(true);
  });

  test('that are taken away prove nothing five seconds later', async () => {
    const { world, verifier } = ownWorld();
    await verifier.verify(ownToken());
    world.kept = [];
    world.now += 5000;
    expect(await isBelieved(verifier, ownToken())).toBe(false);
  });

  test('that cannot be read make the answer unavailable, not a refusal', async () => {
    const { world, verifier } = ownWorld();
    world.broken = true;
    expect(await failureOf(verifier.verify(ownToken()))).toBe('unavailable');
  });

  test('are not used for a token whose expiry comes while it is remembered', async () => {
    const { world, verifier } = ownWorld();
    const token = compact({ alg: 'ES256', kid: 'key_1' }, { ...goodClaims, exp: NOW_SECONDS + 10 }, own.sign);
    expect(await isBelieved(verifier, token)).toBe(true);
    world.now += 10_000;
    expect(await isBelieved(verifier, token)).toBe(false);
  });
});
