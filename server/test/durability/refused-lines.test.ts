import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { migratedDatabase } from '../support/postgres.ts';
import { startTestServiceOn, type TestService, testSecretKey } from '../support/service.ts';

interface LineAnswer {
  readonly line: number;
  readonly status: number;
  readonly detail?: string;
}

const headers = { 'REB-APIKEY': testSecretKey, 'Content-Type': 'application/x-ndjson' };

/** One bulk call that lasts: each of its lines is sent when it is asked for, and waits for its answer. */
class LongCall {
  readonly #lines = new Readable({ read: () => undefined });
  readonly #answers: AsyncGenerator<LineAnswer>;

  constructor({ url }: TestService) {
    this.#answers = this.#answered(`${url}/lead-sources`);
  }

  async send(id: string): Promise<LineAnswer> {
    this.#lines.push(`${JSON.stringify({ id, customerId: id, occurredTime: '2026-11-01T12:00:00Z' })}\n`);
    const { value } = await this.#answers.next();
    return value as LineAnswer;
  }

  async end(): Promise<void> {
    this.#lines.push(null);
    await this.#answers.next();
  }

  async *#answered(url: string): AsyncGenerator<LineAnswer> {
    const body = Readable.toWeb(this.#lines) as ReadableStream;
    const answer = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    let rest = '';
    for await (const text of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as LineAnswer;
    }
  }
}

test('lines that the storage could not keep say 503, those behind them are kept, and sent again they are, too', async () => {
  const database = await migratedDatabase();
  await using proxy = await startCuttableProxy(database.url);
  {
    await using service = await startTestServiceOn({ url: proxy.url, path: '' });
    const call = new LongCall(service);
    expect(await call.send('before')).toMatchObject({ line: 1, status: 201 });
    proxy.cut();
    const detail = 'The storage is out of reach.';
    expect(await call.send('during')).toEqual({ line: 2, status: 503, detail });
    expect(await call.send('during-too')).toEqual({ line: 3, status: 503, detail });
    proxy.mend();
    let answer = await call.send('after');
    while (answer.status === 503) answer = await call.send('after');
    expect(answer).toMatchObject({ status: 201 });
    await call.end();
    const again = new LongCall(service);
    const statuses = [];
    for (const id of ['before', 'during', 'during-too', 'after'])
      statuses.push((await again.send(id)).status);
    expect(statuses).toEqual([200, 201, 201, 200]);
    await again.end();
  }
  await database.drop();
});
