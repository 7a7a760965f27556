import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(service.url + path, { headers });

describe('the page for people', () => {
  test('may run nothing, show nothing and ask nothing that is not from the service', async () => {
    const answer = await ask('/');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
    const html = await answer.text();
    expect(html).not.toMatch(/<script(?![^>]* src="\.\/assets\/)|<style|\son\w+=|style=|https?:/);
  });

  test('is asked for anew, while what it consists of is kept for as long as its name is the same', async () => {
    const page = await ask('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await ask('/', { 'if-none-match': page.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    const parts = [...(await page.text()).matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(parts.length).toBeGreaterThanOrEqual(2);
    for (const path of parts) {
      const part = await ask(path);
      expect(part.status).toBe(200);
      expect(part.headers.get('content-type')).toMatch(/^text\/(?:javascript|css); charset=utf-8$/);
      expect(part.headers.get('content-encoding')).toBe('gzip');
      expect(part.headers.get('cache-control')).toContain('immutable');
      expect(part.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  test('leads to nothing else of its folder', async () => {
    for (const path of ['/index.html', '/package.json', '/assets/none.js', '/assets/..%2findex.html'])
      expect((await ask(path)).status).toBe(404);
  });
});
