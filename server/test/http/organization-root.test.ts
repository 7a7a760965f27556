import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  organizationOf,
  requireRootOf,
  takingOffOrganizationRoot,
  targetOf,
} from '../../src/http/organization-root.ts';

const takeOff = takingOffOrganizationRoot([
  '/customers',
  '/customers/:id/lead-source',
  '/experimental/reports/x',
]);

function requestTo(url: string): IncomingMessage {
  return { url } as IncomingMessage;
}

describe('the root of an organization', () => {
  test.each([
    ['/organizations/a/customers', 'a', '/customers'],
    ['/organizations/a/customers/', 'a', '/customers/'],
    ['/organizations/a/customers?limit=1&filter=x/y', 'a', '/customers?limit=1&filter=x/y'],
    ['/organizations/a/customers/b%2Fc/lead-source', 'a', '/customers/b%2Fc/lead-source'],
    ['/organizations/a/customers//lead-source', 'a', '/customers//lead-source'],
    ['/organizations/%C3%A4%2Fb/customers', 'ä/b', '/customers'],
    ['/org%61nizations/a/c%75stomers', 'a', '/c%75stomers'],
    ['/experimental/organizations/a/reports/x', 'a', '/experimental/reports/x'],
    ['/organizations/a/experimental/reports/x', 'a', '/experimental/reports/x'],
    ['/organizations/organizations/customers', 'organizations', '/customers'],
  ])('is taken off %s', (url, organizationId, target) => {
    const request = requestTo(url);
    expect(takeOff(request)).toBe(target);
    expect(organizationOf({ raw: request })).toBe(organizationId);
    expect(targetOf(request)).toBe(url);
    expect(() => requireRootOf({ id: organizationId }, { raw: request })).not.toThrow();
    expect(() => requireRootOf({ id: 'another' }, { raw: request })).toThrow('No such organization.');
  });

  test.each([
    '/customers',
    '/customers?path=/organizations/a/customers',
    '/organizations',
    '/organizations/a',
    '/organizations/a/',
    '/organizations/a/health',
    '/organizations/a?/customers',
    '/organizations//customers',
    '/organizations/%zz/customers',
    '/organizations/a/%zz',
    '/organizations%2Fa%2Fcustomers',
    '/Organizations/a/customers',
    '/x/organizations/a/customers',
    '/organizations/a/organizations/a/customers',
    '',
  ])('is not seen in %s', (url) => {
    const request = requestTo(url);
    expect(takeOff(request)).toBe(url);
    expect(organizationOf({ raw: request })).toBeUndefined();
    expect(targetOf(request)).toBe(url);
    expect(() => requireRootOf({ id: 'any' }, { raw: request })).not.toThrow();
  });
});
