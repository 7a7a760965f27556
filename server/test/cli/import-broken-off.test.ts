import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine, commandTime, type Outcome } from '../support/command-line.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** Where imports find a service: it may be another one later, and may stop taking rows. */
const address = { url: '', target: '', callsLeft: 0, bytesLeft: Number.POSITIVE_INFINITY };
const door = createServer(pass);

let service: TestService;
let other: TestService;
let operator: CommandLine;
let directory: string;
let broken: BrokenOff;
beforeAll(async () => {
  const now = () => commandTime;
  [service, other] = await Promise.all([startTestService({}, now), startTestService({}, now)]);
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-broken-off-'));
  await once(door.listen(0, '127.0.0.1'), 'listening');
  address.url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  broken = await breakOff();
});
beforeEach(() => {
  Object.assign(address, { target: service.url, callsLeft: everyCall });
  writeFileSync(checkpointOf(broken.path), broken.checkpoint);
  writeFileSync(`${broken.path}.rejected`, broken.rejected);
});
afterAll(async () => {
  door.closeAllConnections();
  door.close();
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await Promise.all([service[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
});

function pass(request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '', headers } = request;
  if (method === 'POST' && address.callsLeft-- === 0) {
    request.resume();
    response.writeHead(403, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ status: 403, title: 'Forbidden', detail: 'No more rows.' }));
    return;
  }
  const onward = requestOf(address.target + url, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(response);
  });
  if (method !== 'POST' || address.bytesLeft === everyByte) {
    request.pipe(onward);
    return;
  }
  // Of this one call only the beginning goes on.
  const { bytesLeft } = address;
  address.bytesLeft = everyByte;
  request.once('data', (chunk: Buffer) => {
    onward.write(chunk.subarray(0, bytesLeft), () => onward.socket?.end());
    request.resume();
  });
}

const everyByte = Number.POSITIVE_INFINITY;

const everyCall = Number.POSITIVE_INFINITY;
/** A call takes no more than sixteen such lines: the command has two calls to make. */
const noteCharacters = 1_000_000;
const longRowsOfFirstCall = 16;
/** Behind as many short ones as are read to find out what the table is like. */
const shortRows = 50;
const rowsOfFirstCall = shortRows + longRowsOfFirstCall;
const rows = rowsOfFirstCall + 2;
/** In the middle of the table. */
const mended = `c${shortRows + 9}`;

/** A table whose import was broken off when the first call was kept, and what the command left beside it. */
interface BrokenOff {
  readonly path: string;
  readonly importId: string;
  readonly checkpoint: string;
  readonly rejected: string;
}

/** Of every file here, so that one that is written again is the same. */
const writtenTime = new Date(commandTime);

async function breakOff(name = 'touches.csv', lastLine = ''): Promise<BrokenOff> {
  const path = join(directory, name);
  const note = 'x'.repeat(noteCharacters);
  const lines = Array.from({ length: rows }, (_, place) =>
    [`c${place}`, '2025-07-02 10:00', place < shortRows ? '' : note].join(','),
  );
  writeFileSync(path, `customerId,occurredTime,note\nc,someday,\n${lines.join('\n')}\n${lastLine}`);
  utimesSync(path, writtenTime, writtenTime);
  Object.assign(address, { target: service.url, callsLeft: 1 });
  const { exitCode, err } = await run(path);
  expect([exitCode, err]).toEqual([1, expect.stringContaining('No more rows.')]);
  const checkpoint = readFileSync(checkpointOf(path), 'utf8');
  const rejected = readFileSync(`${path}.rejected`, 'utf8');
  return { path, importId: JSON.parse(checkpoint).importId, checkpoint, rejected };
}

function checkpointOf(path: string): string {
  return `${path}.importing`;
}

/** Runs `leadsource import` by that address. */
function run(path: string, words: readonly string[] = [], key = service.secretKey): Promise<Outcome> {
  const environment = { LEADSOURCE_URL: address.url, LEADSOURCE_KEY: key };
  return operator.runWith(environment, 'import', path, '--json', ...words);
}

/** The same on the table whose import was broken off; what the command says of it. */
async function runAgain(words: readonly string[] = [], key = service.secretKey) {
  const { exitCode, out, err } = await run(broken.path, words, key);
  expect(exitCode).toBe(3);
  return { ...JSON.parse(out), err } as Result;
}

