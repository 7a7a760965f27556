import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine, type Outcome } from '../support/command-line.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: CommandLine;
let directory: string;
beforeAll(async () => {
  service = await startTestService();
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-import-'));
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Runs `leadsource import` against the service, with the key in the environment. */
function run(path: string, ...words: readonly string[]): Promise<Outcome> {
  const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  return operator.runWith(environment, 'import', path, ...words);
}

async function touchesOf(customerId: string) {
  const { body } = await service.call('GET', `/customers/${customerId}/lead-sources`);
  return body as readonly Record<string, unknown>[];
}

describe('leadsource import', () => {
  test('brings a table of touches, as imported ones of one import', async () => {
    const path = file(
      'touches.csv',
      'customerId,occurredTime,source,content\na1,2025-01-02T03:04:05Z,google,=1+1\na1,2025-01-01,bing,"x, ""y"""\n',
    );
    const { exitCode, out, err } = await run(path);
    expect([exitCode, out]).toEqual([0, '2 rows added.\n']);
    expect(await touchesOf('a1')).toMatchObject([
      { source: 'bing', content: 'x, "y"', origin: 'import', occurredTime: '2025-01-01T00:00:00.000Z' },
      { source: 'google', content: '=1+1', origin: 'import', occurredTime: '2025-01-02T03:04:05.000Z' },
    ]);
    const importId = /The import is (imp_\w+)\./.exec(err)?.[1];
    expect((await service.call('GET', `/imports/${importId}`)).body).toMatchObject({ touches: 2 });
    expect(existsSync(`${path}.importing`)).toBe(false);
    expect(existsSync(`${path}.rejected`)).toBe(false);
  });

  test('brings rows that end with carriage returns alone', async () => {
    const path = file('returns.csv', 'customerId,occurredTime,medium,source\rim13,2025-01-01,a,b\r');
    expect((await run(path)).out).toBe('1 row added.\n');
    expect(await touchesOf('im13')).toMatchObject([{ medium: 'a', source: 'b' }]);
  });

  test('says which columns it does not use, also in a dry run, unless a preset leaves them out', async () => {
    const path = file(
      'unused.csv',
      'line,reason,customerId,occurredTime,utm_source,Note\n2,x,a2,2025-01-02,google,y\n',
    );
    const dry = await run(path, '--dry-run');
    expect(dry.err).toContain(
      'Columns that fill no field: "utm_source", "Note". --map "utm_source=FIELD" uses one.\n',
    );
    const mapped = await run(path, '--dry-run', '--map', 'utm_source=source', '--map', 'Note=content');
    expect(mapped.err).not.toContain('fill no field');
    const contacts = file(
      'unused-preset.csv',
      'id,createdTime,leadSource.createdTime,leadSource.source,Note\na2,2025-01-02,2025-01-02,google,y\n',
    );
    expect((await run(contacts, '--dry-run', '--preset', 'rebilly-customers')).err).not.toContain(
      'fill no field',
    );
  });

  test('brings the same file again without doubling anything', async () => {
    const path = file(
      'again.csv',
      'customerId,occurredTime,source\nb1,2025-01-02,google\nb1,2025-01-02,google\n',
    );
    expect((await run(path)).out).toBe('1 row added, 1 already there.\n');
    expect((await run(path)).out).toBe('0 rows added, 2 already there.\n');
    expect(await touchesOf('b1')).toHaveLength(1);
  });

  test('keeps equal rows apart where that is asked for, and still brings none twice', async () => {
    const path = file(
      'equal.csv',
      'customerId,occurredTime,source\nb2,2025-01-02,google\nb2,2025-01-02,google\n',
    );
    expect((await run(path, '--equal-rows', 'apart')).out).toBe('2 rows added.\n');
    expect((await run(path, '--equal-rows', 'apart')).out).toBe('0 rows added, 2 already there.\n');
  });

  test('takes whole records or none, and writes the others down with their lines and reasons', async () => {
    const rows = Array.from({ length: 200 }, (_, place) =>
      place % 10 === 3 ? `c${place},someday,google` : `c${place},2025-01-02,google`,
    );
    const more = [
      'bad id!,2025-01-02,google',
      'c900,2025-01-02',
      'c901,2025-01-02,"open',
      'c902,2999-01-01,google',
    ];
    const path = file('broken.csv', `customerId,occurredTime,source\n${[...rows, ...more].join('\n')}\n`);
    const { exitCode, out, err } = await run(path);
    expect([exitCode, out]).toEqual([3, '180 rows added, 24 records rejected.\n']);
    expect(err).toContain(`Rejected records, with reasons, are in ${path}.rejected.\n`);
    const rejected = readFileSync(`${path}.rejected`, 'utf8').trimEnd().split('\n');
    expect(rejected[0]).toBe('line,reason,customerId,occurredTime,source');
    expect(rejected[1]).toBe(
      '5,"occurredTime is not a time that can be read: ""someday""",c3,someday,google',
    );
    expect(rejected.slice(-4)).toEqual([
      '202,"customerId must be 1 to 50 of the characters A-Z a-z 0-9 _ - . ~ @, and not ""."" or ""..""",bad id!,2025-01-02,google',
      '203,"has 2 cells, but the table has 3 columns","c900,2025-01-02"',
      '204,"opens a quote that is never closed","c901,2025-01-02,""open"',
      '205,"occurredTime must not be more than 60 seconds ahead",c902,2999-01-01,google',
    ]);
    expect(await touchesOf('c4')).toHaveLength(1);
    expect((await service.call('GET', '/customers/c3')).status).toBe(404);
  });

  test('adds neither row of a record of which one cannot be taken', async () => {
    const path = file(
      'contacts.csv',
      [
        'Record ID,Create Date,Original Source,Latest Source Date,Latest Source,Last Page Seen',
        'hs1,2025-01-02,Direct Traffic,2025-01-03,Organic Search,/',
        `hs2,2025-01-02,Direct Traffic,2025-01-03,Organic Search,/${'x'.repeat(10_000)}`,
        'bad id!,2025-01-02,Direct Traffic,2025-01-03,Organic Search,/',
        '',
      ].join('\n'),
    );
    const { exitCode, out } = await run(path, '--preset', 'hubspot-contacts');
    expect([exitCode, out]).toEqual([3, '2 rows added, 2 records rejected.\n']);
    expect(await touchesOf('hs1')).toHaveLength(2);
    expect((await service.call('GET', '/customers/hs2')).status).toBe(404);
  });

  test('takes what was rejected once it is mended, from the very file', async () => {
    const path = file('mended.csv', 'customerId,occurredTime,source\nd1,someday,google\n');
    expect((await run(path)).exitCode).toBe(3);
    const mended = readFileSync(`${path}.rejected`, 'utf8').replace(',someday,', ',2025-01-02,');
    expect((await run(file('mended-again.csv', mended))).out).toBe('1 row added.\n');
  });

  test.each([
    ['csv', 'customerId,occurredTime\nd6,TIME\n'],
    ['ndjson', '{"customerId":"d6","occurredTime":"TIME"}\n'],
  ])('leaves no rejected rows of an earlier run once a %s is mended itself', async (ending, rows) => {
    const path = file(`itself-mended.${ending}`, rows.replace('TIME', 'someday'));
    const rejectedPath = `${path}.rejected`;
    expect((await run(path)).exitCode).toBe(3);
    writeFileSync(path, rows.replace('TIME', '2025-01-02'));
    expect((await run(path, '--dry-run')).exitCode).toBe(0);
    expect(existsSync(rejectedPath)).toBe(true);
    expect((await run(path)).exitCode).toBe(0);
    expect(existsSync(rejectedPath)).toBe(false);
  });

  test('keeps what it did not write where rejected rows would go', async () => {
    const notes = file('notes.txt', 'lines that somebody wrote\n');
    const path = file('clean.csv', 'customerId,occurredTime\nd7,2025-01-02\n');
    expect((await run(path, '--rejected', notes)).exitCode).toBe(0);
    expect(readFileSync(notes, 'utf8')).toBe('lines that somebody wrote\n');
  });

  test.each([
    ['windows-1252', (text: string) => Buffer.from(text, 'latin1')],
    ['utf-16le', (text: string) => Buffer.from(text, 'utf16le')],
  ] as const)('takes what was rejected of a file in %s with the same options', async (encoding, written) => {
    const path = join(directory, `mended-${encoding}.csv`);
    writeFileSync(path, written(`customerId,occurredTime,source\nd-${encoding},someday,Zürich\n`));
    const words = ['--encoding', encoding];
    expect((await run(path, ...words)).exitCode).toBe(3);
    const mended = readFileSync(`${path}.rejected`, 'utf8').replace(',someday,', ',2025-01-02,');
    expect((await run(file(`again-${encoding}.csv`, mended), ...words)).out).toBe('1 row added.\n');
    expect(await touchesOf(`d-${encoding}`)).toMatchObject([{ source: 'Zürich' }]);
  });

  test('writes what is rejected over no row that is yet to be read', async () => {
    const path = file('itself.csv', 'customerId,occurredTime\nc,someday\n');
    const { exitCode, err } = await run(path, '--rejected', path);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('--rejected names the file that is read')]);
    expect(readFileSync(path, 'utf8')).toContain('c,someday');
  });

  test('takes rejected lines of JSON once they are mended where they stand, also those that were none', async () => {
    const path = file(
      'mended.ndjson',
      '{"customerId":"d2","occurredTime":"someday","source":"fair"}\n{"customerId":"d3",\n{"customerId":"d4"}\n',
    );
    expect((await run(path)).out).toBe('0 rows added, 3 records rejected.\n');
    const mended = readFileSync(`${path}.rejected`, 'utf8')
      .replace('"someday"', '"2025-01-02"')
      .replace(
        '{\\"customerId\\":\\"d3\\",',
        '{\\"customerId\\":\\"d3\\",\\"occurredTime\\":\\"2025-01-02\\"}',
      );
    const again = file('mended.ndjson.again', mended);
    expect((await run(again)).out).toBe('2 rows added, 1 record rejected.\n');
    expect(await touchesOf('d2')).toMatchObject([{ source: 'fair' }]);
    expect(await touchesOf('d3')).toHaveLength(1);
    // What is still wrong can be mended there in its turn.
    expect(readFileSync(`${again}.rejected`, 'utf8')).toBe(
      '{"line":3,"reason":"occurredTime is required","record":{"customerId":"d4"}}\n',
    );
  });

  test('takes what was rejected of a table of rejected records, too', async () => {
    const path = file('twice.csv', 'customerId,occurredTime\nd5,someday\n');
    expect((await run(path)).exitCode).toBe(3);
    expect((await run(`${path}.rejected`)).exitCode).toBe(3);
    const mended = readFileSync(`${path}.rejected.rejected`, 'utf8').replace(',someday', ',2025-01-02');
    expect((await run(file('thrice.csv', mended))).out).toBe('1 row added.\n');
  });

  test('takes no pipe, of which it would lose the beginning', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    for (const words of [[path], [path, '--dry-run'], ['/dev/null']]) {
      const { exitCode, err } = await operator.run('import', ...words);
      expect([exitCode, err]).toEqual([2, expect.stringContaining('can be read only once')]);
    }
  });

  test('sends nothing in a dry run, and tells what it would do', async () => {
    const path = file(
      'dry.csv',
      'customerId,occurredTime,source\ne1,2025-01-02,google\ne2,03/04/2025,google\ne3,2999-01-01,google\n',
    );
    const { exitCode, out } = await operator.run('import', path, '--dry-run', '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(out)).toEqual({
      kind: 'touches',
      dryRun: true,
      importId: null,
      added: 1,
      known: 0,
      rejected: 2,
      passedOver: 0,
      rejectedFile: `${path}.rejected`,
    });
    const rejected = readFileSync(`${path}.rejected`, 'utf8');
    expect(rejected).toContain('--times us or --times european');
    expect(rejected).toContain('occurredTime must not be more than 60 seconds ahead');
    expect((await service.call('GET', '/customers/e1')).status).toBe(404);
  });

  test('brings lines of JSON, with a mapping from a file', async () => {
    const path = file(
      'events.jsonl',
      '{"who":{"id":"f1"},"at":1741064767,"utm":"news"}\n{"who":{"id":"f1"}}\n',
    );
    const mapping = file(
      'mapping.json',
      '\ufeff{"map": {"who.id": "customerId", "at": "occurredTime", "utm": "source"}, "set": {"medium": "email"}}',
    );
    const { exitCode } = await run(path, '--mapping', mapping, '--times', 'unix-seconds');
    expect(exitCode).toBe(3);
    expect(readFileSync(`${path}.rejected`, 'utf8')).toBe(
      '{"line":2,"reason":"occurredTime is required","record":{"who":{"id":"f1"}}}\n',
    );
    expect(await touchesOf('f1')).toMatchObject([
      { source: 'news', medium: 'email', occurredTime: '2025-03-04T05:06:07.000Z' },
    ]);
  });

  test('brings conversions, once, as Stripe exports them, less what was refunded', async () => {
    const path = file(
      'payments.csv',
      'id,Created date (UTC),Amount,Amount Refunded,Currency,Customer ID,Status\n' +
        'ch_1,2025-03-04 05:06:07,12.50,2.50,usd,i1,Paid\nch_2,2025-03-04 05:06:07,9.00,0.00,usd,i1,Failed\n' +
        'ch_3,2025-03-05 05:06:07,1.234,0.00,usd,i1,Paid\nch_4,2025-03-06 05:06:07,7.00,7.00,usd,i1,Refunded\n',
    );
    const words = ['--preset', 'stripe-payments'] as const;
    expect((await run(path, ...words)).out).toBe('2 rows added, 1 record skipped, 1 record rejected.\n');
    expect((await run(path, ...words)).out).toBe(
      '0 rows added, 2 already there, 1 record skipped, 1 record rejected.\n',
    );
    expect(readFileSync(`${path}.rejected`, 'utf8')).toContain('amount');
    expect((await service.call('GET', '/conversions/ch_1')).body).toMatchObject({
      customerId: 'i1',
      amount: '10.00',
      currency: 'USD',
      occurredTime: '2025-03-04T05:06:07.000Z',
    });
    expect((await service.call('GET', '/conversions/ch_4')).body).toMatchObject({ amount: '0.00' });
  });

  test('brings what was spent, in as many calls as it takes; brought again it counts once', async () => {
    const rows = Array.from({ length: 2000 }, (_, place) => {
      const day = `2024-${String((place % 12) + 1).padStart(2, '0')}-${String((place % 28) + 1).padStart(2, '0')}`;
      return place % 10 === 4 ? `${day};c${place};1,005` : `${day};c${place};1.000,05`;
    });
    const path = file('costs.csv', `Tag;Kampagne;Kosten\r\n${rows.join('\r\n')}\r\n`);
    const words = ['--kind', 'spend', '--map', 'Tag=date', '--map', 'Kampagne=campaign', '--decimal-comma'];
    const more = ['--map', 'Kosten=amount', '--set', 'currency=eur', '--set', 'medium=cpc'];
    for (let time = 1; time <= 2; time++) {
      const { exitCode, out } = await run(path, ...words, ...more);
      expect([exitCode, out]).toEqual([3, '1,800 rows added or replaced, 200 records rejected.\n']);
    }
    const { headers, body } = await service.call('GET', '/spend?filter=medium:cpc&limit=1&sort=date');
    expect(headers.get('pagination-total')).toBe('1800');
    expect(body).toMatchObject([{ date: '2024-01-01', medium: 'cpc', amount: '1000.05', currency: 'EUR' }]);
    const rejected = readFileSync(`${path}.rejected`, 'utf8').split('\n')[1];
    expect(rejected).toContain('amount');
    expect(existsSync(`${path}.importing`)).toBe(false);
  });

  test('brings what was spent under the longest names in calls that the service takes', async () => {
    const names = [
      'medium',
      'source',
      'campaign',
      'term',
      'content',
      'affiliate',
      'subAffiliate',
      'salesAgent',
    ];
    const cells = names.map(() => '😀'.repeat(512)).join();
    const rows = [1, 2, 3, 4, 5].map((day) => `2024-03-0${day},1,EUR,${cells}`);
    const path = file('long-names.csv', `date,amount,currency,${names.join()}\n${rows.join('\n')}\n`);
    const { exitCode, out } = await run(path, '--kind', 'spend');
    expect([exitCode, out]).toEqual([0, '5 rows added or replaced.\n']);
  });

  test('judges spend in a dry run as the service would', async () => {
    const path = file(
      'judged.csv',
      'date,amount,currency,channel\n2024-02-30,1,EUR,\n2024-02-29,1,XXZ,\n2024-02-29,1,EUR,Display\n',
    );
    const { exitCode, out } = await operator.run('import', path, '--kind', 'spend', '--dry-run');
    expect([exitCode, out]).toEqual([3, '1 row would be sent, 2 records rejected.\n']);
  });

  test('reads times of a zone, UTF-16 and semicolons', async () => {
    const text = 'customerId;occurredTime;source\r\ng1;02.07.2025 10:00;Müller & Söhne\r\n';
    const path = file('utf16.csv', Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect((await run(path, '--timezone', 'Europe/Berlin')).out).toBe('1 row added.\n');
    expect(await touchesOf('g1')).toMatchObject([
      { source: 'Müller & Söhne', occurredTime: '2025-07-02T08:00:00.000Z' },
    ]);
  });
});

