import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultChannelRules } from '../../src/domain/default-channel-rules.ts';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type CallOptions, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
let operator: Operator;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

/** Of an organization of its own for each test. */
let key: string;
let organizations = 0;
async function enterAnother(): Promise<void> {
  key = (await operator.createOrganization({ id: `org_${++organizations}` })).key;
}
beforeEach(enterAnother);

interface Rules {
  readonly version: number;
  readonly rules: readonly unknown[];
  readonly isDefault: boolean;
}

const partners = { channel: 'Partners', when: [{ field: 'source', op: 'startsWith', value: 'partner' }] };
const everything = { channel: 'Everything', when: [] };

function call(method: string, path: string, options: CallOptions = {}) {
  return service.call(method, path, { key, ...options });
}

async function put(rules: readonly unknown[], options: CallOptions & { version?: number } = {}) {
  const { version, ...others } = options;
  const body = { rules, ...(version !== undefined && { version }) };
  return call('PUT', '/channel-rules', { body, ...others });
}

async function inForce(): Promise<Rules> {
  const { status, body } = await call('GET', '/channel-rules');
  expect(status).toBe(200);
  return body as Rules;
}

async function record(customerId: string, ...leadSources: readonly object[]): Promise<void> {
  for (const body of leadSources) {
    await call('PUT', `/customers/${customerId}/lead-source`, { body });
    clock.advance(1000);
  }
}

async function channelsOf(customerId: string): Promise<readonly string[]> {
  const { status, body } = await call('GET', `/customers/${customerId}/lead-sources`);
  expect(status).toBe(200);
  return (body as { channel: string }[]).map(({ channel }) => channel);
}

describe('every touch of a customer', () => {
  test('has a channel, by the default rules where no others were put', async () => {
    await record(
      'a',
      {},
      { medium: 'cpc', source: 'google' },
      { referrer: 'https://www.bing.com/' },
      { referrer: 'https://checkout.stripe.com/' },
      { source: 'fb-ads' },
      { salesAgent: 'Ann' },
      { medium: 'x', source: 'y' },
    );
    expect(await channelsOf('a')).toEqual([
      'Direct',
      'Paid Search',
      'Organic Search',
      'Direct',
      'Paid Social',
      'Sales',
      'Unassigned',
    ]);
  });

  test('is no direct one where a click id is all that is known', async () => {
    await record('a', { clickId: 'Cj0KCQ' });
    expect(await channelsOf('a')).toEqual(['Unassigned']);
  });

  test('changes its channel with the rules, in the past as well', async () => {
    await record('a', { source: 'partner-a' }, {});
    expect(await channelsOf('a')).toEqual(['Unassigned', 'Direct']);
    await put([partners, everything]);
    expect(await channelsOf('a')).toEqual(['Partners', 'Everything']);
    await call('DELETE', '/channel-rules');
    expect(await channelsOf('a')).toEqual(['Unassigned', 'Direct']);
  });

  test('knows nothing of the rules of another organization', async () => {
    await put([everything]);
    await enterAnother();
    await record('a', { source: 'y', medium: 'organic' });
    expect(await channelsOf('a')).toEqual(['Organic Search']);
  });
});

