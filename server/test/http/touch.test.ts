import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadSourceFields, leadSourceLimits } from '../../src/domain/lead-source.ts';
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
}

const post = (id: string, body: unknown, path = `/customers/${id}/lead-sources`) =>
  service.call('POST', path, { body });
const ago = (milliseconds: number) => new Date(clock.now() - milliseconds).toISOString();

async function listed(id: string): Promise<readonly (readonly [string, string])[]> {
  const { body } = await service.call('GET', `/customers/${id}/lead-sources`);
  return (body as Touch[]).map(({ source, position }) => [source, position]);
}

describe('POST /customers/{id}/lead-sources', () => {
  test('adds a touch and answers it as the list shows it', async () => {
    const everyFact = Object.fromEntries(leadSourceFields.map((field) => [field, `the ${field}`]));
    const longest = { term: 't'.repeat(leadSourceLimits.term), referrer: 'https://a.example/' };
    const body = { ...everyFact, ...longest, occurredTime: ago(5000) };
    const { status, body: touch } = await post('shape', body);
    expect(status).toBe(201);
    expect(touch).toEqual({
      id: expect.stringMatching(/^tch_[0-9A-HJKMNP-TV-Z]{13}$/),
      ...body,
      recordedTime: ago(0),
      position: 'original',
      channel: 'Affiliates',
      origin: 'api',
      actor: expect.stringMatching(/^key_/),
    });
    expect((await service.call('GET', '/customers/shape/lead-sources')).body).toEqual([touch]);
  });

  test('in the past it re-orders history, and may become the original', async () => {
    await service.call('PUT', '/customers/late/lead-source', { body: { source: 'put' } });
    const { headers: before } = await service.call('GET', '/customers/late/lead-source');
    await post('late', { source: 'first', occurredTime: ago(9000) });
    await post('late', { source: 'second', occurredTime: ago(5000) });
    expect(await listed('late')).toEqual([
      ['first', 'original'],
      ['second', 'intermediary'],
      ['put', 'most-recent'],
    ]);
    const { headers, body } = await service.call('GET', '/customers/late/lead-source');
    expect(body).toMatchObject({
      source: 'put',
      original: { source: 'first', createdTime: ago(9000), updatedTime: ago(9000) },
    });
    expect(headers.get('etag')).not.toBe(before.get('etag'));
  });

  test('between two others changes neither what GET shows nor its entity tag', async () => {
    for (const source of ['a', 'b']) {
      await service.call('PUT', '/customers/quiet/lead-source', { body: { source } });
      clock.advance(1000);
    }
    const before = await service.call('GET', '/customers/quiet/lead-source');
    await post('quiet', { source: 'between', occurredTime: ago(1500) });
    const after = await service.call('GET', '/customers/quiet/lead-source');
    expect([after.body, after.headers.get('etag')]).toEqual([before.body, before.headers.get('etag')]);
    expect((await service.call('GET', '/customers/quiet')).body).toMatchObject({ revision: 3 });
  });

  test('creates an unknown customer, also by an empty body and with a slash', async () => {
    expect(await post('new', {}, '/customers/new/lead-sources/')).toMatchObject({
      status: 201,
      body: { occurredTime: ago(0), source: null },
    });
    expect((await service.call('GET', '/customers/new')).status).toBe(200);
  });

  test('is never compared: the same twice is two touches', async () => {
    for (let time = 0; time < 2; time++) await post('twice', { source: 'a' });
    expect(await listed('twice')).toHaveLength(2);
  });

  test('ignores what is no fact, and the origin is never what a sender says', async () => {
    const more = { position: 'original', origin: 'capture', actor: 'me', recordedTime: ago(9), unknown: 1 };
    const { body } = await post('ignored', { source: 'a', ...more });
    expect(body).toMatchObject({ source: 'a', origin: 'api', recordedTime: ago(0) });
    expect(body).not.toHaveProperty('unknown');
  });

  test.each([
    ['as of now', () => ({})],
    ['a little ahead of its clock', () => ({ occurredTime: ago(-10) })],
  ])('%s is behind all that is there, though its clock is not', async (name, moment) => {
    const id = `behind-${name.length}`;
    await service.call('PUT', `/customers/${id}/lead-source`, { body: { source: 'first' } });
    clock.advance(-500);
    const told = { id: `told-${name.length}`, source: 'second' };
    const { status, body } = await post(id, { ...told, ...moment() });
    const again = [
      await post(id, { ...told, ...moment() }),
      await post(id, { ...told, occurredTime: ago(-500) }),
    ];
    clock.advance(500);
    expect([status, body]).toEqual([201, expect.objectContaining({ occurredTime: ago(0) })]);
    for (const answer of again) expect([answer.status, answer.body]).toEqual([200, body]);
    expect(await listed(id)).toEqual([
      ['first', 'original'],
      ['second', 'most-recent'],
    ]);
  });

  test('up to 60 seconds ahead counts as now, later is 422', async () => {
    const near = await post('ahead', { occurredTime: ago(-60_000) });
    expect(near.body).toMatchObject({ occurredTime: ago(0) });
    const far = await post('ahead', { occurredTime: ago(-60_001) });
    expect(far).toMatchObject({ status: 422, body: { invalidFields: [{ field: 'occurredTime' }] } });
    expect(await listed('ahead')).toHaveLength(1);
  });

  test('with zones and fractions is the same moment', async () => {
    const { body } = await post('zone', { occurredTime: '2020-01-01T01:00:00.1239+01:00' });
    expect(body).toMatchObject({ occurredTime: '2020-01-01T00:00:00.123Z' });
  });

  test.each([
    ['occurredTime', '2024-02-30T00:00:00Z'],
    ['occurredTime', '2024-01-01'],
    ['occurredTime', 1_700_000_000],
    ['id', ''],
    ['id', 'a b'],
    ['id', '..'],
    ['id', 'a'.repeat(51)],
    ['id', 'tch_0000000000001'],
    ['id', 7],
    ['source', 7],
    ['source', 'x'.repeat(leadSourceLimits.source + 1)],
    ['referrer', 'example.com'],
    ['path', '\u0000'],
  ])('%s %j is 422, naming the field', async (field, value) => {
    const answer = await post('invalid', { [field]: value });
    expect(answer).toMatchObject({ status: 422, body: { invalidFields: [{ field }] } });
    expect((await service.call('GET', '/customers/invalid')).status).toBe(404);
  });

  test('every fault is named at once', async () => {
    const { body } = await post('invalid', { id: '', occurredTime: 'x', medium: 5 });
    const { invalidFields } = body as { invalidFields: { field: string }[] };
    expect(invalidFields.map(({ field }) => field).toSorted()).toEqual(['id', 'medium', 'occurredTime']);
  });

  test('for an id that no customer may have is 422', async () => {
    expect((await post('a%20b', {})).status).toBe(422);
  });
});

