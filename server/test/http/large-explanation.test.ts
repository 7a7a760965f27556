import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import { explanationRoutes } from '../../src/http/routes/explanation.ts';
import { createExplanationOperations } from '../../src/operations/explanation.ts';
import { startTestService, type TestService } from '../support/service.ts';

const touches = 1000;
const first = Date.UTC(2026, 0, 1);
const at = (minute: number): string => new Date(first + minute * 60_000).toISOString();

describe('the explanation of a conversion with a thousand touches', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    const body = Array.from({ length: touches }, (_none, number) => ({
      customerId: 'c',
      occurredTime: at(number),
      campaign: `campaign ${number} "ü"`,
    }));
    await service.call('POST', '/lead-sources', { body });
    for (const [id, customerId] of Object.entries({ long: 'c', none: 'd' })) {
      const sale = { id, customerId, occurredTime: at(touches), amount: '99.99', currency: 'EUR' };
      await service.call('POST', '/conversions', { body: sale });
    }
  });
  afterAll(() => service[Symbol.asyncDispose]());

  const get = (id: string): Promise<Response> =>
    fetch(`${service.url}/conversions/${id}/attribution`, { headers: { 'REB-APIKEY': service.secretKey } });

  test('is whole, and the JSON that a short one is', async () => {
    const answer = await get('long');
    expect(answer.headers.get('content-length')).toBe(null);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const whole = await answer.text();
    const explanation = JSON.parse(whole) as { journey: { campaign: string; credits: object }[] };
    expect(JSON.stringify(explanation)).toBe(whole);
    expect(explanation.journey.map(({ campaign }) => campaign)).toEqual(
      Array.from({ length: touches }, (_none, number) => `campaign ${number} "ü"`),
    );
    const { status, body } = await service.call('GET', '/conversions/long/attribution');
    expect([status, body]).toEqual([200, explanation]);
    const short = await get('none');
    const shortText = await short.text();
    expect(short.headers.get('content-length')).toBe(String(shortText.length));
    expect(shortText).toBe(JSON.stringify(JSON.parse(shortText)));
    const members = Object.keys(explanation);
    expect(Object.keys(JSON.parse(shortText)).filter((name) => name !== 'reason')).toEqual(members);
  });
});

test('a long explanation is made over several turns of the event loop', async () => {
  const leadSource = { ...completeLeadSource({}), path: 'x'.repeat(512) };
  const items = Array.from({ length: touches }, (_none, number) => ({
    touch: { key: number + 1, occurredTime: first + number, recordedTime: first, actor: 'a', leadSource },
    givenId: null,
  }));
  const conversion = { id: 'long', occurredTime: first + touches, amount: 100, currency: 'EUR' };
  const settings = defaultAttributionSettings;
  const read = {
    conversion: async () => ({ conversion, customerId: 'c' }),
    touches: async () => ({ items, total: touches }),
    creditsInForce: async () => ({ settings, settingsVersion: 1 }),
  };
  const turns: number[] = [];
  let turn = 0;
  let timer = setImmediate(function next() {
    turn += 1;
    timer = setImmediate(next);
  });
  const channelOf = () => {
    turns.push(turn);
    return 'Direct';
  };
  const channels = { of: async () => ({ rulesVersion: 1, channelOf }) };
  const operations = createExplanationOperations({ store: { read } as never }, channels as never);
  const asked = { principal: { organization: { id: 'o' } }, parameters: { id: 'long' }, link: String };
  const { body } = (await explanationRoutes(operations)[0]?.handle(asked as never)) ?? {};
  const whole = await text(body as Readable);
  clearImmediate(timer);
  expect(turns).toHaveLength(touches);
  expect(new Set(turns).size).toBeGreaterThanOrEqual(Math.floor(whole.length / (128 * 1024)));
});