describe('/channel-rules', () => {
  test('are the default ones, in version 1, where none were put', async () => {
    const { rules } = JSON.parse(JSON.stringify(defaultChannelRules));
    const first = { version: 1, rules, isDefault: true, actor: null, createdTime: null };
    expect(await inForce()).toEqual(first);
    expect((await call('GET', '/channel-rules/versions/1')).body).toEqual(first);
  });

  test('are answered as they were put, with version, maker, time and entity tag', async () => {
    const { status, body, headers } = await put([partners, everything]);
    expect(status).toBe(200);
    expect(body).toEqual({
      version: 2,
      rules: [partners, everything],
      isDefault: false,
      actor: expect.stringMatching(/^key_/),
      createdTime: new Date(clock.now()).toISOString(),
    });
    expect(headers.get('etag')).toMatch(/^"2-[\w-]{22}"$/);
    const read = await call('GET', '/channel-rules');
    expect(read.body).toEqual(body);
    expect(read.headers.get('etag')).toBe(headers.get('etag'));
  });

  test('lose members that rules do not have, and those that say nothing', async () => {
    const when = [
      { field: 'paid', op: 'equals', value: true, not: false, note: 'x' },
      { field: 'term', op: 'isNull', value: null, not: true },
    ];
    await put([{ channel: 'A', when, colour: 'red' }]);
    const kept = [
      { field: 'paid', op: 'equals', value: true },
      { field: 'term', op: 'isNull', not: true },
    ];
    expect((await inForce()).rules).toEqual([{ channel: 'A', when: kept }]);
  });

  test('can be read, changed and sent back', async () => {
    const before = await inForce();
    const { status, body } = await call('PUT', '/channel-rules', {
      body: { ...before, rules: [partners, ...before.rules] },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: 2, isDefault: false });
    expect((await inForce()).rules).toEqual([partners, ...before.rules]);
  });

  test('put again make no new version', async () => {
    await put([partners]);
    expect((await put([partners])).body).toMatchObject({ version: 2 });
  });

  test('of every version stay to be read', async () => {
    await put([partners]);
    await put([everything]);
    await call('DELETE', '/channel-rules');
    const version = async (number: number | string) => call('GET', `/channel-rules/versions/${number}`);
    expect((await version(2)).body).toMatchObject({ version: 2, rules: [partners] });
    expect((await version(3)).body).toMatchObject({ version: 3, rules: [everything] });
    expect((await version(4)).body).toMatchObject({ version: 4, isDefault: true });
    for (const unknown of [0, 5, '1e3', '-1', 'x', '9'.repeat(30)]) {
      expect((await version(unknown)).status).toBe(404);
    }
  });

  test('go back to the default by DELETE, which makes a version once', async () => {
    await put([partners]);
    for (let time = 0; time < 2; time++) {
      expect((await call('DELETE', '/channel-rules')).status).toBe(204);
      expect(await inForce()).toMatchObject({ version: 3, isDefault: true, actor: expect.any(String) });
    }
  });

  test('leave a line of who changed them', async () => {
    await put([partners]);
    const { body } = await call('GET', '/setting-changes?limit=1');
    expect(body).toMatchObject([{ action: 'channel-rules-changed', subject: '2' }]);
  });

  test('are refused where they were made from a version that is not in force any more', async () => {
    expect((await put([partners], { version: 1 })).status).toBe(200);
    const late = await put([everything], { version: 1 });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({ detail: 'Version 2 is in force, not 1.' });
    const headers = { 'If-Match': '"1"' };
    expect((await put([everything], { headers })).status).toBe(412);
    expect((await call('DELETE', '/channel-rules', { headers })).status).toBe(412);
    expect(await inForce()).toMatchObject({ version: 2, rules: [partners] });
    expect((await call('DELETE', '/channel-rules', { headers: { 'If-Match': '"2"' } })).status).toBe(204);
  });

  test.each([
    [[], ['']],
    [{}, ['rules']],
    [{ version: '1', rules: [] }, ['version', 'rules']],
    [
      {
        rules: [
          everything,
          { channel: '', when: [{ field: 'path', op: 'matches', value: 1 }] },
          { channel: 'A\0', when: [{ field: 'source', op: 'in', value: ['a', 7] }] },
        ],
      },
      [
        'rules.1.channel',
        'rules.1.when.0.field',
        'rules.1.when.0.op',
        'rules.2.channel',
        'rules.2.when.0.value.1',
      ],
    ],
  ])('%# that are wrong are told all their faults', async (body, fields) => {
    const answer = await call('PUT', '/channel-rules', { body });
    expect(answer.status).toBe(422);
    const { invalidFields } = answer.body as { invalidFields: { field: string }[] };
    expect(invalidFields.map(({ field }) => field)).toEqual(fields);
    expect(await inForce()).toMatchObject({ version: 1 });
  });

  test('take the permissions of settings', async () => {
    const made = await call('POST', '/api-keys', { body: { type: 'secret', acl: ['settings:read'] } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await call('GET', '/channel-rules', { key: secretKey })).status).toBe(200);
    expect((await put([partners], { key: secretKey })).status).toBe(403);
    expect((await call('DELETE', '/channel-rules', { key: secretKey })).status).toBe(403);
  });
});

