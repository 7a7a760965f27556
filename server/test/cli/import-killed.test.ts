import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { startTestService, type TestService } from '../support/service.ts';

const program = join(import.meta.dirname, '../../src/cli/leadsource.js');
const kills = countOf(100);
/** Two calls to the service. */
const records = 36_000;

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

/** Every hundredth record is broken, every fiftieth has a line break in it. */
function table(): string {
  const rows = Array.from({ length: records }, (_, place) => {
    const time = place % 100 === 7 ? 'someday' : new Date(1_735_689_600_000 + place * 1000).toISOString();
    const content = place % 50 === 3 ? `"two\nlines ${place}"` : `c${place}`;
    return `k${place % 900},${time},s${place % 11},${content}`;
  });
  return `customerId,occurredTime,source,content\n${rows.join('\n')}\n`;
}

/** Runs the import in a process of its own. Answers its exit code, null where it was killed. */
async function run(
  service: TestService,
  file: string,
  killAfterMilliseconds: number | null,
): Promise<number | null> {
  const environment = { ...process.env, LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  const child = spawn(process.execPath, [program, 'import', file], { env: environment, stdio: 'ignore' });
  const timer =
    killAfterMilliseconds === null
      ? undefined
      : setTimeout(() => child.kill('SIGKILL'), killAfterMilliseconds);
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(timer);
  return code;
}

/** What is kept, without what is another with each import. */
async function kept(service: TestService): Promise<readonly string[]> {
  const { body } = await service.call('GET', '/exports/touches');
  return (body as readonly Record<string, unknown>[]).map(({ recordedTime, actor, ...row }) =>
    JSON.stringify(row),
  );
}

test(`an import that is killed ${kills} times and given again keeps the same rows as one that was not`, {
  timeout: 120_000 + kills * 60_000,
}, async () => {
  const random = randomFrom(announceSeed('import killed'));
  const [file, other] = [join(directory, 'whole.csv'), join(directory, 'killed.csv')];
  for (const path of [file, other]) writeFileSync(path, table());
  const start = performance.now();
  expect(await run(whole, file, null)).toBe(3);
  // The moments of the kills follow from how long it takes here and now.
  const milliseconds = performance.now() - start;
  let broken = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const code = await run(killed, other, random() * milliseconds);
    if (code === null) broken += 1;
    // One that was quicker than the kill has ended: it is to begin anew, on rows that are all there.
    else expect(code).toBe(3);
  }
  expect(broken).toBeGreaterThan(0);
  expect(await run(killed, other, null)).toBe(3);
  expect(existsSync(`${other}.importing`)).toBe(false);
  expect(readFileSync(`${other}.rejected`, 'utf8')).toBe(readFileSync(`${file}.rejected`, 'utf8'));
  const expected = await kept(whole);
  expect(expected).toHaveLength(records - records / 100);
  expect((await kept(killed)).toSorted()).toEqual(expected.toSorted());
});
