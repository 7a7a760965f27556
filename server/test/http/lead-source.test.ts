import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

describe('PUT /customers/{id}/lead-source', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service[Symbol.asyncDispose]());

  test('the first lead source becomes the original, and a later one does not change it', async () => {
    const first = await service.call('PUT', '/customers/first/lead-source', { body: { source: 'google' } });
    expect(first.status).toBe(201);
    const second = await service.call('PUT', '/customers/first/lead-source', { body: { source: 'bing' } });
    expect(second.status).toBe(201);
    expect(second.body).toMatchObject({ source: 'bing', medium: null, original: { source: 'google' } });
    const read = await service.call('GET', '/customers/first/lead-source');
    expect(read.body).toEqual(second.body);
  });
});