interface Move {
  readonly from: string;
  readonly to: string;
  readonly touches: number;
  readonly examples: readonly object[];
}

async function dryRun(rules: readonly unknown[], days: unknown = 30, options: CallOptions = {}) {
  return call('POST', '/channel-rules/dry-run', { body: { rules, days }, ...options });
}

describe('a dry run of channel rules', () => {
  test('tells how many touches would move from which channel to which, with examples', async () => {
    for (const id of ['a', 'b', 'c']) await record(id, { source: 'partner-a', term: id }, {});
    await record('d', { source: 'partner-b' }, { source: 'google', medium: 'organic', clickId: 'x' });
    const { status, body } = await dryRun([partners, ...defaultChannelRules.rules.slice(3)]);
    expect(status).toBe(200);
    const { moves, ...counts } = body as { moves: readonly Move[] };
    expect(counts).toEqual({
      version: 1,
      periodStart: new Date(clock.now() - 30 * 86_400_000).toISOString(),
      touches: 8,
      unchanged: 1,
    });
    expect(moves.map(({ from, to, touches }) => [from, to, touches])).toEqual([
      ['Unassigned', 'Partners', 4],
      ['Direct', 'Unassigned', 3],
    ]);
    const [partner, direct] = moves;
    expect(partner?.examples).toHaveLength(3);
    for (const example of partner?.examples ?? []) {
      expect(example).toMatchObject({ touches: 1, source: expect.stringMatching(/^partner-/) });
    }
    expect(direct?.examples).toEqual([expect.objectContaining({ touches: 3, source: null })]);
  });

  test('changes nothing', async () => {
    await record('a', {});
    await dryRun([everything]);
    expect(await inForce()).toMatchObject({ version: 1 });
    expect(await channelsOf('a')).toEqual(['Direct']);
  });

  test('is held against the rules in force', async () => {
    await record('a', {});
    await put([everything]);
    expect((await dryRun([everything])).body).toMatchObject({ version: 2, touches: 1, moves: [] });
  });

  test('looks no further back than asked', async () => {
    await record('a', { source: 'old' });
    clock.advance(2 * 86_400_000);
    await record('a', { source: 'new' });
    expect((await dryRun([everything], 1)).body).toMatchObject({ touches: 1 });
    expect((await dryRun([everything], 3)).body).toMatchObject({ touches: 2 });
  });

  test('sees more lead sources than it reads at once', async () => {
    const occurredTime = new Date(clock.now()).toISOString();
    const lines = Array.from({ length: 450 }, (_, place) => ({
      customerId: `c${place}`,
      occurredTime,
      source: `partner ${place}`,
    }));
    const { body: answers } = await call('POST', '/lead-sources', { body: lines });
    expect((answers as { status: number }[]).filter(({ status }) => status === 201)).toHaveLength(450);
    const { body } = await dryRun([partners]);
    expect(body).toMatchObject({ touches: 450, unchanged: 0, moves: [{ to: 'Partners', touches: 450 }] });
  });

  test.each([
    [{}, ['rules', 'days']],
    [{ rules: [{}], days: 0 }, ['rules.0.channel', 'rules.0.when', 'days']],
    [{ rules: [everything], days: 1.5 }, ['days']],
    [{ rules: [everything], days: 3661 }, ['days']],
  ])('%# is told all its faults', async (body, fields) => {
    const answer = await call('POST', '/channel-rules/dry-run', { body });
    expect(answer.status).toBe(422);
    const { invalidFields } = answer.body as { invalidFields: { field: string }[] };
    expect(invalidFields.map(({ field }) => field)).toEqual(fields);
  });

  test('shows lead sources only to those who may read them', async () => {
    const keyWith = async (acl: readonly string[]) => {
      const { body } = await call('POST', '/api-keys', { body: { type: 'secret', acl } });
      return (body as { secretKey: string }).secretKey;
    };
    const settings = await keyWith(['settings:read']);
    const both = await keyWith(['settings:read', 'lead-sources:read']);
    expect((await dryRun([everything], 30, { key: settings })).status).toBe(403);
    expect((await dryRun([everything], 30, { key: both })).status).toBe(200);
  });
});
