import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeOn } from '../../src/composition.ts';
import { readConfig } from '../../src/config.ts';
import { Failure } from '../../src/domain/failure.ts';
import { answerInTime } from '../../src/http/late-answer.ts';
import { openStore } from '../../src/open-store.ts';
import type { Service } from '../../src/service.ts';
import type { Reads, Store } from '../../src/storage/store.ts';
import { until } from '../support/patience.ts';
import { testDatabase, testOrganizationId, testSecretKey } from '../support/service.ts';

const refuse = (reason: string) => {
  throw new Error(reason);
};

describe('an answer that does not come', () => {
  const report = { method: 'GET', permission: 'reports:read' } as const;
  const ok = { status: 200 };

  /** A request whose work waits to be ended, on a connection that stands still whenever the test says so. */
  function begin(route: Parameters<typeof answerInTime>[0]) {
    const response = new EventEmitter();
    const worked = Promise.withResolvers<typeof ok>();
    const endings: AbortSignal[] = [];
    const answer = answerInTime(route, response as ServerResponse, (ending) => {
      endings.push(ending);
      return worked.promise;
    });
    return {
      answer,
      ending: () => endings[0],
      finish: () => worked.resolve(ok),
      fail: () => worked.reject(new Error('Later.')),
      /** Tells whether anybody hears of it: without a listener, Node closes the connection. */
      standStill: () => response.emit('timeout'),
    };
  }

  test.each([
    ['a report', report, 'The report took too long.'],
    ['a list', { method: 'GET', permission: 'customers:read' } as const, 'The list took too long.'],
  ])('fails as a read does that takes too long, and ends the work: %s', async (_words, route, sentence) => {
    const { answer, ending, standStill } = begin(route);
    expect(ending()?.aborted).toBe(false);
    expect(standStill()).toBe(true);
    const failure = new Failure('unavailable', sentence);
    await expect(answer).rejects.toEqual(failure);
    expect(ending()?.reason).toEqual(failure);
  });

  test('fails once, however the work ends', async () => {
    const { answer, fail, standStill } = begin(report);
    standStill();
    fail();
    await expect(answer).rejects.toThrow('The report took too long.');
  });

  test('is waited for where something may have been changed', async () => {
    const { answer, ending, finish, standStill } = begin({ method: 'POST', permission: 'reports:write' });
    expect(standStill()).toBe(true);
    finish();
    expect(await answer).toBe(ok);
    expect(ending()?.aborted).toBe(false);
  });

  test('is none that came, which the client may fail to read', async () => {
    const { answer, finish, standStill } = begin(report);
    finish();
    expect(await answer).toBe(ok);
    expect(standStill()).toBe(false);
  });
});

describe('a service whose storage takes long', () => {
  let service: Service;
  let drop: () => Promise<void>;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const begun: string[] = [];
  const requests: IncomingMessage[] = [];
  const onRequest = (message: unknown) => requests.push((message as { request: IncomingMessage }).request);

  beforeAll(async () => {
    const database = await testDatabase();
    const config = readConfig({
      PORT: '0',
      DATABASE_URL: database.url,
      LEADSOURCE_PUBLIC_URL: 'http://leadsource.test',
      LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
      LEADSOURCE_SECRET_KEY: testSecretKey,
      LEADSOURCE_LOG_LEVEL: 'silent',
    });
    const kept = await openStore(config, 'server', refuse);
    const read: Reads = {
      ...kept.read,
      async affiliateCredits(...parameters) {
        begun.push('credits');
        await released;
        return kept.read.affiliateCredits(...parameters);
      },
      affiliateTraffic(...parameters) {
        begun.push('traffic');
        return kept.read.affiliateTraffic(...parameters);
      },
    };
    const store = new Proxy(kept, {
      get: (_kept, name: keyof Store) => {
        if (name === 'read') return read;
        const part = kept[name];
        return typeof part === 'function' ? part.bind(kept) : part;
      },
    });
    service = await composeOn(store, pino({ level: 'silent' }), { config, onFatal: refuse });
    drop = database.drop;
    subscribe('http.server.request.start', onRequest);
  });
  afterAll(async () => {
    unsubscribe('http.server.request.start', onRequest);
    await service[Symbol.asyncDispose]();
    await drop();
  });

  function ask(path: string, body?: object): Promise<Response> {
    const headers = { 'REB-APIKEY': testSecretKey, 'Content-Type': 'application/json' };
    const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return fetch(service.url + path, { headers, ...request });
  }

  test('answers a read with 503, begins no more reads for it, and says what a change came to', async () => {
    const change = ask('/affiliate-periods', { periodStart: '2026-01-01', periodEnd: '2026-02-01' });
    const late = ask('/reports/affiliates?periodStart=2026-01-01');
    await until(() => begun.length === 2);
    // As the sockets do by themselves after 90 seconds.
    for (const { socket } of requests) socket.emit('timeout');
    const answer = await late;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({
      detail: 'The report took too long.',
      instance: '/reports/affiliates',
    });
    release();
    expect((await change).status).toBe(201);
    expect(begun).toEqual(['credits', 'credits', 'traffic']);
  });
});
