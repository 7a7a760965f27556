import { describe, expect, test } from 'vitest';
import type { VerifiedToken } from '../../src/domain/token.ts';
import { rememberTokens } from '../../src/http/bearer-memory.ts';
import { NOW } from './bearer-forge.ts';

const verified: VerifiedToken = {
  issuer: 'i',
  isOwn: true,
  subject: 's',
  organizationId: 'org_1',
  permissions: [],
  keyId: null,
  expiresTime: NOW + 3_600_000,
};

function memoryAt(capacity: number) {
  const clock = { now: NOW };
  return { clock, memory: rememberTokens(capacity, () => clock.now) };
}

describe('the memory of believed tokens', () => {
  test('gives back what was kept, and nothing for another token', () => {
    const { memory } = memoryAt(10);
    memory.keep('a.b.c', verified);
    expect(memory.recall('a.b.c')).toEqual(verified);
    expect(memory.recall('a.b.d')).toBeNull();
  });

  test('forgets a token a minute after it was judged, however often it is used', () => {
    const { clock, memory } = memoryAt(10);
    memory.keep('a.b.c', verified);
    for (const elapsed of [30_000, 59_999]) {
      clock.now = NOW + elapsed;
      expect(memory.recall('a.b.c')).not.toBeNull();
    }
    clock.now = NOW + 60_000;
    expect(memory.recall('a.b.c')).toBeNull();
  });

  test('forgets a token where the clock was set back by a minute or more', () => {
    const { clock, memory } = memoryAt(10);
    memory.keep('a.b.c', verified);
    clock.now = NOW - 59_999;
    expect(memory.recall('a.b.c')).not.toBeNull();
    clock.now = NOW - 60_000;
    expect(memory.recall('a.b.c')).toBeNull();
  });

  test('forgets a token at the moment it expires', () => {
    const { clock, memory } = memoryAt(10);
    memory.keep('a.b.c', { ...verified, expiresTime: NOW + 5000 });
    clock.now = NOW + 4999;
    expect(memory.recall('a.b.c')).not.toBeNull();
    clock.now = NOW + 5000;
    expect(memory.recall('a.b.c')).toBeNull();
  });

  test('holds no more than its capacity, and the oldest goes first', () => {
    const { memory } = memoryAt(2);
    for (const token of ['first', 'second', 'third'])
      memory.keep(token, { ...verified, expiresTime: NOW + 5000 });
    expect(['first', 'second', 'third'].map((token) => memory.recall(token) !== null)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('counts a token that is kept twice once', () => {
    const { memory } = memoryAt(2);
    for (const token of ['first', 'second', 'second'])
      memory.keep(token, { ...verified, expiresTime: NOW + 5000 });
    expect(memory.recall('first')).not.toBeNull();
  });
});
