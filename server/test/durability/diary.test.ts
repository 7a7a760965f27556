import { expect, test } from 'vitest';
import type { ClientAnswer } from '../support/http-client.ts';
import { Diary } from './diary.ts';
import type { Caller } from './writers.ts';

const key = { description: 'made' };

/** A service that acknowledges this many steps, breaks with the next one, and shows these answers. */
function serviceOf(acknowledgements: number, shown: Readonly<Record<string, unknown>>): Caller {
  const statuses = [201, 201, 201, 204, 200, 201, 204];
  let steps = 0;
  return {
    async send(method, path): Promise<ClientAnswer> {
      if (method !== 'GET') {
        if (steps === acknowledgements) throw new Error('The connection broke.');
        return { status: statuses[steps++] ?? 0, headers: {}, body: null };
      }
      const body = shown[path];
      return { status: body === undefined ? 404 : 200, headers: {}, body };
    },
  };
}

async function faultsOf(acknowledgements: number, shown: object): Promise<number> {
  const client = serviceOf(acknowledgements, { '/api-keys/key_1': key, ...shown });
  const diary = new Diary('d', 'key_1', 'made');
  await diary.live(client);
  return (await diary.faults(client, true)).length;
}

const customer = (touches: readonly string[]) => ({
  '/customers/d-a': { websiteId: 'shop' },
  '/customers/d-a/lead-sources': touches.map((source) => ({ source })),
});
const second = (touches: readonly string[]) => ({
  '/customers/d-b/lead-sources': touches.map((source) => ({ source })),
});
const changed = { '/api-keys/key_1': { description: 'the key of d' } };

test.each<[string, number, object]>([
  ['nothing of a first step that broke', 0, {}],
  ['all of a first step that broke', 0, customer([])],
  ['what was acknowledged', 3, { ...customer(['one']), ...second(['two']) }],
  ['a removal that broke', 3, { ...customer([]), ...second(['two']) }],
  ['a merge', 7, { ...second(['two', 'three']), ...changed }],
])('a diary is content with %s', async (_words, acknowledgements, shown) => {
  expect(await faultsOf(acknowledgements, shown)).toBe(0);
});

test.each<[string, number, object]>([
  ['a lost write', 3, customer(['one'])],
  ['a removal that was acknowledged and is undone', 4, { ...customer(['one']), ...second(['two']) }],
  ['a lost change of a key', 5, { ...customer([]), ...second(['two']) }],
  ['a merge that is done by half', 6, { ...second(['two', 'three']), ...customer([]), ...changed }],
  ['a merge that lost a touch', 7, { ...second(['two']), ...changed }],
  ['a step that nobody sent', 0, customer(['one'])],
])('a diary sees %s', async (_words, acknowledgements, shown) => {
  expect(await faultsOf(acknowledgements, shown)).toBe(1);
});
