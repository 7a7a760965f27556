import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { startTestService, type TestService } from '../support/service.ts';

const program = join(import.meta.dirname, '../../src/cli/leadsource.js');
const kills = countOf(100);
const records = 4000;
/** In a column that no row takes. A call ends behind some 2,400 records with so long a note, so that each file takes two. */
const note = 'x'.repeat(6400);
/** Every hundredth is broken. */
const keptRecords = records - records / 100;

/** The columns of each kind, and what a record has in them; `name` is in no record of another pass. */
const kinds = {
  touches: {
    columns: 'customerId,occurredTime,source,content,note',
    cells: (name: string, place: number) => [name, momentOf(place), `s${place % 11}`],
  },
  conversions: {
    columns: 'customerId,occurredTime,amount,currency,orderId,note',
    cells: (name: string, place: number) => [name, momentOf(place), `${place}.25`, 'EUR'],
  },
  spend: {
    columns: 'source,date,amount,currency,content,note',
    cells: (name: string, place: number) => [name, momentOf(place).slice(0, 10), `${place}.25`, 'EUR'],
  },
} as const;
const kindsInTurn = Object.keys(kinds) as (keyof typeof kinds)[];

let whole: TestService;
let killed: TestService;
let directory: string;
beforeAll(async () => {
  [whole, killed] = await Promise.all([startTestService(), startTestService()]);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-killed-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await Promise.all([whole[Symbol.asyncDispose](), killed[Symbol.asyncDispose]()]);
});

function momentOf(place: number): string {
  return place % 100 === 7 ? 'someday' : new Date(1_735_689_600_000 + place * 1000).toISOString();
}

/** Every hundredth record has no moment, every fiftieth a line break. */
function table(kind: keyof typeof kinds, pass: number): string {
  const { columns, cells } = kinds[kind];
  const rows = Array.from({ length: records }, (_, place) => {
    const last = place % 50 === 3 ? `"two\nlines ${place}"` : `c${place}`;
    return [...cells(`k${pass}-${place % 900}`, place), last, note].join(',');
  });
  return `${columns}\n${rows.join('\n')}\n`;
}

interface Run {
  readonly service: TestService;
  readonly kind: keyof typeof kinds;
  readonly file: string;
}

/** When a run is killed, unless it has ended before. */
type Moment = (ended: AbortSignal) => Promise<unknown>;

/** Runs the import in a process of its own. Answers its exit code, null where it was killed. */
async function run({ service, kind, file }: Run, moment?: Moment): Promise<number | null> {
  const env = { ...process.env, LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  const child = spawn(process.execPath, [program, 'import', file, '--kind', kind], { env, stdio: 'ignore' });
  const ending = new AbortController();
  const killing = moment?.(ending.signal).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  ending.abort();
  await killing;
  return code;
}

/** How many lines are behind the one that is to go on. */
function linesReached(file: string): number {
  const path = `${file}.importing`;
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).lines : 0;
}

async function isPartlyDone(file: string, signal: AbortSignal): Promise<void> {
  while (linesReached(file) === 0) await pause(5, undefined, { signal });
}

/** Runs it to its end. Answers how long it takes until the first row is read, and as a whole. */
async function importWhole(uninterrupted: Run): Promise<readonly [number, number]> {
  const start = performance.now();
  let startMilliseconds = 0;
  const never: Moment = async (signal) => {
    while (!existsSync(`${uninterrupted.file}.importing`)) await pause(5, undefined, { signal });
    startMilliseconds = performance.now() - start;
    await once(signal, 'abort');
    signal.throwIfAborted();
  };
  expect(await run(uninterrupted, never)).toBe(3);
  return [startMilliseconds, performance.now() - start];
}

/** What is kept, without what is another with each import. */
async function kept(service: TestService, kind: keyof typeof kinds): Promise<readonly string[]> {
  const { body } = await service.call('GET', `/exports/${kind}`);
  return (body as readonly Record<string, unknown>[])
    .map(({ recordedTime, createdTime, updatedTime, actor, ...row }) => JSON.stringify(row))
    .toSorted();
}

test(`an import that is killed ${kills} times and given again keeps the same rows as one that was not`, {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  const random = randomFrom(announceSeed('import killed'));
  const wentOn: boolean[] = [];
  let passes = 0;
  // Once a file is through, another kill would find all of its rows there: then the next one's turn comes.
  for (let broken = 0; broken < kills; passes += 1) {
    const kind = kindsInTurn[passes % kindsInTurn.length] ?? 'touches';
    const [file, other] = [join(directory, `whole-${passes}`), join(directory, `killed-${passes}`)];
    writeFileSync(file, table(kind, passes));
    linkSync(file, other);
    // The moments of the kills follow from how long it takes here and now. One is behind the first call.
    const [startMilliseconds, milliseconds] = await importWhole({ service: whole, kind, file });
    const interrupted = { service: killed, kind, file: other };
    const isKilled = async (moment: Moment) => (await run(interrupted, moment)) === null;
    broken += Number(await isKilled((signal) => isPartlyDone(other, signal)));
    wentOn.push(linesReached(other) > 0);
    const sometime: Moment = (signal) => {
      const sinceStart = random() * (milliseconds - startMilliseconds);
      return pause(startMilliseconds + sinceStart, undefined, { signal });
    };
    while (broken < kills && (await isKilled(sometime))) broken += 1;
    expect(await run(interrupted)).toBe(3);
    expect(existsSync(`${other}.importing`)).toBe(false);
    expect(readFileSync(`${other}.rejected`, 'utf8')).toBe(readFileSync(`${file}.rejected`, 'utf8'));
  }
  expect(wentOn).toContain(true);
  for (const [place, kind] of kindsInTurn.entries()) {
    const expected = await kept(whole, kind);
    expect(await kept(killed, kind)).toEqual(expected);
    const passesOfKind = Math.ceil((passes - place) / kindsInTurn.length);
    expect(expected).toHaveLength(passesOfKind * keptRecords);
  }
});
