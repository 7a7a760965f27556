import { describe, expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import {
  batchToBeSent,
  outcomesToBeSent,
  receivedBatch,
  receivedOutcomes,
} from '../../../src/storage/sqlite/batch-texts.ts';
import type { Outcome, QueuedWrite } from '../../../src/storage/sqlite/outcome.ts';

const who = { organizationId: 'org', customerId: 'c', actor: 'key', now: 1 };
const put = (source: string): QueuedWrite => ({
  kind: 'putLeadSource',
  input: {
    ...who,
    leadSource: completeLeadSource({ source }),
    precondition: { ifMatch: '*', ifNoneMatch: ['1'] },
  },
});
const add: QueuedWrite = {
  kind: 'addTouch',
  input: {
    ...who,
    givenId: null,
    given: { medium: null },
    occurredTime: null,
    origin: 'api',
    announces: true,
  },
};
const makeKey: QueuedWrite = {
  kind: 'createApiKey',
  input: { key: {} as never, secretHash: new Uint8Array([1, 2]), actor: 'key' },
};

/** As a message of one thread arrives at another. */
function throughPort<Sent>(sent: Sent): Sent {
  return structuredClone(sent);
}

describe('a batch on its way to the thread that writes', () => {
  test.each([
    ['of writes that come often', [put('a'), add]],
    ['of texts outside of any character set', [put('\u0000"\\ \ud800 \u{1f600} \u2028')]],
    ['of others', [makeKey]],
    ['of both', [put('a'), makeKey]],
    ['of nothing', []],
  ] as const)('%s arrives as it was sent', (_what, batch) => {
    expect(receivedBatch(throughPort(batchToBeSent(batch)))).toEqual(batch);
  });

  test('is a text only where all of it can be', () => {
    const isText = (batch: readonly QueuedWrite[]) => 'json' in batchToBeSent(batch);
    expect([isText([put('a'), add]), isText([put('a'), makeKey])]).toEqual([true, false]);
  });
});

test('what became of it arrives at the service as it was told, refusals among it', () => {
  const outcomes: readonly Outcome[] = [
    { value: { customer: { id: 'c', customFields: { a: [1, null] } }, created: false } },
    { failure: 'precondition-failed', message: 'No.', invalidFields: [] },
    { error: 'Error: \ud800' },
  ];
  const arrived = (batch: readonly QueuedWrite[], told: readonly Outcome[]) =>
    receivedOutcomes(throughPort(outcomesToBeSent(batch, told)));
  expect(arrived([put('a'), put('b'), add], outcomes)).toEqual(outcomes);
  expect(arrived([makeKey], [{ value: new Uint8Array([3]) }])).toEqual([{ value: new Uint8Array([3]) }]);
});
