import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { openStore } from '../../src/open-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';
import { StoreRoom } from '../support/store-room.ts';
import { expectProblem } from '../support/verdicts.ts';

type Facts = Readonly<Record<string, string | null>>;
type Touch = Facts & { readonly credits: Readonly<Record<string, { readonly weight: number }>> };

interface Row {
  readonly values: Facts;
  readonly unattributed?: true;
  readonly other?: true;
  readonly credits: Readonly<Record<string, { readonly conversions: number }>>;
  readonly _links: readonly { readonly rel: string; readonly href: string }[];
}

interface Known {
  readonly id: string;
  readonly occurredTime: string;
  readonly currency: string;
  readonly journey: readonly Touch[];
  readonly refundedTimes: readonly string[];
}

const march = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-04-01T00:00:00.000Z' };
const ofCurrency = { currency: 'EUR' };
const isInMarch = (time: string) => time >= march.periodStart && time < march.periodEnd;

describe('a row of a report', () => {
  let service: TestService;
  let store: Store;
  let known: readonly Known[];
  let world: MoneyWorld;

  beforeAll(async () => {
    service = await startTestService();
    const config = readConfig({ DATABASE_URL: service.databaseUrl });
    const nothing = () => {};
    store = await openStore(config, 'command', nothing, nothing);
    world = new MoneyWorld(
      StoreRoom.of(() => store, testOrganizationId),
      () => 0.5,
    );
    await fill(world);
    known = (await readKnown()).filter(({ currency }) => currency === ofCurrency.currency);
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  test('leads to credits only whoever may read reports', async () => {
    const { body } = await service.call('POST', '/api-keys', {
      body: { type: 'secret', acl: ['conversions:read'] },
    });
    const { secretKey: key } = body as { secretKey: string };
    expect((await service.call('GET', '/conversions', { key })).status).toBe(200);
    expect((await service.call('GET', '/conversions?credited=source:google', { key })).status).toBe(403);
  });

  async function get<Body>(path: string): Promise<Body> {
    const { status, body } = await service.call('GET', path);
    expect(status).toBe(200);
    return body as Body;
  }

  /** Every conversion with what explains it, as the service tells each by itself. */
  async function readKnown(): Promise<readonly Known[]> {
    const all = await get<readonly Omit<Known, 'journey' | 'refundedTimes'>[]>('/conversions?limit=100');
    return Promise.all(
      all.map(async ({ id, occurredTime, currency }) => {
        const { journey } = await get<Pick<Known, 'journey'>>(`/conversions/${id}/attribution`);
        const refunds = await get<readonly { occurredTime: string }[]>(`/conversions/${id}/refunds`);
        return {
          id,
          occurredTime,
          currency,
          journey,
          refundedTimes: refunds.map((refund) => refund.occurredTime),
        };
      }),
    );
  }

  const everything = () => true;
  test.each<[query: string, filter: (touch: Facts) => boolean]>([
    ['dimension=source', everything],
    ['dimension=medium,source', everything],
    ['dimension=channel', everything],
    ['dimension=source&filter=medium:cpc', ({ medium }) => medium === 'cpc'],
    [
      'dimension=source&filter=source:google;medium:!cpc',
      ({ source, medium }) => source === 'google' && medium !== 'cpc',
    ],
    ['dimension=source&filter=path:/x', ({ path }) => path === '/x'],
    [
      'dimension=medium&filter=path:/x,/y;source:google',
      ({ path, source }) => ['/x', '/y'].includes(path ?? '') && source === 'google',
    ],
    ['dimension=medium&models=last', everything],
    ['dimension=source&models=first,last&filter=medium:cpc', ({ medium }) => medium === 'cpc'],
    ['dimension=source&dateBasis=refund', everything],
    ['dimension=source&dateBasis=refund&filter=path:/x&models=first', ({ path }) => path === '/x'],
    ['dimension=source&interval=month', everything],
  ])('leads to the conversions that it is made of: %s', async (query, filter) => {
    const asked = new URLSearchParams(query);
    const models = asked.get('models')?.split(',') ?? attributionModels;
    const { rows } = await get<{ rows: readonly Row[] }>(
      `/reports/attribution?${query}&${new URLSearchParams({ ...march, ...ofCurrency })}`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { values, unattributed, credits, _links } of rows) {
      const isOfRow = (touch: Touch) =>
        filter(touch) && Object.entries(values).every(([dimension, value]) => touch[dimension] === value);
      const weightsOf = ({ journey }: Known, model: string) =>
        unattributed
          ? [journey.length === 0 ? 1 : 0]
          : journey.filter(isOfRow).map((touch) => touch.credits[model]?.weight ?? 0);
      const isCounted = ({ occurredTime, refundedTimes }: Known) =>
        isInMarch(occurredTime) || (asked.get('dateBasis') === 'refund' && refundedTimes.some(isInMarch));
      const expected = known
        .filter(
          (each) =>
            isCounted(each) && models.some((model) => weightsOf(each, model).some((weight) => weight > 0)),
        )
        .map(({ id }) => id);
      const { pathname, search } = new URL(_links.find(({ rel }) => rel === 'conversions')?.href ?? '');
      const found = await get<readonly { id: string }[]>(`${pathname}${search}`);
      expect(found.map(({ id }) => id).toSorted(), search).toEqual(expected.toSorted());
      for (const model of models) {
        const weights = known
          .filter(({ occurredTime }) => isInMarch(occurredTime))
          .flatMap((each) => weightsOf(each, model));
        expect(credits[model]?.conversions).toBeCloseTo(
          weights.reduce((sum, weight) => sum + weight, 0),
          9,
        );
      }
    }
  });

  test('leads there whatever its value contains', async () => {
    const source = 'a "b" \\ c;d,e..f!:*';
    await world.touch('odd', { source }, Date.UTC(2026, 6, 1));
    const { id } = await world.convert('odd', 100, Date.UTC(2026, 6, 2));
    const query = { periodStart: '2026-07-01', periodEnd: '2026-08-01', dimension: 'source', ...ofCurrency };
    const { rows } = await get<{ rows: readonly Row[] }>(
      `/reports/attribution?${new URLSearchParams(query)}`,
    );
    const { pathname, search } = new URL(rows[0]?._links[0]?.href ?? '');
    expect(rows.map(({ values }) => values)).toEqual([{ source }]);
    expect(await get(`${pathname}${search}`)).toMatchObject([{ id }]);
  });

  test('has its conversions listed in every currency, and whenever they occurred', async () => {
    const ids: string[] = [];
    for (const [place, moment] of [Date.UTC(1950, 0, 2), Date.UTC(2026, 8, 2)].entries()) {
      await world.touch(`lone-${place}`, { source: `lone-${place}` }, moment - 1000);
      ids.push((await world.convert(`lone-${place}`, 100, moment, 'USD')).id);
    }
    const found = await get<readonly { id: string }[]>('/conversions?credited=source:lone-0,lone-1');
    expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  test('has no link where others were folded into it', async () => {
    const query = new URLSearchParams({ ...march, ...ofCurrency, dimension: 'medium', limit: '1' });
    const { rows } = await get<{ rows: readonly Row[] }>(`/reports/attribution?${query}`);
    expect(rows.filter(({ other }) => other).map(({ _links }) => _links)).toEqual([[]]);
  });

  test('has no link where the conversions are more than one request can say', async () => {
    const period = new URLSearchParams({ periodStart: '2026-05-01', periodEnd: '2026-05-02', ...ofCurrency });
    const long = { source: '\u6f22'.repeat(512), campaign: '\u5b57'.repeat(512) };
    const marked = { source: 'many', medium: 'many' };
    for (const [customerId, facts] of Object.entries({ long, marked })) {
      await world.touch(customerId, facts, Date.UTC(2026, 4, 1));
      await world.convert(customerId, 100, Date.UTC(2026, 4, 1, 12));
    }
    const linksOf = async (query: string) => {
      const { rows } = await get<{ rows: readonly Row[] }>(`/reports/attribution?${query}&${period}`);
      return rows.map(({ _links }) => _links.length);
    };
    expect(await linksOf('dimension=source')).toEqual([1, 1]);
    expect(await linksOf('dimension=source,campaign&filter=campaign:!null')).toEqual([0]);
    const conditions = Array.from({ length: 19 }, () => 'source:many').join(';');
    expect(await linksOf(`dimension=medium&filter=${conditions}`)).toEqual([1]);
    expect(await linksOf(`dimension=medium,source&filter=${conditions}`)).toEqual([0]);
  });

  test.each(['periodEnd=2026-04-01', 'timezone=UTC', 'dateBasis=refund'])(
    'is refused %s without a whole period',
    async (query) => {
      const missing = ['periodEnd', 'periodStart'].filter((member) => !query.startsWith(member));
      expectProblem(await service.call('GET', `/conversions?${query}`), 422, missing);
    },
  );

  test('is of all conversions where `credited` is empty', async () => {
    const ids = (await get<readonly { id: string }[]>('/conversions?credited=')).map(({ id }) => id);
    expect(ids).toEqual((await get<readonly { id: string }[]>('/conversions')).map(({ id }) => id));
  });

  test('is refused half a period, and models that there are not', async () => {
    const { status, body } = await service.call(
      'GET',
      '/conversions?periodStart=2026-03-01&models=best&dateBasis=never',
    );
    expect(status).toBe(422);
    const { invalidFields } = body as { readonly invalidFields: readonly { readonly field: string }[] };
    expect(invalidFields.map(({ field }) => field).toSorted()).toEqual(['dateBasis', 'models', 'periodEnd']);
  });
});

async function fill(world: MoneyWorld): Promise<void> {
  const day = (number: number, month = 2) => Date.UTC(2026, month, number);
  await world.touch('a', { source: 'google', medium: 'cpc', path: '/x' }, day(2));
  await world.touch('a', { source: 'google', medium: 'organic', path: '/y' }, day(4));
  await world.touch('a', { source: 'bing', medium: 'cpc', path: '/x' }, day(5));
  await world.refund(await world.convert('a', 10_001, day(6)), 2000, day(2, 3));
  await world.touch('b', { source: 'google', medium: 'cpc', path: '/y' }, day(3));
  await world.convert('b', 500, day(8));
  await world.convert('c', 700, day(9));
  await world.touch('d', { source: 'bing', medium: 'cpc', path: '/x' }, day(20, 1));
  await world.touch('d', { source: null, medium: 'email' }, day(21, 1));
  await world.refund(await world.convert('d', 3000, day(25, 1)), 1000, day(10));
  await world.convert('d', 400, day(2, 3));
  // At the very end of March, and in another currency than what is asked for.
  await world.convert('b', 600, day(1, 3));
  await world.convert('a', 800, day(7), 'JPY');
}
