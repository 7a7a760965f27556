import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, engines, type OpenedStore } from '../storage/engines.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed } from '../support/random.ts';
import { sequences } from './commands.ts';
import { operationsSubject } from './operations-subject.ts';
import { runSequence } from './run-sequence.ts';
import type { Subject } from './subject.ts';

const sequencesOnOperations = countOf(2000);
const millisecondsEach = 2000;
const seed = announceSeed('model');

describe.each(engines)('on $name, whatever clients do at the same time', ({ open }: Engine) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  test('customers are what a plain list of touches says', {
    timeout: sequencesOnOperations * millisecondsEach,
  }, async () => {
    const property = fc.asyncProperty(sequences, async (steps) => {
      await runSequence(await operationsSubject(opened.store), steps);
    });
    await fc.assert(property, { numRuns: sequencesOnOperations, seed });
  });

  test('the check notices a service that forgets one put in many', async () => {
    const property = fc.asyncProperty(sequences, async (steps) => {
      await runSequence(forgetful(await operationsSubject(opened.store)), steps);
    });
    const { failed } = await fc.check(property, { numRuns: 200, seed, endOnFailure: true });
    expect(failed).toBe(true);
  });
});

/** Answers every fourth put without doing it. */
function forgetful(subject: Subject): Subject {
  let puts = 0;
  return {
    ...subject,
    put: (id, facts, mustBeNew) => {
      puts += 1;
      return puts % 4 === 0 ? Promise.resolve('replaced') : subject.put(id, facts, mustBeNew);
    },
  };
}
