import { describe, expect, test } from 'vitest';
import { beyond, grants, isPermission, narrowed, permissions } from '../../src/domain/permission.ts';

describe('permissions', () => {
  test('are a right to read and one to write for each noun, two that only write, and all of them', () => {
    const nouns = ['lead-sources', 'customers', 'conversions', 'reports', 'settings', 'api-keys', 'webhooks'];
    const both = nouns.flatMap((noun) => [`${noun}:read`, `${noun}:write`]);
    expect(permissions.toSorted()).toEqual([...both, 'capture:write', 'privacy:write', '*'].toSorted());
  });

  test.each([
    '',
    'customers',
    'customers:',
    'customers:READ',
    ' customers:read',
    'capture:read',
    '**',
    'toString',
  ])('do not include %j', (text) => {
    expect(isPermission(text)).toBe(false);
  });

  test.each(permissions)('include %s, which grants itself', (permission) => {
    expect(isPermission(permission)).toBe(true);
    expect(grants([permission], permission)).toBe(true);
    expect(grants([], permission)).toBe(false);
    expect(grants(['*'], permission)).toBe(true);
  });

  test('to write do not grant to read', () => {
    expect(grants(['customers:write'], 'customers:read')).toBe(false);
  });

  test('of all kinds together are not the right to everything', () => {
    const allButEverything = permissions.filter((permission) => permission !== '*');
    expect(beyond(allButEverything, ['*'])).toEqual(['*']);
  });

  test('beyond what one holds are named in the order asked for', () => {
    const wanted = ['webhooks:read', 'customers:read', 'api-keys:write'] as const;
    expect(beyond(['customers:read'], wanted)).toEqual(['webhooks:read', 'api-keys:write']);
    expect(beyond(['*'], wanted)).toEqual([]);
    expect(beyond([], [])).toEqual([]);
  });

  test('that are narrowed are those of both', () => {
    expect(narrowed(['*'], ['customers:read', 'reports:read'])).toEqual(['customers:read', 'reports:read']);
    expect(narrowed(['customers:read'], ['*'])).toEqual(['customers:read']);
    expect(narrowed(['*'], ['*'])).toEqual(['*']);
    expect(narrowed(['customers:read', 'webhooks:write'], ['webhooks:write'])).toEqual(['webhooks:write']);
    expect(narrowed(['customers:read'], ['customers:write'])).toEqual([]);
    expect(narrowed(['*'], [])).toEqual([]);
  });
});
