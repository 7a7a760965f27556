import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { Notice } from '../support/receiver.ts';
import { type Arrival, arrivalOf, faultsOfTelling } from './listener.ts';

describe('the check of what a service told', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const acknowledged = [1, 2].map((number) => ({ customerId: 'c', number }));

  function arrived(sequence: number, id = `id ${sequence}`, signer = secret): Arrival {
    const body: Notice = {
      customerId: 'c',
      eventType: 'lead-source-changed',
      sequence,
      cause: 'put',
      current: { source: null, medium: `c ${sequence}` },
      previous: null,
      original: null,
      _embedded: { customer: null },
    };
    const text = JSON.stringify(body);
    const now = new Date();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(signer).sign(id, now, text),
    };
    return arrivalOf({ id, path: '/', headers, text, body }, secret);
  }

  test('is content with all of it, also where some came twice', () => {
    expect(faultsOfTelling([arrived(1), arrived(2), arrived(1)], acknowledged)).toEqual([]);
  });

  test.each([
    ['a lost change', [arrived(1)], 'c 2 was acknowledged and never told'],
    [
      'a change under two ids',
      [arrived(1), arrived(2), arrived(2, 'other')],
      'lead-source-changed c 2 came under several ids',
    ],
    ['two changes under one id', [arrived(1, 'x'), arrived(2, 'x')], 'x stood for several changes'],
    ['a wrong signature', [arrived(1), arrived(2, 'x', 'whsec_AAAA')], 'x was not signed'],
  ])('sees %s', (_words, all, fault) => {
    expect(faultsOfTelling(all, acknowledged)).toEqual([expect.stringContaining(fault)]);
  });
});
