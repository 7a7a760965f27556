import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bodyAsRead, bodyOf } from '../../src/http/pieces.ts';
import { present, presentDocument, presentRows } from '../../src/http/tabular.ts';

const part = `${'ü'.repeat(999)}\n`;
/** Far more than is ever written, so that a test ends where nobody else gets a turn. */
const endless = 200_000;

function streamOf(parts: Iterable<string>): Readable {
  const body = bodyOf(parts);
  if (body instanceof Readable) return body;
  throw new Error('The text is short.');
}

describe('text as a body', () => {
  test('is bytes as long as it is short', () => {
    expect(bodyOf([])).toEqual(Buffer.from(''));
    expect(bodyOf(['a', 'ü'])).toEqual(Buffer.from('aü'));
  });

  test('is the same text in pieces where it is long', async () => {
    const parts = Array.from({ length: 1000 }, (_none, number) => `${number} ${part}`);
    expect(await text(streamOf(parts))).toBe(parts.join(''));
  });

  test('is written no further than it is taken', async () => {
    let written = 0;
    const body = streamOf(
      (function* () {
        for (; written < endless; written++) yield part;
      })(),
    );
    await once(body, 'readable');
    const before = written;
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(written).toBe(before);
    expect(written).toBeLessThan(1000);
    body.destroy();
  });

  test('lets other requests be answered while it is written', async () => {
    let written = 0;
    let isAnswered = false;
    const untilAnswered = function* () {
      for (; written < endless && !isAnswered; written++) yield part;
    };
    const server = createServer((request, response) => {
      if (request.url === '/small') response.end('small');
      else streamOf(untilAnswered()).pipe(response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const large = await fetch(`${url}/large`);
    const whole = large.text();
    expect(await (await fetch(`${url}/small`)).text()).toBe('small');
    isAnswered = true;
    expect(await whole).toHaveLength(written * part.length);
    expect(written).toBeLessThan(endless);
    server.close();
  });
});

describe('text that is read while it is written', () => {
  test('is bytes as long as it is short', async () => {
    const some = async function* (...parts: readonly string[]) {
      yield* parts;
    };
    expect(await bodyAsRead(some())).toEqual(Buffer.from(''));
    expect(await bodyAsRead(some('a', 'ü'))).toEqual(Buffer.from('aü'));
  });

  test('fails where its beginning cannot be read', async () => {
    const failing = async function* () {
      yield 'a';
      throw new Error('It cannot be read.');
    };
    await expect(bodyAsRead(failing())).rejects.toThrow('It cannot be read.');
  });

  test('is the same text in pieces where it is long, over several turns, and read no further than it is taken', async () => {
    const count = 2000;
    const turns = new Set<number>();
    let [read, turn] = [0, 0];
    let timer = setImmediate(function next() {
      turn += 1;
      timer = setImmediate(next);
    });
    const body = await bodyAsRead(
      (async function* () {
        for (; read < count; read++) {
          turns.add(turn);
          yield part;
        }
      })(),
    );
    await once(body as Readable, 'readable');
    const before = read;
    for (let passed = 0; passed < 20; passed++) await nextTurn();
    expect(read).toBe(before);
    expect(read).toBeLessThan(count);
    expect(await text(body as Readable)).toBe(part.repeat(count));
    clearImmediate(timer);
    expect(turns.size).toBeGreaterThanOrEqual(Math.floor((count * part.length) / (128 * 1024)));
  });
});

describe('a report of many rows', () => {
  const rows = Array.from({ length: 5000 }, (_none, number) => number);
  const said = 'x'.repeat(200);

  /** Notes in which turn of the event loop each row is written. */
  function presentation() {
    const turns: number[] = [];
    let turn = 0;
    let timer = setImmediate(function next() {
      turn += 1;
      timer = setImmediate(next);
    });
    const note = <Said>(what: Said): Said => {
      turns.push(turn);
      return what;
    };
    return {
      turns,
      head: { currency: 'EUR' },
      rows,
      documentOf: (row: number) => note({ row, said }),
      tail: () => ({ totals: rows.length }),
      columns: ['row', 'said'],
      cellsOf: (row: number) =>
        note([
          [row, said],
          [row, null],
        ]),
      [Symbol.dispose]: () => clearImmediate(timer),
    };
  }

  const documents = rows.map((row) => ({ row, said }));
  const forms: readonly (readonly [accept: string, whole: string])[] = [
    ['application/json', JSON.stringify({ currency: 'EUR', rows: documents, totals: rows.length })],
    ['application/x-ndjson', documents.map((row) => `${JSON.stringify(row)}\n`).join('')],
    ['text/csv', `row,said\r\n${rows.map((row) => `${row},${said}\r\n${row},\r\n`).join('')}`],
  ];

  test.for(forms)('is written as %s over several turns', async ([accept, whole]) => {
    using shown = presentation();
    const { body } = present(accept, shown);
    expect(await text(body as Readable)).toBe(whole);
    expect(shown.turns).toHaveLength(rows.length);
    expect(new Set(shown.turns).size).toBeGreaterThanOrEqual(Math.floor(whole.length / (128 * 1024)));
  });

  test('is written over several turns under the name of the published shapes', async () => {
    using shown = presentation();
    const { body } = presentRows(rows, shown.documentOf);
    expect(await text(body as Readable)).toBe(JSON.stringify({ data: documents }));
    expect(new Set(shown.turns).size).toBeGreaterThan(1);
  });

  test('is written over several turns as the answer to what made it', async () => {
    using shown = presentation();
    const { body } = presentDocument(shown);
    expect(await text(body as Readable)).toBe(forms[0]?.[1]);
    expect(new Set(shown.turns).size).toBeGreaterThan(1);
  });
});
