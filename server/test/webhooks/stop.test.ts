import { expect, test } from 'vitest';
import { Receiver, receiverSettings } from '../support/receiver.ts';
import { startTestServiceOn, testDatabase } from '../support/service.ts';

const longestStopMilliseconds = 9000;

test('a service that stops waits little for a mute receiver, and the next one tells it again under the same id', async () => {
  await using receiver = await Receiver.start();
  const database = await testDatabase();
  // No claim that a process does not give up ends by this clock.
  const now = () => Date.UTC(2026, 10, 23);
  try {
    const first = await startTestServiceOn(database, receiverSettings, now);
    await first.call('PUT', '/webhooks/w', {
      body: { url: receiver.url, eventsFilter: ['customer-created'] },
    });
    receiver.answering = () => {};
    await first.call('PUT', '/customers/c', { body: {} });
    await receiver.until(1);
    const begun = performance.now();
    await first[Symbol.asyncDispose]();
    expect(performance.now() - begun).toBeLessThan(longestStopMilliseconds);
    receiver.answering = (_received, response) => void response.writeHead(204).end();
    await using _second = await startTestServiceOn(database, receiverSettings, now);
    const [before, after] = await receiver.until(2);
    expect(after?.id).toBe(before?.id);
  } finally {
    await database.drop();
  }
});
