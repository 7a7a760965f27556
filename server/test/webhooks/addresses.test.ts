import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Store } from '../../src/storage/store.ts';
import { createAddressJudge } from '../../src/webhooks/address.ts';
import type { ResolveName } from '../../src/webhooks/connection.ts';
import { faultOfUrl } from '../../src/webhooks/destination.ts';
import { createPost } from '../../src/webhooks/request.ts';
import { Telling } from '../../src/webhooks/telling.ts';
import { deniedAnswers, deniedUrls, port, publicUrls } from './address-vectors.ts';

const denied = 'The address is not permitted.';
const ownPublicAddress = '198.41.0.4';
const never = new AbortController().signal;
const fewest = 120;

/** Listeners on this machine that no request may reach, on one port. */
let listeners: readonly Server[];
let listening: number;
let connections = 0;

beforeAll(async () => {
  const listen = async (host: string, wanted: number): Promise<Server> => {
    const server = createServer((_request, response) => response.end());
    server.on('connection', () => {
      connections += 1;
    });
    server.listen(wanted, host);
    await once(server, 'listening');
    return server;
  };
  const first = await listen('127.0.0.1', 0);
  listening = (first.address() as AddressInfo).port;
  listeners = [first, await listen('::1', listening)];
});
afterAll(() => {
  for (const server of listeners) server.close();
});

function judgeOf(allowedNetworks: readonly string[] = []) {
  return createAddressJudge({ allowedNetworks, ownAddresses: () => [ownPublicAddress] });
}

/** Sends to a URL as it stands, whatever was said about it when it was saved. */
async function send(url: string, resolve: ResolveName, allowedNetworks: readonly string[] = []) {
  const post = createPost({ judge: judgeOf(allowedNetworks), resolve, now: Date.now });
  const before = connections;
  const { responseStatus, error } = await post({ url, headers: {}, body: '{}' }, never);
  return { responseStatus, error, connections: connections - before };
}

/** Answers that nobody knows the name; a real name server must never be asked by a test. */
const knowsNobody: ResolveName = async () => [];

function withPort(url: string): string {
  return url.replaceAll(port, String(listening));
}

describe('where nothing may be delivered', () => {
  test('there are enough ways to say so', () => {
    expect(new Set([...deniedUrls, ...deniedAnswers]).size).toBeGreaterThanOrEqual(fewest);
  });

  test.each(deniedUrls)('a webhook is not saved, and nothing is sent: %j', async (written) => {
    const url = withPort(written);
    const rules = { judge: judgeOf(), allowsNetworks: false };
    expect(faultOfUrl(url, rules)).toMatch(/^must /);
    const localhost: ResolveName = async () => ['127.0.0.1', '::1'];
    const answer = { responseStatus: null, error: denied, connections: 0 };
    expect(await send(url, localhost)).toEqual(answer);
    expect(await send(url, knowsNobody)).toEqual(answer);
  });

  test.each(deniedAnswers)('nothing is sent to a name that leads to %j', async (address) => {
    const answer = { responseStatus: null, error: denied, connections: 0 };
    for (const addresses of [[address], ['8.8.8.8', address], [address, '8.8.8.8']]) {
      const url = withPort('https://rebinding.example:PORT/');
      expect(await send(url, async () => addresses)).toEqual(answer);
    }
  });

  test('nothing is sent to a public address of this machine', async () => {
    const url = `https://${ownPublicAddress}/`;
    expect(faultOfUrl(url, { judge: judgeOf(), allowsNetworks: false })).toMatch(/^must not lead/);
    const answer = { responseStatus: null, error: denied, connections: 0 };
    expect(await send(url, knowsNobody)).toEqual(answer);
    expect(await send('https://named.example/', async () => [ownPublicAddress])).toEqual(answer);
  });

  test('the listeners would have noticed', async () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const sent = await send(`http://${host}:${listening}/`, knowsNobody, ['127.0.0.0/8', '::1']);
      expect(sent).toEqual({ responseStatus: 200, error: null, connections: 1 });
    }
  });
});

describe('a name that leads elsewhere each time it is asked for', () => {
  test.each(['https', 'http'])(
    'is asked once for each %s request, and is where that says',
    async (scheme) => {
      // Nobody listens there.
      const permitted = '127.0.0.2';
      let asked = 0;
      const rebinding: ResolveName = async () => (asked++ % 2 === 0 ? [permitted] : ['127.0.0.1', '::1']);
      const url = `${scheme}://rebinding.example:${listening}/`;
      const post = createPost({
        judge: judgeOf([permitted]),
        resolve: rebinding,
        now: Date.now,
      });
      const before = connections;
      for (let round = 0; round < 10; round++) {
        const { responseStatus } = await post({ url, headers: {}, body: '{}' }, never);
        expect(responseStatus).toBeNull();
      }
      expect(asked).toBe(10);
      expect(connections - before).toBe(0);
    },
  );
});

