import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadSourceFields } from '../../src/domain/lead-source.ts';
import { capture, freshVisitor, publishableKey } from '../support/capture.ts';
import { type CommandLine, commandLine, commandTime } from '../support/command-line.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let empty: TestService;
let operator: CommandLine;
let directory: string;
beforeAll(async () => {
  const start = () => startTestService({}, () => commandTime);
  [service, empty] = await Promise.all([start(), start()]);
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-export-imported-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await Promise.all([service[Symbol.asyncDispose](), empty[Symbol.asyncDispose]()]);
});

function run(on: TestService, ...words: readonly string[]) {
  const environment = { LEADSOURCE_URL: on.url, LEADSOURCE_KEY: on.secretKey };
  return operator.runWith(environment, ...words);
}

type Row = Readonly<Record<string, unknown>>;

/** What an import takes of the touches that a service has. */
async function toldBy(on: TestService): Promise<readonly string[]> {
  const rows = (await on.call('GET', '/exports/touches')).body as readonly Row[];
  const fields = ['customerId', 'occurredTime', ...leadSourceFields];
  return rows.map((row) => JSON.stringify(fields.map((field) => row[field]))).toSorted();
}

/** Touches written and captured, imported with and without ids; two of them say the same. */
async function fill(): Promise<void> {
  const odd = { medium: '', campaign: '=cmd|"x"', content: 'a,"b"\r\nc', term: "'-1", path: ' 😀é ' };
  for (const body of [{ source: 'google', clickId: 'x' }, odd]) {
    await service.call('PUT', '/customers/one/lead-source', { body });
  }
  const [customerId, occurredTime] = ['two', '2026-01-02T00:00:00.000Z'];
  const equal = { customerId, occurredTime, source: 'fair' };
  await service.call('POST', '/lead-sources', { body: [equal, equal, { ...equal, id: 'own' }] });
  const visitorId = freshVisitor();
  const { key } = await publishableKey(service);
  await capture(service, key, { visitorId, url: 'https://shop.example/?utm_source=mail&gclid=Abc' });
  await service.call('POST', '/customers/three/visitors', { body: { visitorId } });
}

describe('touches that were exported', () => {
  beforeAll(fill);

  test.each(['csv', 'ndjson'])(
    'as %s come to another service once, whatever ids they had, and a later export brings them not again',
    async (ending) => {
      const path = join(directory, `touches.${ending}`);
      expect((await run(service, 'export', 'touches', path)).exitCode).toBe(0);
      expect(await run(service, 'import', path, '--dry-run')).toMatchObject({
        exitCode: 0,
        out: '6 rows would be sent.\n',
      });
      const isFirst = ending === 'csv';
      const first = await run(empty, 'import', path);
      expect([first.exitCode, first.out]).toEqual([
        0,
        isFirst ? '6 rows added.\n' : '0 rows added, 6 already there.\n',
      ]);
      expect(await toldBy(empty)).toEqual(await toldBy(service));
      expect((await run(empty, 'import', path)).out).toBe('0 rows added, 6 already there.\n');
    },
  );

  test('come to their own service not again, but for those that it lost', async () => {
    const path = join(directory, 'own.csv');
    await run(service, 'export', 'touches', path);
    const before = await toldBy(service);
    expect((await run(service, 'import', path)).out).toBe('0 rows added, 6 already there.\n');
    expect(await toldBy(service)).toEqual(before);
    await service.call('DELETE', '/customers/two/lead-source');
    expect((await run(service, 'import', path)).out).toBe('3 rows added, 3 already there.\n');
    expect(await toldBy(service)).toEqual(before);
    expect((await run(service, 'import', path)).out).toBe('0 rows added, 6 already there.\n');
  });

  test('by two services that numbered alike are told apart', async () => {
    const path = join(directory, 'alike.ndjson');
    const alike = { id: 'tch_0000000000001', occurredTime: '2026-01-02T00:00:00.000Z' };
    const rows = ['a', 'b'].map((source) =>
      JSON.stringify({ ...alike, customerId: `alike-${source}`, source }),
    );
    writeFileSync(path, rows.join('\n'));
    await using third = await startTestService({}, () => commandTime);
    expect((await run(third, 'import', path)).out).toBe('2 rows added.\n');
    expect((await run(third, 'import', path)).out).toBe('0 rows added, 2 already there.\n');
  });

  test('are told apart from what says otherwise under the id of a touch of the service', async () => {
    const path = join(directory, 'otherwise.csv');
    await run(service, 'export', 'touches', path);
    writeFileSync(path, readFileSync(path, 'utf8').replace(',google,', ',bing,'));
    const { exitCode, out } = await run(service, 'import', path);
    expect([exitCode, out]).toEqual([3, '0 rows added, 5 already there, 1 record rejected.\n']);
    expect(readFileSync(`${path}.rejected`, 'utf8')).toContain(
      'id is that of a lead source of this service that says otherwise; without an id, the row is added',
    );
  });
});

test('touches of many customers come to their own service not again where most are gone, nor elsewhere after a merge', async () => {
  const body = Array.from({ length: 50 }, (_, place) => {
    return { customerId: `many${place}`, occurredTime: '2026-01-02T00:00:00.000Z', source: 'fair' };
  });
  await service.call('POST', '/lead-sources', { body });
  const path = join(directory, 'many.csv');
  await run(service, 'export', 'touches', path);
  const before = await toldBy(service);
  expect((await run(service, 'import', path)).out).toBe(`0 rows added, ${before.length} already there.\n`);
  await run(empty, 'import', path);
  expect(await toldBy(empty)).toEqual(before);
  for (let place = 1; place < 50; place++) {
    await service.call('DELETE', `/customers/many${place}/lead-source`);
  }
  const again = await run(service, 'import', path);
  expect(again.out).toBe(`49 rows added, ${before.length - 49} already there.\n`);
  expect(await toldBy(service)).toEqual(before);
  await service.call('PUT', '/customers/merged', { body: {} });
  await service.call('DELETE', '/customers/many0?targetCustomerId=merged');
  const merged = join(directory, 'merged.csv');
  await run(service, 'export', 'touches', merged);
  const later = await run(empty, 'import', merged);
  expect([later.exitCode, later.out]).toEqual([
    3,
    `0 rows added, ${before.length - 1} already there, 1 record rejected.\n`,
  ]);
  expect(await toldBy(empty)).toEqual(before);
});
