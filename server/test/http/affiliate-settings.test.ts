import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const path = '/affiliate-settings';

async function modelOfReport(query = ''): Promise<unknown> {
  const start = new Date(clock.now() - 86_400_000).toISOString();
  const { body } = await service.call('GET', `/reports/affiliates?periodStart=${start}${query}`);
  return (body as { model: string }).model;
}

describe('affiliate settings', () => {
  test('begin with no model of their own, and keep their versions as every setting', async () => {
    const standard = { model: 'last-non-direct', isDefault: true };
    expect((await service.call('GET', path)).body).toMatchObject({ ...standard, version: 1, actor: null });
    const put = await service.call('PUT', path, { body: { model: 'last-non-direct', unknown: 1 } });
    expect(put.body).toMatchObject({ version: 2, model: 'last-non-direct', isDefault: false });
    expect(put.headers.get('etag')).toMatch(/^"2-[\w-]{22}"$/);
    expect((await service.call('PUT', path, { body: { version: 1, model: 'first' } })).status).toBe(409);
    expect((await service.call('DELETE', path)).status).toBe(204);
    expect((await service.call('GET', path)).body).toMatchObject({ ...standard, version: 3 });
    expect((await service.call('GET', `${path}/versions/2`)).body).toMatchObject({ isDefault: false });
    expect((await service.call('GET', `${path}/versions/9`)).status).toBe(404);
    const { body: changes } = await service.call('GET', '/setting-changes?limit=1');
    expect(changes).toMatchObject([{ action: 'affiliate-settings-changed', subject: '3' }]);
  });

  test.each(['markov', 'First', '', 1, ['first']])('refuse the model %j by its name', async (model) => {
    const { status, body } = await service.call('PUT', path, { body: { model } });
    expect([status, body]).toMatchObject([422, { invalidFields: [{ field: 'model' }] }]);
  });

  test('say by which model statements are made that name none, before what was closed last does', async () => {
    expect(await modelOfReport()).toBe('last-non-direct');
    await service.call('PUT', path, { body: { model: 'linear' } });
    expect([await modelOfReport(), await modelOfReport('&model=first')]).toEqual(['linear', 'first']);
    const start = new Date(clock.now() - 1000).toISOString();
    const closed = await service.call('POST', '/affiliate-periods', { body: { periodStart: start } });
    await service.call('PUT', path, { body: { model: 'last' } });
    expect(await modelOfReport()).toBe('last');
    const { id } = closed.body as { id: string };
    expect((await service.call('GET', `/affiliate-periods/${id}`)).body).toMatchObject({ model: 'linear' });
    await service.call('DELETE', path);
    expect(await modelOfReport()).toBe('linear');
  });
});