describe('where something may be delivered', () => {
  test.each(publicUrls)('a webhook is saved: %s', (url) => {
    expect(faultOfUrl(url, { judge: judgeOf(), allowsNetworks: false })).toBeNull();
  });

  test.each([
    ['10.0.0.0/8', 'http://10.1.2.3:8080/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', true],
    ['10.0.0.0/8', 'http://11.0.0.1/', false],
    ['10.0.0.0/8', 'https://192.168.0.1/', false],
    ['10.0.0.0/8', 'https://127.0.0.1/', false],
    ['10.0.0.0/8', 'https://localhost/', false],
    ['10.0.0.0/8', 'http://billing.internal/', true],
    ['10.1.2.3', 'http://10.1.2.3/', true],
    ['10.1.2.3', 'http://10.1.2.4/', false],
    ['127.0.0.0/8', 'http://localhost:8080/', true],
    ['::1', 'http://localhost:8080/', true],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://[fc12::1]/', false],
    ['fd00::/8', 'http://10.0.0.1/', false],
    ['198.41.0.4', 'https://198.41.0.4/', true],
  ])('a network %s that the operator allows makes %s good: %s', (network, url, isGood) => {
    const fault = faultOfUrl(url, { judge: judgeOf([network]), allowsNetworks: true });
    expect(fault === null).toBe(isGood);
  });

  test('what the service tells goes to no address of its machine, which may change as it runs', () => {
    const telling = new Telling({
      ...{ store: {} as Store, now: Date.now, random: (count) => new Uint8Array(count), holder: 'a' },
      ...{ allowedNetworks: [], compose: () => '', userAgent: 'a', onError: () => undefined },
    });
    expect(telling.faultOfUrl(`https://${ownPublicAddress}/`)).toBeNull();
    const [asked] = Object.values(os.networkInterfaces()).flat();
    const own = {
      ...(asked as os.NetworkInterfaceInfo),
      address: ownPublicAddress,
    } as os.NetworkInterfaceInfo;
    vi.spyOn(os, 'networkInterfaces').mockReturnValue({ wan: [own] });
    syncBuiltinESMExports();
    try {
      expect(telling.faultOfUrl(`https://${ownPublicAddress}/`)).toContain('must not lead');
    } finally {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
    }
  });

  test('a request goes to the next address of a name where nobody listens at the first', async () => {
    const url = `http://billing.example:${listening}/`;
    const sent = await send(url, async () => ['127.0.0.2', '127.0.0.1'], ['127.0.0.0/8']);
    expect(sent).toEqual({ responseStatus: 200, error: null, connections: 1 });
  });

  test('a request goes to four addresses of a name at the most', async () => {
    const url = `http://billing.example:${listening}/`;
    const mute = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
    const sent = await send(url, async () => [...mute, '127.0.0.1'], ['127.0.0.0/8']);
    expect(sent).toMatchObject({ responseStatus: null, connections: 0 });
    const fewer = await send(url, async () => [...mute.slice(1), '127.0.0.1'], ['127.0.0.0/8']);
    expect(fewer).toMatchObject({ responseStatus: 200, connections: 1 });
  });

  test('a request goes to the next address of a name where the first says nothing for long', async () => {
    const waiting = vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort());
    const url = `http://billing.example:${listening}/`;
    const sent = await send(url, async () => ['127.0.0.1', '::1'], ['127.0.0.0/8', '::1']);
    expect(sent).toMatchObject({ responseStatus: 200, error: null });
    expect(waiting.mock.calls).toEqual([[3000], [3000]]);
  });

  test('an unencrypted request goes to a name only if all its addresses are allowed', async () => {
    const url = `http://billing.example:${listening}/`;
    const allowed = ['127.0.0.0/8'];
    expect(await send(url, async () => ['127.0.0.1'], allowed)).toMatchObject({ responseStatus: 200 });
    for (const addresses of [['8.8.8.8'], ['127.0.0.1', '8.8.8.8'], ['127.0.0.1', '::1'], []]) {
      const answer = { responseStatus: null, error: denied, connections: 0 };
      expect(await send(url, async () => addresses, allowed)).toEqual(answer);
    }
  });
});