interface Result {
  readonly importId: string;
  readonly added: number;
  readonly known: number;
  readonly rejected: number;
  readonly err: string;
}

async function addedTouches(importId: string, at = service, key = at.secretKey): Promise<unknown> {
  const { body } = await at.call('GET', `/imports/${importId}`, { key });
  return (body as { addedTouches?: number }).addedTouches;
}

describe('an import that was broken off', () => {
  test('sends again what of a call did not come through, and rejects none of it', async () => {
    const path = join(directory, 'cut.csv');
    const lines = Array.from({ length: 60 }, (_, place) => `cut${place},2025-07-02 10:00,x`);
    writeFileSync(path, `customerId,occurredTime,source\n${lines.join('\n')}\n`);
    address.bytesLeft = 2_000;
    const { exitCode, out } = await run(path);
    const { added, known, rejected } = JSON.parse(out);
    expect([exitCode, rejected, added + known]).toEqual([0, 0, 60]);
    expect(address.bytesLeft).toBe(everyByte);
    for (const place of [0, 30, 59]) {
      const { body } = await service.call('GET', `/customers/cut${place}/lead-sources`);
      expect(body).toHaveLength(1);
    }
  });

  test('begins anew with --restart, and keeps nothing twice', async () => {
    const { importId, added, known } = await runAgain(['--restart']);
    expect(importId).not.toBe(broken.importId);
    expect([added, known]).toEqual([rows - rowsOfFirstCall, rowsOfFirstCall]);
  });

  test('goes on behind what is kept', async () => {
    const { importId, added, known, rejected, err } = await runAgain();
    expect(importId).toBe(broken.importId);
    expect(err).toContain(`Continuing after line ${rowsOfFirstCall + 2}, where an earlier run broke off.\n`);
    // The test before has brought the others.
    expect([added, known, rejected]).toEqual([rowsOfFirstCall, rows - rowsOfFirstCall, 1]);
    expect(existsSync(checkpointOf(broken.path))).toBe(false);
  });

  test('puts what it rejects behind what was kept, in place of what was written after that', async () => {
    const { path, importId, rejected } = await breakOff('rejects.csv', 'c,no day,\n');
    writeFileSync(`${path}.rejected`, `${rejected}of a call that was never kept\n`);
    address.callsLeft = everyCall;
    const { exitCode, out } = await run(path);
    expect([exitCode, JSON.parse(out)]).toMatchObject([3, { importId, rejected: 2 }]);
    const text = readFileSync(`${path}.rejected`, 'utf8');
    expect(text.startsWith(rejected)).toBe(true);
    expect(text.slice(rejected.length)).toMatch(/^\d+,"occurredTime [^\n]*",c,no day,\n$/);
  });

  test('goes on where an older version was broken off, which did not say how the rejected records end', async () => {
    const { rejectedEnd: _none, ...older } = JSON.parse(broken.checkpoint);
    writeFileSync(checkpointOf(broken.path), JSON.stringify(older));
    const { importId, err } = await runAgain();
    expect([importId, err]).toEqual([broken.importId, expect.stringContaining('Continuing after line')]);
    expect(readFileSync(`${broken.path}.rejected`, 'utf8')).toBe(broken.rejected);
  });

  test('begins anew where the rejected records of an older version are gone', async () => {
    const { rejectedEnd: _none, ...older } = JSON.parse(broken.checkpoint);
    writeFileSync(checkpointOf(broken.path), JSON.stringify(older));
    rmSync(`${broken.path}.rejected`);
    expect((await runAgain()).err).toContain('is not as the earlier run left it');
  });

  test('begins anew with another time zone, and says what became of the rows with the other times', async () => {
    const { importId, added, err } = await runAgain(['--timezone', 'Europe/Berlin']);
    expect(err).toContain('Starting over: the run that broke off was for another file');
    expect(err).toContain(`What it imported stays, as the import ${broken.importId}.\n`);
    expect([added, await addedTouches(importId)]).toEqual([rows, rows]);
  });

  test('begins anew with the key of another organization, where all rows arrive', async () => {
    const { secretKey } = (await operator.json('organization', 'create')) as { secretKey: string };
    const { importId, added } = await runAgain([], secretKey);
    expect([added, await addedTouches(importId, service, secretKey)]).toEqual([rows, rows]);
  });

  test('begins anew where the service has only a part of what it kept, as from an older backup', async () => {
    const { counts, ...rest } = JSON.parse(broken.checkpoint);
    const later = { ...rest, counts: { ...counts, added: counts.added + rows } };
    writeFileSync(checkpointOf(broken.path), JSON.stringify(later));
    const { importId, added, known, err } = await runAgain();
    expect(err).toContain('Starting over: the service does not have what the earlier run imported');
    expect(importId).not.toBe(broken.importId);
    expect(added + known).toBe(rows);
  });

  test('begins anew where the service has an empty database by now', async () => {
    address.target = other.url;
    const { importId, added, err } = await runAgain();
    expect(err).toContain('Starting over: the service does not have what the earlier run imported');
    expect([added, await addedTouches(importId, other)]).toEqual([rows, rows]);
  });

  test('begins anew where the file of rejected records is gone, and makes it again', async () => {
    rmSync(`${broken.path}.rejected`);
    const { err } = await runAgain();
    expect(err).toContain(`Starting over: ${broken.path}.rejected is not as the earlier run left it.\n`);
    expect(readFileSync(`${broken.path}.rejected`, 'utf8')).toBe(broken.rejected);
  });

  test('begins anew where a dry run has written other rejected records meanwhile', async () => {
    const other = ['--dry-run', '--map', 'note=occurredTime'];
    expect(JSON.parse((await run(broken.path, other)).out)).toMatchObject({ rejected: rows + 1 });
    const { err } = await runAgain();
    expect(err).toContain(`Starting over: ${broken.path}.rejected is not as the earlier run left it.\n`);
    expect(readFileSync(`${broken.path}.rejected`, 'utf8')).toBe(broken.rejected);
  });

  test('begins anew where a row in the middle was mended, by another of the same length', async () => {
    const before = readFileSync(broken.path, 'utf8');
    try {
      writeFileSync(broken.path, before.replace(`\n${mended},2025-07-02`, `\n${mended},2025-07-03`));
      expect((await runAgain()).err).toContain('Starting over: the run that broke off was for another file');
      const { body } = await service.call('GET', `/customers/${mended}/lead-sources`);
      expect((body as readonly { occurredTime: string }[]).at(-1)?.occurredTime).toBe(
        '2025-07-03T10:00:00.000Z',
      );
    } finally {
      writeFileSync(broken.path, before);
      utimesSync(broken.path, writtenTime, writtenTime);
    }
  });

  test('begins anew where what it brought is being taken back', async () => {
    await service.call('DELETE', `/imports/${broken.importId}`);
    const { importId, err } = await runAgain();
    expect(err).toContain('or has undone it');
    expect(importId).not.toBe(broken.importId);
  });
});

