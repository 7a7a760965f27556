import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed } from '../support/random.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { sequences } from './commands.ts';
import { httpSubject } from './http-subject.ts';
import { runSequence } from './run-sequence.ts';

const sequencesOverHttp = countOf(200);
const millisecondsEach = 2000;
const seed = announceSeed('model');

describe.each(['200', '201'])(
  'over HTTP, where a PUT that replaces is %s, whatever clients do at the same time',
  (replaceStatus) => {
    let service: TestService;
    let pageKey: string;
    const clock = testClock(Date.UTC(2026, 10, 23));
    beforeAll(async () => {
      service = await startTestService(
        { LEADSOURCE_CAPTURE_RATE_LIMIT: 'off', LEADSOURCE_PUT_REPLACE_STATUS: replaceStatus },
        clock.now,
      );
      pageKey = (await publishableKey(service)).key;
    });
    afterAll(() => service[Symbol.asyncDispose]());

    test('customers are what a plain list of touches says', {
      timeout: 30_000 + sequencesOverHttp * millisecondsEach,
    }, async () => {
      const setClock = (now: number) => clock.advance(now - clock.now());
      const property = fc.asyncProperty(sequences, (steps) =>
        runSequence(httpSubject(service, pageKey, setClock, replaceStatus), steps),
      );
      await fc.assert(property, { numRuns: sequencesOverHttp, seed });
    });
  },
);