describe('an id of a touch', () => {
  test('told again with the same content is 200 and adds nothing', async () => {
    const first = await post('named', { id: 'n-1', source: 'a', occurredTime: ago(-30_000) });
    expect(first).toMatchObject({ status: 201, body: { id: 'n-1' } });
    const sent = ago(-30_000);
    clock.advance(86_400_000);
    for (const body of [
      { id: 'n-1', source: 'a', occurredTime: sent },
      { id: 'n-1', source: 'a' },
      { id: 'n-1' },
      { id: 'n-1', source: 'a', medium: null },
    ]) {
      expect(await post('named', body)).toMatchObject({ status: 200, body: first.body as object });
    }
    expect(await listed('named')).toHaveLength(1);
  });

  test('with other content, or for another customer, is 409', async () => {
    await post('named', { id: 'n-2', source: 'a' });
    for (const [id, body] of [
      ['named', { id: 'n-2', source: 'b' }],
      ['named', { id: 'n-2', source: 'a', medium: 'cpc' }],
      ['named', { id: 'n-2', source: 'a', occurredTime: ago(1) }],
      ['other', { id: 'n-2', source: 'a' }],
    ] as const) {
      expect((await post(id, body)).status).toBe(409);
    }
    expect((await service.call('GET', '/customers/other')).status).toBe(404);
  });
});

describe('DELETE /customers/{id}/lead-sources/{touchId}', () => {
  const undo = async (id: string, touchId: string) =>
    (await service.call('DELETE', `/customers/${id}/lead-sources/${touchId}`)).status;

  test('undoes a touch, by its own id or by the one that it was given', async () => {
    await service.call('PUT', '/customers/undone/lead-source', { body: { source: 'put' } });
    const { body: first } = await post('undone', { source: 'earlier', occurredTime: ago(1000) });
    clock.advance(1000);
    await post('undone', { id: 'latest', source: 'latest' });
    expect(await undo('undone', 'latest')).toBe(204);
    expect((await service.call('GET', '/customers/undone/lead-source')).body).toMatchObject({
      source: 'put',
      updatedTime: ago(0),
      original: { source: 'earlier' },
    });
    expect(await undo('undone', (first as Touch).id)).toBe(204);
    expect(await listed('undone')).toEqual([['put', 'original']]);
    expect(await undo('undone', 'latest')).toBe(404);
  });

  test('the last one undone leaves the customer without lead source', async () => {
    await post('emptied', { id: 'only', source: 'a' });
    expect(await undo('emptied', 'only')).toBe(204);
    expect((await service.call('GET', '/customers/emptied/lead-source')).status).toBe(404);
    expect(await listed('emptied')).toEqual([]);
    expect((await service.call('GET', '/customers/emptied')).status).toBe(200);
    expect((await post('emptied', { id: 'only', source: 'b' })).status).toBe(201);
  });

  test("of what is unknown, another customer's or not to be named is 404", async () => {
    await post('has', { id: 'theirs', source: 'a' });
    await post('mine', { source: 'a' });
    for (const [id, touchId] of [
      ['mine', 'theirs'],
      ['mine', 'tch_0000000000000'],
      ['mine', 'a%20b'],
      ['mine', 'x'.repeat(60)],
      ['nobody', 'theirs'],
    ] as const) {
      expect(await undo(id, touchId)).toBe(404);
    }
    expect(await listed('has')).toHaveLength(1);
  });
});

test('adding and undoing take lead-sources:write', async () => {
  const minted = await service.call('POST', '/tokens', { body: { permissions: ['lead-sources:read'] } });
  const headers = { Authorization: `Bearer ${(minted.body as { token: string }).token}` };
  const path = '/customers/x/lead-sources';
  expect((await service.call('POST', path, { body: {}, headers })).status).toBe(403);
  expect((await service.call('DELETE', `${path}/tch_1`, { headers })).status).toBe(403);
});
