import { getEventListeners, once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAddressJudge } from '../../src/webhooks/address.ts';
import { createPost } from '../../src/webhooks/request.ts';
import { testCertificate } from '../support/tls-certificate.ts';

const judge = createAddressJudge({ allowedNetworks: ['127.0.0.1'], ownAddresses: () => [] });
const never = new AbortController().signal;
const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    // Clients may well break off.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

interface Sending {
  readonly signal?: AbortSignal;
  readonly timeoutMilliseconds?: number;
  readonly now?: () => number;
  readonly resolve?: () => Promise<readonly string[]>;
}

function send(url: string, { signal = never, ...options }: Sending = {}) {
  const post = createPost({ judge, resolve: async () => ['127.0.0.1'], now: Date.now, ...options });
  return post({ url, headers: { 'x-token': 'a' }, body: '{"ä":1}' }, signal);
}

async function sendTo(listener: RequestListener, options: Sending = {}) {
  return send(`http://hooks.example:${await listen(createServer(listener))}/a?b=c`, options);
}

/** Sends to what answers these bytes, and perhaps ends the connection. */
async function sendToRaw(bytes: string, ends: boolean, options: Sending = {}) {
  const server = createSocketServer((socket) => {
    socket.once('data', () => (ends ? socket.end(bytes) : socket.write(bytes)));
  });
  return send(`http://hooks.example:${await listen(server)}/`, options);
}

describe('a request', () => {
  test('says what it is, with its name as host, on a connection of its own', async () => {
    const seen: unknown[] = [];
    const { responseStatus, url } = await sendTo((request, response) => {
      const { method, headers } = request;
      request.setEncoding('utf8').on('data', (text) => seen.push([method, request.url, headers, text]));
      request.on('end', () => response.writeHead(202).end());
    });
    expect(responseStatus).toBe(202);
    const { host } = new URL(url);
    const headers = {
      host,
      'x-token': 'a',
      connection: 'close',
      'content-type': 'application/json',
      'content-length': '8',
    };
    expect(seen).toEqual([['POST', '/a?b=c', headers, '{"ä":1}']]);
  });

  test('goes out encrypted, to who proves the name', async () => {
    const names: unknown[] = [];
    const SNICallback = (name: string, answer: (error: null) => void) => {
      names.push(name);
      answer(null);
    };
    const server = createTlsServer({ ...testCertificate, SNICallback }, (_request, response) =>
      response.end(),
    );
    const url = `https://hooks.example:${await listen(server)}/`;
    const known = getCACertificates('default');
    expect(await send(url)).toMatchObject({
      responseStatus: null,
      error: 'The request failed: DEPTH_ZERO_SELF_SIGNED_CERT.',
    });
    try {
      setDefaultCACertificates([...known, testCertificate.cert]);
      expect(await send(url)).toMatchObject({ responseStatus: 200, error: null });
      expect(await send(url.replace('.example', '.example.'))).toMatchObject({ responseStatus: 200 });
      // Many servers choose their certificate by the name that is asked for.
      expect(names).toEqual(['hooks.example', 'hooks.example', 'hooks.example']);
      expect(await send(url.replace('hooks', 'others'))).toMatchObject({
        responseStatus: null,
        error: 'The request failed: ERR_TLS_CERT_ALTNAME_INVALID.',
      });
    } finally {
      setDefaultCACertificates(known);
    }
  });
});

const late = 'No answer came in time.';

