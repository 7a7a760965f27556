import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';
import { testNeeding } from '../support/requirements.ts';
import { lackOfStrace, straceCommand } from '../support/strace.ts';

const readOnly = 'The storage is read-only.';
const put = '/customers/c/lead-source';
/** Of one thread, on the files of the database: a start on one that is there writes nothing. */
const refusedWrites = { after: 30, count: 4 };
/** To find out whether the file may be written: the thread that starts the service does so twice. */
const refusedLooks = { after: 2, count: 3 };
const looks = ['?access', '?faccessat', '?faccessat2'];

function refusing({ after, count }: { readonly after: number; readonly count: number }): string {
  return `error=EROFS:when=${after + 1}..${after + count}`;
}

/** Until it is answered with a problem of this detail, or with a body that has none. */
async function until(detail: string | undefined, ask: () => Promise<ClientAnswer>): Promise<ClientAnswer> {
  for (;;) {
    const answer = await ask();
    if ((answer.body as { readonly detail?: string }).detail === detail) return answer;
  }
}

testNeeding(
  lackOfStrace(),
  'a service whose disk becomes read-only says so, reads on, is not ready, and is again once it takes writes, though nobody sends one',
  async () => {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'leadsource-read-only-')));
    const databasePath = join(directory, 'leadsource.db');
    {
      // Its first start writes much.
      await using child = new ChildService({ databasePath });
      await child.url();
    }
    const wrapper = [
      ...straceCommand({
        calls: ['pwrite64', ...looks],
        paths: [databasePath, `${databasePath}-wal`],
        injection: refusing(refusedWrites),
        injectedCalls: ['pwrite64'],
        tracePath: join(directory, 'trace'),
      }),
      ...['-e', `inject=${looks.join(',')}:${refusing(refusedLooks)}`],
    ];
    try {
      await using child = new ChildService({ databasePath, wrapper });
      using client = new HttpClient(await child.url());
      const ready = () => client.send('GET', '/health/ready');
      expect((await ready()).status).toBe(200);
      let number = 0;
      const write = () => client.send('PUT', put, { source: String(number++) });
      expect((await write()).status).toBe(201);
      const refused = await until(readOnly, write);
      expect(refused.status).toBe(503);
      expect(refused.headers).toHaveProperty('retry-after');
      expect((await client.send('GET', put)).status).toBe(200);
      expect((await until(readOnly, ready)).status).toBe(503);
      expect((await until(undefined, ready)).status).toBe(200);
      expect((await write()).status).toBe(201);
      child.signal('SIGTERM');
      expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    } finally {
      await rm(directory, { recursive: true });
    }
  },
);
