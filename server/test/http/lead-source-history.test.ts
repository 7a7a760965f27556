import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

interface Touch {
  readonly id: string;
  readonly position: string;
  readonly source: string;
  readonly actor: string;
}

async function record(id: string, sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    await service.call('PUT', `/customers/${id}/lead-source`, { body: { source } });
    clock.advance(1000);
  }
}

async function touchesOf(id: string, query = ''): Promise<readonly Touch[]> {
  const { status, body } = await service.call('GET', `/customers/${id}/lead-sources${query}`);
  expect(status).toBe(200);
  return body as Touch[];
}

describe('GET /customers/{id}/lead-sources', () => {
  test('lists every touch, oldest first, with its position', async () => {
    await record('four', ['a', 'b', 'c', 'd']);
    expect((await touchesOf('four')).map(({ source, position }) => [source, position])).toEqual([
      ['a', 'original'],
      ['b', 'intermediary'],
      ['c', 'intermediary'],
      ['d', 'most-recent'],
    ]);
  });

  test('a single touch is the original', async () => {
    await record('one', ['a']);
    expect((await touchesOf('one')).map(({ position }) => position)).toEqual(['original']);
  });

  test('touches of one moment stand in the order of their arrival', async () => {
    for (const source of ['x', 'y', 'z']) {
      await service.call('PUT', '/customers/moment/lead-source', { body: { source } });
    }
    expect((await touchesOf('moment')).map(({ source }) => source)).toEqual(['x', 'y', 'z']);
  });

  test('each touch shows its times, origin, actor and the eleven fields', async () => {
    const time = new Date(clock.now()).toISOString();
    await record('shape', ['a']);
    const [touch] = await touchesOf('shape');
    expect(touch).toEqual({
      id: expect.stringMatching(/^tch_[0-9A-HJKMNP-TV-Z]{13}$/),
      occurredTime: time,
      recordedTime: time,
      position: 'original',
      channel: 'Unassigned',
      origin: 'api',
      actor: expect.stringMatching(/^key_/),
      medium: null,
      source: 'a',
      campaign: null,
      term: null,
      content: null,
      affiliate: null,
      subAffiliate: null,
      salesAgent: null,
      clickId: null,
      path: null,
      referrer: null,
    });
  });

  test("a touch keeps its actor: the key's id or the token's subject", async () => {
    await record('actors', ['a']);
    const minted = await service.call('POST', '/tokens', { body: { subject: 'someone' } });
    const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
    await service.call('PUT', '/customers/actors/lead-source', { body: { source: 'b' }, headers });
    const { body } = await service.call('GET', '/api-keys');
    const [key] = body as { id: string }[];
    expect((await touchesOf('actors')).map(({ actor }) => actor)).toEqual([key?.id, 'someone']);
  });

  test('a customer without touches answers an empty array, an unknown one 404', async () => {
    await service.call('PUT', '/customers/bare', { body: {} });
    expect(await touchesOf('bare')).toEqual([]);
    expect((await service.call('GET', '/customers/unknown/lead-sources')).status).toBe(404);
  });

  test.each([
    ['?limit=2', ['a', 'b'], '2', '0'],
    ['?limit=2&offset=3', ['d', 'e'], '2', '3'],
    ['?offset=99', [], '100', '99'],
    ['?limit=0', [], '0', '0'],
  ])('the page %s says where it stands', async (query, sources, limit, offset) => {
    const id = `paged-${limit}-${offset}`;
    await record(id, ['a', 'b', 'c', 'd', 'e']);
    const answer = await service.call('GET', `/customers/${id}/lead-sources${query}`);
    expect((answer.body as Touch[]).map(({ source }) => source)).toEqual(sources);
    expect(answer.headers.get('pagination-total')).toBe('5');
    expect(answer.headers.get('pagination-limit')).toBe(limit);
    expect(answer.headers.get('pagination-offset')).toBe(offset);
  });

  test('a PUT is the most recent touch even where the clock went back', async () => {
    await record('back', ['a']);
    clock.advance(-3_600_000);
    await record('back', ['b']);
    const { body } = await service.call('GET', '/customers/back/lead-source');
    expect(body).toMatchObject({ source: 'b', original: { source: 'a' } });
    expect((await touchesOf('back')).map(({ source }) => source)).toEqual(['a', 'b']);
    clock.advance(3_600_000);
  });
});
