import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { faultOfSignature, type Notice } from '../support/receiver.ts';
import { databaseDirectory } from '../support/sqlite-files.ts';
import { type Arrival, type DeliveryReport, faultsOf, killDuringDelivery } from './deliveries.ts';
import { loadingFirst } from './recording.ts';

const kills = countOf(1000);
/** Each waits much of its time, for a process to start or to end. */
const servicesAtOnce = 2;
const lateDeliveries = new URL('./preloads/late-deliveries.ts', import.meta.url);

// The second one mostly waits for what does not come.
describe.concurrent('a service that is killed while it tells others', () => {
  test('tells every acknowledged change in the end, each time under one id and signed', {
    timeout: 60_000 + kills * 10_000,
  }, async () => {
    await using files = await databaseDirectory();
    const random = randomFrom(announceSeed('deliveries'));
    const reports = await Promise.all(
      Array.from({ length: servicesAtOnce }, (_, place) =>
        killDuringDelivery({
          databasePath: `${files.path}-${place}`,
          kills: Math.ceil(kills / servicesAtOnce),
          random,
        }),
      ),
    );
    expect(reports.flatMap(({ faults }) => faults)).toEqual([]);
    const sumOf = (count: (report: DeliveryReport) => number) =>
      reports.reduce((sum, report) => sum + count(report), 0);
    const acknowledged = sumOf((report) => report.acknowledged);
    expect(acknowledged).toBeGreaterThan(kills * 5);
    expect(sumOf(({ requests }) => requests)).toBeGreaterThanOrEqual(acknowledged);
    // Else the kills came when nothing was on its way.
    expect(sumOf(({ killsAmidRequests }) => killsAmidRequests)).toBeGreaterThan(kills / 5);
    expect(sumOf(({ repetitions }) => repetitions)).toBeGreaterThan(0);
  });

  test('is found out where it drops events before it keeps their deliveries', async () => {
    await using files = await databaseDirectory();
    const { faults } = await killDuringDelivery({
      databasePath: files.path,
      kills: 4,
      random: randomFrom(1),
      settings: { NODE_OPTIONS: loadingFirst([lateDeliveries]) },
    });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and never told$/));
  });
});

describe('the check of what came', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

  function received(sequence: number, id = `id ${sequence}`, signer = secret): Arrival {
    const body: Notice = {
      customerId: 'c',
      eventType: 'lead-source-changed',
      sequence,
      cause: 'put',
      current: { source: `c ${sequence}` },
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
    const received = { id, path: '/', headers, text, body };
    return { ...received, signatureFault: faultOfSignature(received, secret) };
  }

  test('is content with all of it, also where some came twice', () => {
    expect(faultsOf([received(1), received(2), received(1)], ['c 1', 'c 2'])).toEqual([]);
  });

  test.each([
    ['a lost change', [received(1)], 'c 2 was acknowledged and never told'],
    [
      'a change under two ids',
      [received(1), received(2), received(2, 'other')],
      'lead-source-changed c 2 came under several ids',
    ],
    ['a wrong signature', [received(1), received(2, 'x', 'whsec_AAAA')], 'x was not signed'],
  ])('sees %s', (_words, all, fault) => {
    expect(faultsOf(all, ['c 1', 'c 2'])).toEqual([expect.stringContaining(fault)]);
  });
});
