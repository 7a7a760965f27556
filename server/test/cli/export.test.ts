import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportColumns, exportKinds } from '../../src/domain/export.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startProcess } from '../support/served.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: CommandLine;
let directory: string;
beforeAll(async () => {
  service = await startTestService();
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-export-'));
  const odd = { medium: '', campaign: '=cmd|"x"', content: 'a,"b"\r\nc', term: '-1', path: ' 😀é ' };
  await service.call('PUT', '/customers/one/lead-source', { body: { source: 'google', clickId: 'x' } });
  await service.call('PUT', '/customers/one/lead-source', { body: odd });
  await service.call('PUT', '/customers/two', {
    body: { customFields: { 'a"b': [1, null] }, websiteId: '+1' },
  });
  const conversion = { customerId: 'one', amount: '10.01', currency: 'EUR', orderId: '-7' };
  await service.call('POST', '/conversions', { body: { ...conversion, id: 'c1', metadata: { 'a"b': [1] } } });
  await service.call('POST', '/conversions/c1/refunds', { body: { amount: '1.00' } });
  await service.call('POST', '/conversions', { body: { ...conversion, customerId: 'nobody' } });
  const spent = { date: '2026-03-01', amount: '1.5', currency: 'EUR' };
  await service.call('PUT', '/spend', { body: [spent, { ...spent, source: '@sum' }] });
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

function run(...words: readonly string[]) {
  const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  return operator.runWith(environment, 'export', ...words);
}

type Row = Readonly<Record<string, unknown>>;

const isMeasure = (type: string | undefined) => ['integer', 'decimal', 'amount'].includes(type ?? '');

async function told(table: string): Promise<readonly Row[]> {
  return (await service.call('GET', `/exports/${table}`)).body as readonly Row[];
}

/** A row as a table has it: a cell for each column. */
function flat(row: Row, columns: readonly { readonly name: string }[]): readonly unknown[] {
  const at = (value: unknown, name: string) => (value as Row | null)?.[name] ?? null;
  return columns.map(({ name }) => name.split('.').reduce<unknown>(at, row));
}

describe.each(exportKinds)('leadsource export %s', (table) => {
  const columns = exportColumns[table];

  test('has in Parquet what the API says, typed', async () => {
    const path = join(directory, `${table}.parquet`);
    expect((await run(table, path)).exitCode).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const rows = (await parquetReadObjects({ file: await asyncBufferFromFile(path) })) as readonly Row[];
    const plain = rows.map((row) =>
      columns.map(({ name, type }) => {
        const value = row[name] ?? null;
        if (value === null) return null;
        if (type === 'time') return (value as Date).toISOString();
        if (type === 'integer') return Number(value);
        return type === 'json' ? JSON.parse(String(value)) : value;
      }),
    );
    expect(plain).toEqual((await told(table)).map((row) => flat(row, columns)));
  });

  test('has as lines of JSON what the API says', async () => {
    const { exitCode, out } = await run(table, '--format', 'ndjson');
    expect(exitCode).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(await told(table));
  });

  test('has in CSV what the API says, and nothing that a spreadsheet would run', async () => {
    const path = join(directory, `${table}.csv`);
    const rows = await told(table);
    expect(rows.length).toBeGreaterThan(1);
    expect((await run(table, path)).err).toContain(`Wrote ${rows.length} rows to ${path}.`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { data } = Papa.parse<string[]>(readFileSync(path, 'utf8').trimEnd());
    expect(data[0]).toEqual(columns.map(({ name }) => name));
    const cells = rows.map((row) =>
      flat(row, columns).map((value, place) => {
        if (value === null) return '';
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return !isMeasure(columns[place]?.type) && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      }),
    );
    expect(data.slice(1)).toEqual(cells);
  });
});

/** A service whose table never ends, and which sends as much of it as is taken. */
async function endlessTable() {
  const closed = Promise.withResolvers<void>();
  const line = `${JSON.stringify({ customerId: 'c', path: 'x'.repeat(65_536) })}\n`;
  let sent = 0;
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.once('close', closed.resolve);
    while (!response.destroyed) {
      sent += 1;
      if (!response.write(line)) await Promise.race([once(response, 'drain'), closed.promise]);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const looked = () => new Promise((resolve) => setTimeout(resolve, 200));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    closed: closed.promise,
    async untilStill() {
      for (let before = -1; before !== sent; await looked()) before = sent;
    },
    async untilMore() {
      for (const before = sent; before === sent; ) await looked();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('leadsource export', () => {
  test('tells an empty text from nothing in CSV, and puts an apostrophe before formulas', async () => {
    const { out } = await run('touches');
    const line = out.split('\r\n')[2] ?? '';
    expect(line).toContain(`"",,"'=cmd|""x""",'-1,"a,""b""`);
  });

  test('of spend in CSV is what was exported when it is imported or put again', async () => {
    const [spent, table] = [{ date: '2026-03-02', amount: '1.50', currency: 'EUR' }, '/exports/spend'];
    const campaigns = ['=1', "'=1", "''-", "'tis", '+\tx', ' @', '', 'a,"",b', '"'];
    const body = campaigns.map((campaign) => ({ ...spent, campaign, term: '' }));
    await service.call('PUT', '/spend', { body });
    const path = join(directory, 'spend-again.csv');
    expect((await run('spend', path)).exitCode).toBe(0);
    const before = (await service.call('GET', table)).body as readonly Row[];
    expect(before.flatMap(({ campaign }) => campaign ?? []).toSorted()).toEqual(campaigns.toSorted());
    const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
    const imported = await operator.runWith(environment, 'import', path, '--kind', 'spend');
    expect([imported.exitCode, imported.err]).toEqual([0, expect.any(String)]);
    const headers = { 'Content-Type': 'text/csv' };
    expect((await service.call('PUT', '/spend', { body: readFileSync(path), headers })).status).toBe(200);
    const now = (await service.call('GET', table)).body as readonly Row[];
    const withoutTime = (rows: readonly Row[]) => rows.map(({ updatedTime: _, ...row }) => row);
    expect(withoutTime(now)).toEqual(withoutTime(before));
  });

  test.each(['csv', 'jsonl'])(
    'as %s has empty texts that are so when they are imported anew',
    async (ending) => {
      const touch = {
        id: `blank-${ending}`,
        customerId: 'cus_blank',
        occurredTime: '2026-01-02T00:00:00.000Z',
      };
      const texts = { source: '', medium: 'x', term: '', salesAgent: '' };
      await service.call('POST', '/lead-sources', { body: [{ ...touch, ...texts }] });
      const path = join(directory, `blank.${ending}`);
      expect((await run('touches', path)).exitCode).toBe(0);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(touch.id, `${touch.id}-again`));
      const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
      await operator.runWith(environment, 'import', path, '--kind', 'touches');
      const { body } = await service.call('GET', '/customers/cus_blank/lead-sources');
      const again = (body as readonly Row[]).find(({ id }) => id === `${touch.id}-again`);
      expect(again).toMatchObject({ ...texts, campaign: null, clickId: null });
      await service.call('DELETE', '/customers/cus_blank/lead-source');
    },
  );

  test('in CSV has conversions and touches that are known when they are imported again', async () => {
    const touch = { id: '-own', customerId: '@c', occurredTime: '2026-01-01T00:00:00.000Z', source: '=1' };
    await service.call('POST', '/lead-sources', { body: [touch] });
    const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
    const again = async (table: string) => {
      const path = join(directory, `${table}-again.csv`);
      await run(table, path);
      return (await operator.runWith(environment, 'import', path, '--kind', table)).out;
    };
    expect(await again('conversions')).toBe('0 rows added, 2 already there.\n');
    expect(await again('touches')).toBe('0 rows added, 3 already there.\n');
    await service.call('DELETE', '/customers/@c/lead-source');
  });

  test('replaces no file, unless it is told to', async () => {
    const path = join(directory, 'there.csv');
    writeFileSync(path, 'mine');
    expect(await run('touches', path)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('--force'),
    });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect((await run('touches', path, '--force', '--json')).out).toBe(
      `${JSON.stringify({ table: 'touches', format: 'csv', file: path, rows: 2 }, null, 2)}\n`,
    );
  });

  test('leaves nothing behind where the service cannot be asked', async () => {
    const path = join(directory, 'never.parquet');
    const { exitCode, err } = await run('touches', path, '--url', 'http://127.0.0.1:9');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Is the service running there?')]);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(directory).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('leaves the file that it was to replace as it was where it fails', async () => {
    const path = join(directory, 'kept.csv');
    writeFileSync(path, 'mine');
    const { exitCode } = await run('touches', path, '--force', '--url', 'http://127.0.0.1:9');
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([1, 'mine']);
  });

  test('reads nothing that a service of another version may mean in another way', async () => {
    const path = join(directory, 'other.csv');
    const other = createServer((_request, response) => response.end('[]'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, err } = await run('touches', path, '--url', `http://127.0.0.1:${port}`);
    other.close();
    expect([exitCode, err]).toEqual([1, expect.stringContaining('The service is a different version')]);
    expect(existsSync(path)).toBe(false);
  });

  test('ends once the reader of a pipe has seen enough, and waits for one that is slow', async () => {
    await using endless = await endlessTable();
    const environment = { LEADSOURCE_URL: endless.url, LEADSOURCE_KEY: 'any' };
    await using exporting = startProcess(['export', 'touches', '--format', 'ndjson'], environment);
    await exporting.until('\n');
    exporting.child.stdout.pause();
    await endless.untilStill();
    exporting.child.stdout.resume();
    await endless.untilMore();
    exporting.child.stdout.destroy();
    expect(await once(exporting.child, 'exit')).toEqual([0, null]);
    await endless.closed;
  });

  test('ends as usual where nobody reads what it says beside the table', async () => {
    const path = join(directory, 'unheard.csv');
    const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
    await using exporting = startProcess(['export', 'touches', path], environment);
    exporting.child.stderr.destroy();
    expect(await exporting.exited).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  test.each([
    [['nothing'], 'There is no table "nothing", only touches'],
    [['touches', '--format', 'parquet'], 'Name a file to write.'],
    [['touches', '--json'], 'Name a file to write.'],
  ])('%j is no way to call it', async (words, sentence) => {
    expect(await run(...words)).toMatchObject({ exitCode: 2, err: expect.stringContaining(sentence) });
  });
});