describe('what a checkpoint is of', () => {
  /** What stands for a run in the checkpoint that it leaves when no row is taken. */
  async function identity(words: readonly string[] = [], key = service.secretKey): Promise<string> {
    const path = join(directory, 'small.csv');
    writeFileSync(path, 'customerId,occurredTime,note\nc,2025-07-02 10:00,x\n');
    utimesSync(path, writtenTime, writtenTime);
    address.callsLeft = 0;
    expect((await run(path, words, key)).err).toContain('No more rows.');
    const checkpoint = readFileSync(checkpointOf(path), 'utf8');
    expect(checkpoint).not.toContain(key);
    return JSON.parse(checkpoint).identity;
  }

  test.each([
    [['--encoding', 'windows-1252']],
    [['--delimiter', ',', '--set', 'source=fair']],
    [['--map', 'note=content']],
    [['--times', 'us']],
    [['--timezone', 'Asia/Tokyo']],
    [['--rejected', 'elsewhere']],
    [['--equal-rows', 'apart']],
  ])('is another with %j', async (words) => {
    expect(await identity(words)).not.toBe(await identity());
  });

  test('is the same with a renewed token, and another with that of another organization', async () => {
    const created = (await operator.json('organization', 'create')) as { id: string };
    const shared = { LEADSOURCE_PUBLIC_URL: 'http://leadsource.test' };
    const tokenOf = async (id: string) =>
      (await operator.runWith(shared, 'token', 'create', '--organization', id)).out.trim();
    const one = await identity([], await tokenOf(service.organizationId));
    expect(await identity([], await tokenOf(service.organizationId))).toBe(one);
    expect(await identity([], await tokenOf(created.id))).not.toBe(one);
  });
});
