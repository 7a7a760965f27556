import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection, longLogPages } from '../../../src/storage/sqlite/connection.ts';
import { LogCopying } from '../../../src/storage/sqlite/log-copying.ts';
import { testNeeding } from '../../support/requirements.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { lackOfStrace, straceCommand } from '../../support/strace.ts';

const copying = join(import.meta.dirname, '../../support/copying-log.ts');
const patience = { timeout: 60_000, interval: 20 };

describe('a log that has grown long', () => {
  let files: Awaited<ReturnType<typeof databaseDirectory>>;
  let connection: Connection;
  let logCopying: LogCopying;
  let lost: string[];

  beforeEach(async () => {
    files = await databaseDirectory();
    connection = new Connection({ path: files.path, readOnly: false });
    lost = [];
    logCopying = new LogCopying(files.path, connection, (reason) => lost.push(reason));
    execute('create table pieces (number integer primary key, piece blob not null)');
  });
  afterEach(async () => {
    await logCopying.close();
    connection[Symbol.dispose]();
    await files[Symbol.asyncDispose]();
    expect(lost).toEqual([]);
  });

  function execute(text: string): void {
    connection.prepare({ compile: () => ({ sql: text, parameters: [] }) } as never).run({});
  }

  /** Each fills a page, and so adds one to the log at least. */
  function add(pieces: number): void {
    connection.transaction(() =>
      execute(`insert into pieces (piece)
        with recursive counted (place) as (select 1 union all select place + 1 from counted where place < ${pieces})
        select zeroblob(1500) from counted`),
    );
  }

  function pieces(): number {
    using reader = new DatabaseSync(files.path, { readOnly: true });
    return Number(reader.prepare('select count(*) as pieces from pieces').get()?.['pieces']);
  }

  test('is copied beside the writes that go on, and then begins anew', async () => {
    add(longLogPages);
    expect(connection.logLength().copiedPages).toBe(0);
    logCopying.goOn();
    // The copy is under way, or not even begun.
    for (let write = 0; write < 50; write++) add(1);
    await vi.waitFor(
      () => expect(connection.logLength().copiedPages).toBeGreaterThanOrEqual(longLogPages),
      patience,
    );
    logCopying.goOn();
    const { pages, copiedPages } = connection.logLength();
    expect(copiedPages).toBe(pages);
    add(1);
    expect(connection.logLength().pages).toBeLessThan(10);
    expect(pieces()).toBe(longLogPages + 51);
  });

  test('is copied beside each time it has grown long', async () => {
    for (let time = 0; time < 3; time++) {
      add(longLogPages);
      expect(connection.logLength().copiedPages).toBeLessThan(100);
      // The thread may not have told yet that it is done with the log before.
      await vi.waitFor(() => {
        logCopying.goOn();
        expect(connection.logLength().copiedPages).toBeGreaterThanOrEqual(longLogPages);
      }, patience);
      await vi.waitFor(() => {
        add(1);
        logCopying.goOn();
        expect(connection.logLength().pages).toBeLessThan(100);
      }, patience);
    }
  });

  test('waits for who reads what was before it, and is copied once he is done', async () => {
    const reader = new Connection({ path: files.path, readOnly: true });
    add(1);
    const snapshot = reader.holdSnapshot();
    add(longLogPages);
    const goOn = () => {
      add(1);
      logCopying.goOn();
      return connection.logLength();
    };
    for (let write = 0; write < 20; write++) expect(goOn().copiedPages).toBeLessThan(100);
    snapshot[Symbol.dispose]();
    reader[Symbol.dispose]();
    // Who waited asks again only where much has come since.
    add(1000);
    await vi.waitFor(() => expect(goOn().pages).toBeLessThan(longLogPages), patience);
    expect(pieces()).toBeGreaterThan(longLogPages + 1000);
  });

  test('is copied beside by another thread where one could not begin', async () => {
    const link = `${files.path}.link`;
    // There is nothing at the path yet by which the thread comes.
    const later = new LogCopying(join(link, basename(files.path)), connection, (reason) => lost.push(reason));
    const ended = Promise.withResolvers<number>();
    process.once('worker', (thread) => thread.once('exit', ended.resolve));
    add(longLogPages);
    later.goOn();
    expect(await ended.promise).toBe(1);
    symlinkSync(dirname(files.path), link);
    add(1000);
    later.goOn();
    await vi.waitFor(
      () => expect(connection.logLength().copiedPages).toBeGreaterThanOrEqual(longLogPages),
      patience,
    );
    await later.close();
  });

  test('that nothing can shorten any more is copied by who writes it', () => {
    add(16 * longLogPages);
    logCopying.goOn();
    const { pages, copiedPages } = connection.logLength();
    expect(copiedPages).toBe(pages);
  });

  test('is left alone as long as it is short', () => {
    add(longLogPages / 4);
    logCopying.goOn();
    expect(connection.logLength().copiedPages).toBe(0);
  });
});

testNeeding(lackOfStrace(), 'a file that the disk could not sync beside the writes is told of', async () => {
  await using files = await databaseDirectory();
  {
    using connection = new Connection({ path: files.path, readOnly: false });
    connection.run({
      compile: () => ({ sql: 'create table pieces (piece blob)', parameters: [] }),
    } as never);
  }
  const [command = '', ...words] = straceCommand({
    calls: ['fsync', 'fdatasync'],
    paths: [files.path],
    injection: 'error=EIO',
    tracePath: `${files.path}.trace`,
  });
  const { stdout, stderr } = spawnSync(command, [...words, process.execPath, copying, files.path], {
    encoding: 'utf8',
  });
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^lost: .*\nended\n$/), stderr: '' });
});
