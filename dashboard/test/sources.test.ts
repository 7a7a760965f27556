import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../src');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** Whatever a page of a browser can ask others by. */
const waysOut =
  /\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|WebTransport|EventSource|RTCPeerConnection|Worker|importScripts)\b/;

test('the page asks for everything through the client', () => {
  expect(sources.filter(({ text }) => text.includes('client.get')).length).toBeGreaterThan(10);
  expect(sources.filter(({ text }) => waysOut.test(text)).map(({ name }) => name)).toEqual([]);
});
