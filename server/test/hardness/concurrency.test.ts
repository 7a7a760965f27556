import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LeadSource, leadSourceFields } from '../../src/domain/lead-source.ts';
import { countOf } from '../support/counts.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { expectFacts, expectProblem, freshId } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

interface ListedTouch extends LeadSource {
  readonly id: string;
  readonly occurredTime: string;
  readonly position: string;
}

/** A lead source of which every field says which one it is, so that a mixture of two would show. */
function numbered(number: number): LeadSource {
  const entries = leadSourceFields.map((field) => [field, `${field} ${number}`]);
  return { ...Object.fromEntries(entries), referrer: `https://example.com/${number}` } as LeadSource;
}

function factsOf(shown: object): object {
  return Object.fromEntries(leadSourceFields.map((field) => [field, Reflect.get(shown, field)]));
}

async function historyOf(id: string): Promise<readonly ListedTouch[]> {
  const { body } = await service.call('GET', `/customers/${id}/lead-sources?limit=1000`);
  return body as readonly ListedTouch[];
}

const concurrentPuts = 100;

describe('100 concurrent PUTs on one new id', () => {
  test('leave one value whole, the first committed as original, and a history without a gap', async () => {
    const id = freshId();
    const path = `/customers/${id}/lead-source`;
    const sent = Array.from({ length: concurrentPuts }, (_, number) => numbered(number));
    const answers = await Promise.all(sent.map((body) => service.call('PUT', path, { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));

    const touches = await historyOf(id);
    expect(touches).toHaveLength(concurrentPuts);
    expect(new Set(touches.map((touch) => touch.source))).toEqual(new Set(sent.map(({ source }) => source)));
    expect(sent).toEqual(expect.arrayContaining(touches.map(factsOf)));
    const positions = touches.map(({ position }) => position);
    expect(positions).toEqual(
      positions.map((_, place) =>
        place === 0 ? 'original' : place === concurrentPuts - 1 ? 'most-recent' : 'intermediary',
      ),
    );
    const times = touches.map(({ occurredTime }) => occurredTime);
    expect(times).toEqual([...times].sort());

    const { body: final } = await service.call('GET', path);
    const { original } = final as { original: object };
    expect([factsOf(original), factsOf(final as object)]).toEqual(
      [touches.at(0), touches.at(-1)].map((touch) => factsOf(touch ?? {})),
    );
    for (const { body } of answers) expect((body as { original: unknown }).original).toEqual(original);
    const customer = await service.call('GET', `/customers/${id}`);
    expect(customer.body).toMatchObject({ revision: concurrentPuts });
  });

  test('that are equal are one touch', async () => {
    const id = freshId();
    const path = `/customers/${id}/lead-source`;
    const body = numbered(1);
    const answers = await Promise.all(
      Array.from({ length: concurrentPuts }, () => service.call('PUT', path, { body })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.every(({ status }) => status === 201)).toBe(true);
    expect(await historyOf(id)).toHaveLength(1);
  });

  test('that must each be the first let one through', async () => {
    const path = `/customers/${freshId()}/lead-source`;
    const answers = await Promise.all(
      Array.from({ length: concurrentPuts }, (_, number) =>
        service.call('PUT', path, { body: numbered(number), headers: { 'If-None-Match': '*' } }),
      ),
    );
    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(concurrentPuts - 1);
    expect((await service.call('GET', path)).body).toEqual(winners[0]?.body);
  });
});

describe('concurrent POSTs of one id', () => {
  test('make one customer, whole', async () => {
    const id = freshId();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, number) =>
        service.call('POST', '/customers', {
          body: { id, websiteId: String(number), leadSource: numbered(number) },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
    const { body } = await service.call('GET', `/customers/${id}?expand=leadSource`);
    const { websiteId, _embedded } = body as { websiteId: string; _embedded: { leadSource: unknown } };
    expectFacts(_embedded.leadSource, numbered(Number(websiteId)));
  });
});

describe('a PUT that races a DELETE', () => {
  test('ends as one after the other would', async () => {
    const [before, raced] = [numbered(1), numbered(2)];
    for (let round = 0; round < countOf(400); round++) {
      const id = freshId();
      const path = `/customers/${id}/lead-source`;
      await service.call('PUT', path, { body: before });
      const removal = () => service.call('DELETE', path);
      const writing = () => service.call('PUT', path, { body: raced });
      const [put, removed] =
        round % 2 === 0
          ? await Promise.all([writing(), removal()])
          : await Promise.all([removal(), writing()]).then(([first, second]) => [second, first] as const);
      expect([put.status, removed.status]).toEqual([201, 204]);
      const { original } = put.body as { original: { source: string } };
      const read = await service.call('GET', path);
      if (original.source === raced.source) {
        expectFacts(read.body, raced);
        expect(await historyOf(id)).toHaveLength(1);
      } else {
        expect(original.source).toBe(before.source);
        expect(read.status).toBe(404);
        expect(await historyOf(id)).toEqual([]);
      }
    }
  });

  test('two DELETEs at once remove it once', async () => {
    const path = `/customers/${freshId()}/lead-source`;
    await service.call('PUT', path, { body: numbered(1) });
    const answers = await Promise.all(Array.from({ length: 10 }, () => service.call('DELETE', path)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)]);
  });
});

describe('a second DELETE', () => {
  test('of a lead source is 404, and the customer stays', async () => {
    const id = freshId();
    await service.call('PUT', `/customers/${id}/lead-source`, { body: numbered(1) });
    expect((await service.call('DELETE', `/customers/${id}/lead-source`)).status).toBe(204);
    expectProblem(await service.call('DELETE', `/customers/${id}/lead-source`), 404);
    expect((await service.call('GET', `/customers/${id}`)).status).toBe(200);
    expect(await historyOf(id)).toEqual([]);
  });

  test('of a merged customer is 404, and the target stays', async () => {
    const [id, target] = [freshId(), freshId()];
    for (const each of [id, target]) {
      await service.call('PUT', `/customers/${each}/lead-source`, { body: numbered(1) });
    }
    const path = `/customers/${id}?targetCustomerId=${target}`;
    expect((await service.call('DELETE', path)).status).toBe(204);
    expectProblem(await service.call('DELETE', path), 404);
    expect((await service.call('GET', `/customers/${target}/lead-source`)).status).toBe(200);
  });

  test('of an API key is 404', async () => {
    const { body } = await service.call('POST', '/api-keys', { body: { type: 'secret' } });
    const path = `/api-keys/${(body as { id: string }).id}`;
    expect((await service.call('DELETE', path)).status).toBe(204);
    expectProblem(await service.call('DELETE', path), 404);
  });
});