describe('an answer', () => {
  test.each([301, 302, 303, 307, 308])('of %i leads nowhere', async (status) => {
    let requests = 0;
    const attempt = await sendTo((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(attempt).toMatchObject({ responseStatus: status, error: null });
    expect(requests).toBe(1);
  });

  test('that has failed is kept by its beginning alone; one that succeeded is not kept', async () => {
    const long = 'ä'.repeat(5000);
    const failed = await sendTo((_request, response) => void response.writeHead(500).end(long));
    expect(failed.response).toBe(long.slice(0, 1000));
    const succeeded = await sendTo((_request, response) => void response.end(long));
    expect(succeeded).toMatchObject({ responseStatus: 200, response: null });
  });

  test.each([
    { status: 299, text: 'x', kept: null },
    { status: 300, text: 'x', kept: 'x' },
    { status: 500, text: '', kept: null },
  ])('of $status with the text "$text" leaves $kept', async ({ status, text, kept }) => {
    const attempt = await sendTo((_request, answer) => void answer.writeHead(status).end(text));
    expect(attempt).toMatchObject({ responseStatus: status, response: kept });
  });

  test('is kept though it comes in pieces', async () => {
    const { response } = await sendTo((request, answer) => {
      answer.writeHead(500).write('a'.repeat(200));
      // The sender has read the first piece once it goes on to write.
      request.on('end', () => setImmediate(() => answer.end('b'.repeat(200)))).resume();
    });
    expect(response).toBe('a'.repeat(200) + 'b'.repeat(200));
  });

  test('holds nothing that cannot be kept', async () => {
    const bytes = Buffer.from([0x61, 0x00, 0xff, 0xed, 0xa0, 0x80]);
    const { response } = await sendTo((_request, answer) => void answer.writeHead(500).end(bytes));
    expect(response?.isWellFormed()).toBe(true);
    expect(response).not.toContain('\0');
    const long = `${'x'.repeat(999)}😀`;
    const cut = await sendTo((_request, answer) => void answer.writeHead(500).end(long));
    expect(cut.response).toBe(`${'x'.repeat(999)}\ufffd`);
  });

  test('without end is read for a little, and then left', async () => {
    let written = 0;
    const { responseStatus } = await sendTo((_request, response) => {
      response.writeHead(500);
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(16_384))) written += 16_384;
      };
      response.on('drain', write);
      write();
    });
    expect(responseStatus).toBe(500);
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  test.each([
    ['that is no HTTP', 'hello\r\n\r\n', true, /^The request failed: HPE_/],
    ['that never comes', '', false, /^No answer came in time\.$/],
    ['whose head never ends', 'HTTP/1.1 200 OK\r\nx: y', false, /^No answer came in time\.$/],
    [
      'with a head that is too long',
      `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(99_999)}`,
      false,
      /HPE_HEADER_OVERFLOW/,
    ],
    ['that only promises', 'HTTP/1.1 103 Early Hints\r\n\r\n', false, /^No answer came in time\.$/],
    ['that breaks off', 'HTTP/1.1 200', true, /^The (?:request failed|connection was closed)/],
    [
      'of another protocol',
      'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
      false,
      /changes the protocol/,
    ],
  ])('%s is a failure', async (_words, bytes, ends, error) => {
    const attempt = await sendToRaw(bytes, ends, error.test(late) ? { timeoutMilliseconds: 300 } : {});
    expect(attempt).toMatchObject({ responseStatus: null, error: expect.stringMatching(error) });
  });

  test('whose body breaks off, or takes too long, counts by its status', async () => {
    const head = 'HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\nhal';
    for (const ends of [true, false]) {
      const attempt = await sendToRaw(head, ends, { timeoutMilliseconds: 300 });
      expect(attempt).toMatchObject({ responseStatus: 500, error: null, response: 'hal' });
    }
  });
});

test('a request leaves nothing behind that waits for the service to stop, however it ends', async () => {
  const made = vi.spyOn(AbortSignal, 'any');
  const url = `https://hooks.example:${await listen(createServer())}/`;
  const attempts = [
    await sendTo((_request, response) => response.end()),
    await sendTo((_request, response) => response.destroy()),
    await send(url),
    await send('https://hooks.example/', { resolve: async () => ['10.0.0.1'] }),
    await send('https://hooks.example/', { resolve: () => new Promise(() => {}), timeoutMilliseconds: 50 }),
  ];
  expect(attempts.map(({ responseStatus }) => responseStatus)).toEqual([200, null, null, null, null]);
  const signals = made.mock.results.map(({ value }) => value as AbortSignal);
  expect(signals.length).toBeGreaterThanOrEqual(attempts.length);
  expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
});

describe('who cannot be reached', () => {
  test.each([15_000, -60_000, 3_600_000])(
    'has fifteen seconds, and is said to have had them by a clock that meanwhile goes on by %i ms',
    async (passed) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      try {
        let time = 100_000;
        let isOver = false;
        const options = { resolve: () => new Promise<never>(() => {}), now: () => time };
        const attempt = send('http://hooks.example/', options).finally(() => {
          isOver = true;
        });
        await vi.advanceTimersByTimeAsync(14_999);
        expect(isOver).toBe(false);
        time += passed;
        await vi.advanceTimersByTimeAsync(1);
        expect(await attempt).toMatchObject({ error: late, durationMilliseconds: 15_000 });
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test('is a failure that tells no address', async () => {
    const port = await listen(createServer());
    const server = servers.pop();
    server?.close();
    const { error } = await send(`http://hooks.example:${port}/`);
    expect(error).toBe('The request failed: ECONNREFUSED.');
  });

  test('leaves no connection open, though the other side never begins to encrypt it', async () => {
    const isClosed = Promise.withResolvers<void>();
    const mute = createSocketServer((socket) => void socket.resume().once('close', isClosed.resolve));
    const url = `https://hooks.example:${await listen(mute)}/`;
    expect((await send(url, { timeoutMilliseconds: 300 })).error).toBe(late);
    await isClosed.promise;
  });

  test('under a name that nobody knows, or that takes too long to find, is one too', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const url = 'http://hooks.example/';
    const failing = await send(url, { resolve: () => Promise.reject(unknown) });
    expect(failing.error).toBe('The request failed: ENOTFOUND.');
    expect((await send('http://hooks example/')).error).toBe('The address is not permitted.');
    const mute = await send(url, { resolve: () => new Promise(() => {}), timeoutMilliseconds: 50 });
    expect(mute.error).toBe('No answer came in time.');
  });

  test('is left when the service stops', async () => {
    const stop = new AbortController();
    const attempt = sendTo(() => stop.abort(), { signal: stop.signal });
    expect(await attempt).toMatchObject({ responseStatus: null });
  });

  test('is not even looked for once the service has stopped', async () => {
    const resolve = vi.fn(() => new Promise<never>(() => {}));
    const attempt = await send('http://hooks.example/', { resolve, signal: AbortSignal.abort() });
    expect(attempt).toMatchObject({ responseStatus: null });
    expect(resolve).not.toHaveBeenCalled();
  });
});