describe('leadsource import says what to do where', () => {
  let path: string;
  beforeAll(() => {
    path = file('plain.csv', 'customerId,occurredTime\nh1,2025-01-02\n');
  });

  test('there is no key', async () => {
    const { exitCode, err } = await operator.run('import', path);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('No key: set LEADSOURCE_KEY')]);
  });

  test.each(['sk_live_fake\n# for the import', '“sk_live_fake”'])('the key file says %j', async (text) => {
    const { exitCode, err } = await operator.run('import', path, '--key-file', file('not-one.key', text));
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/The key in .*not-one\.key has a character/)]);
  });

  test('the key in the environment ends with a line, as from a file of settings, which is no part of it', async () => {
    const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: `${service.secretKey}\r\n` };
    const { exitCode, err } = await operator.runWith(environment, 'import', path);
    expect([exitCode, err]).toEqual([0, expect.not.stringContaining('a character that no key has')]);
  });

  test('the key is not known', async () => {
    const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: 'sk_live_wrong' };
    const { exitCode, err } = await operator.runWith(environment, 'import', path);
    expect([exitCode, err]).toEqual([1, expect.stringContaining(`${service.url} does not accept the key`)]);
  });

  test.each(['key', 'token'])('the %s comes from a file', async (kind) => {
    const { body } = await service.call('POST', '/tokens', { body: {} });
    const credential = kind === 'key' ? service.secretKey : (body as { token: string }).token;
    const keyFile = file(kind, `${credential}\n`);
    const { exitCode } = await operator.run('import', path, '--url', service.url, '--key-file', keyFile);
    expect(exitCode).toBe(0);
  });

  test('a directory is named', async () => {
    const { exitCode, err } = await run(directory);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('is a directory: name a file.')]);
  });

  test('there is no such file', async () => {
    const { exitCode, err } = await run(join(directory, 'missing.csv'));
    expect([exitCode, err]).toEqual([1, expect.stringContaining('there is no such file')]);
  });

  test.each([
    [['--map', 'x'], '--map takes two names with = between'],
    [['--map', 'nothing=source'], 'There is no column "nothing". The file has the columns "customerId"'],
    [['--preset', 'hubspot'], 'Allowed choices are'],
    [['--timezone', 'Mars/Olympus'], 'It must be the name of a time zone'],
    [['--preset', 'hubspot-contacts', '--kind', 'spend'], 'has touches, not spend'],
    [['--url', 'leads.example'], 'must be an http or https URL'],
  ])('%j is no way to call it', async (words, sentence) => {
    const { exitCode, err } = await run(path, ...words);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
