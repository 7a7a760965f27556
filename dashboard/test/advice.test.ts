import { NetworkError, ProblemError, TimeoutError } from '@leadsource/client';
import { describe, expect, test } from 'vitest';
import { adviceFor, BrokenDownload, MissingPart } from '../src/advice.ts';

function refusal(status: number, members: object = {}, headers: Record<string, string> = {}): ProblemError {
  return new ProblemError(new Response(null, { status, headers }), { detail: 'So it is.', ...members });
}

describe('whatever goes wrong, the page says what it is and what to do', () => {
  const limited = refusal(429, {}, { 'retry-after': '7' });
  test.each([
    ['401', refusal(401), 'not accepted. So it is.', 'Sign in with another'],
    ['403', refusal(403), 'does not permit this. So it is.', 'Sign in with one that has the permission'],
    ['404', refusal(404), 'There is nothing here. So it is.', 'Check the link'],
    ['409', refusal(409), 'changed in the meantime, or its state does not allow', 'repeat your change'],
    ['412', refusal(412), 'changed in the meantime. So it is.', 'repeat your change'],
    ['413', refusal(413), 'too much at once. So it is.', 'Split it'],
    ['422', refusal(422), 'Something is not valid.', 'Correct what is named below'],
    ['429', limited, 'Too many requests', 'Try again in 7 seconds.'],
    ['429 without a time', refusal(429), 'Too many requests', 'Try again in 60 seconds.'],
    ['500', refusal(500, {}, { 'x-request-id': 'req-1' }), 'The service failed. So it is.', 'req-1'],
    ['503', refusal(503), 'cannot reach its storage at the moment. So it is.', 'Try again in a few seconds'],
    ['no network', new NetworkError('gone'), 'cannot be reached', 'Check that it runs'],
    ['a broken download', new BrokenDownload('gone'), 'broke before the file was complete', 'then try again'],
    [
      'a missing part',
      new MissingPart('gone'),
      'part of the dashboard has not loaded',
      'reload the dashboard',
    ],
    ['no answer in time', new TimeoutError('late'), 'did not answer in time', 'ask for less'],
    ['a fault of the page', new TypeError('x is undefined'), 'The dashboard has failed', 'Reload it'],
  ])('%s', (_, error, what, todo) => {
    const advice = adviceFor(error);
    expect(advice.what).toContain(what);
    expect(advice.todo).toContain(todo);
    expect(advice.fields).toEqual([]);
  });

  test('each field that is not valid, by its name', () => {
    const invalidFields = [
      { field: 'rules.0.channel', message: 'is empty' },
      { field: 'rules.1', message: 'is not an object' },
    ];
    expect(adviceFor(refusal(422, { invalidFields })).fields).toEqual(invalidFields);
  });
});
