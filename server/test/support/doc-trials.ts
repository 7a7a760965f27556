import type { Environment } from '../../src/config.ts';
import { npxOfShell } from './shell-commands.ts';

/** What a reader of the pages has, who follows them. */
export interface Surroundings {
  /** Of the repository. */
  readonly root: string;
  /** The reader's own, for files. */
  readonly directory: string;
  readonly url: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly organizationId: string;
  /** Of a key of this organization that nobody needs any more. */
  readonly keyId: string;
  /** A superuser's, of a PostgreSQL server. */
  readonly superuserUrl: string;
  /** Of a database with tables and no rows, one without tables, and one that is not there yet, with its role. */
  readonly filledUrl: string;
  readonly emptyUrl: string;
  readonly comingUrl: string;
}

/** How a block is run that cannot be taken as it stands. */
export interface Trial {
  /** A text that this block alone has. */
  readonly has: string;
  readonly settings?: Environment;
  /** What a page leaves open, or has an example of, with what the reader has. */
  readonly inPlaceOf?: Readonly<Record<string, string>>;
  /** In the block's language: what stands on a page before it, and what shows that it has done what the page says. */
  readonly before?: string;
  readonly after?: string;
}

/** Blocks that end only when they are told to, and how that begins which they print. */
export const greetings: Readonly<Record<string, RegExp>> = {
  'npm start': /^ {2}(curl -X PUT .*)$/m,
  'npm run demo': /^Key: +(\S+)$/m,
};

/** Blocks that are run nowhere, with the reason. */
export const neverRun: Readonly<Record<string, string>> = {
  'npm run bench\n': 'It takes half an hour.',
  'npm ci && npm test\n': 'It is what runs this.',
};

/** Stand-ins for what a machine may lack, what is there already, what is too large for a test, and what only finds a program. */
const prelude = (root: string) => `
  ${npxOfShell}
  git() { ln -sfn ${root} leadsource; }
  npm() {
    case "$*" in
      ci) ;;
      'run demo') command npm run demo -- --port 0 --journeys 50 ;;
      *) command npm "$@" ;;
    esac
  }
  psql() { node --input-type=module --eval '${throughDriver}' "$2"; }
`;

const throughDriver = `
  import { createRequire } from "node:module";
  const { Client } = createRequire(process.env.ROOT + "/server/")("pg");
  const client = new Client({ connectionString: process.env.SUPERUSER_URL });
  await client.connect();
  await client.query(process.argv[1]);
  await client.end();
`;

/** The prelude of a language, for what has no trial, too. */
export function preludeOf(language: string, { root }: Surroundings): string {
  return language === 'js' ? '' : prelude(root);
}

const visit = `{ headers: { accept: 'text/html', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' } }`;
const captureOfPage = `
  import assert from 'node:assert/strict';
  import { once } from 'node:events';
  import { createCapture, expressCapture, requestCapture } from '@leadsource/client/capture';
  import express from 'express';
  const lost = [];
  const capture = createCapture({
    url: process.env.LEADSOURCE_URL,
    key: process.env.CAPTURE_KEY,
    origin: 'https://shop.example',
    onLost: (reason) => lost.push(reason),
  });
  const app = express();
  const pageFor = () => new Response('<h1>Shop</h1>', { headers: { 'content-type': 'text/html' } });
  const addressOf = () => '203.0.113.9';
`;
const captured = `
  const [, visitorId] = /^leadsource_visitor=([^;]+)/.exec(page.headers.get('set-cookie'));
  await capture.settled();
  assert.deepEqual(lost, []);
  const linked = await fetch(process.env.LEADSOURCE_URL + '/customers/cus_' + visitorId + '/visitors', {
    method: 'POST',
    headers: { 'REB-APIKEY': process.env.LEADSOURCE_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ visitorId }),
  });
  assert.equal((await linked.json()).touches, 1);
`;

export function trialsIn(reader: Surroundings): readonly Trial[] {
  const { directory, superuserUrl, filledUrl, emptyUrl, comingUrl } = reader;
  const own = `sqlite:${directory}/own.db`;
  const role = new URL(comingUrl);
  return [
    { has: 'git clone', inPlaceOf: { '<this repository>': reader.root } },
    {
      has: 'export LEADSOURCE_KEY=',
      settings: { LEADSOURCE_URL: undefined, LEADSOURCE_KEY: undefined },
      inPlaceOf: { 'http://127.0.0.1:8080': reader.url, 'sk_live_…': reader.secretKey },
      after: 'curl -sf "$LEADSOURCE_URL/customers" -H "REB-APIKEY: $LEADSOURCE_KEY"',
    },
    // As it is installed: the pipe ends before it does.
    { has: 'ndjson | head -n 1', settings: { SHELL_COMMANDS: undefined } },
    {
      has: 'organization set org_…',
      inPlaceOf: { 'org_…': reader.organizationId, 'key_…': reader.keyId },
      after: `npx leadsource organization list | grep -F ${reader.organizationId} | grep -F 10000/600`,
    },
    {
      has: 'key create --type publishable',
      inPlaceOf: { 'key create': `key create --organization ${reader.organizationId}` },
    },
    {
      has: 'sudo -u leadsource',
      settings: { DATABASE_URL: undefined },
      inPlaceOf: {
        'sudo -u leadsource': 'env',
        '/opt/leadsource': reader.root,
        '/etc/leadsource.env': `${directory}/leadsource.env`,
      },
      before: `echo "DATABASE_URL='sqlite:${directory}/state.db'" > ${directory}/leadsource.env
        DATABASE_URL=sqlite:${directory}/state.db npx leadsource organization create`,
    },
    {
      has: 'export LEADSOURCE_JWT_ISSUERS=',
      after: `npx leadsource settings | grep -F 'LEADSOURCE_JWT_ISSUERS is set'`,
    },
    {
      has: 'psql -c "CREATE ROLE',
      settings: { ROOT: reader.root, SUPERUSER_URL: superuserUrl },
      inPlaceOf: {
        "'…'": `'${role.password}'`,
        'postgres://leadsource:…@db.example.com/leadsource': comingUrl,
        'ROLE leadsource': `ROLE ${role.username}`,
        'DATABASE leadsource OWNER leadsource': `DATABASE ${role.pathname.slice(1)} OWNER ${role.username}`,
      },
      after: `npx leadsource organization create --id here
        { npx leadsource doctor || true; } | grep -F 'Row-level security keeps organizations apart'`,
    },
    {
      has: 'leadsource migrate-to postgres',
      settings: { DATABASE_URL: `sqlite:${directory}/moving.db` },
      inPlaceOf: { 'postgres://leadsource@db.example.com/leadsource': emptyUrl },
      before: 'npx leadsource organization create --id moving',
      after: `DATABASE_URL=${emptyUrl} npx leadsource organization list | grep -F moving`,
    },
    {
      has: 'leadsource backup /backups/',
      inPlaceOf: { '/backups/': `${directory}/` },
      after: `mv ${directory}/leadsource-*.db ${directory}/leadsource-2026-11-23.db`,
    },
    {
      has: 'leadsource restore --force /backups/',
      settings: { DATABASE_URL: own },
      inPlaceOf: { '/backups/': `${directory}/` },
      before: 'npx leadsource organization create --id replaced',
      after: `npx leadsource organization list | grep -F org_test && ls ${directory}/own.db.replaced-*`,
    },
    {
      has: 'leadsource erasures apply',
      settings: { DATABASE_URL: filledUrl },
      inPlaceOf: { '/safe/place/': `${directory}/` },
      before: 'npx leadsource organization create --id kept',
    },
    {
      has: 'app.use(expressCapture(capture))',
      before: captureOfPage,
      after: `
        app.get('/', (_request, response) => response.type('html').send('<h1>Shop</h1>'));
        const server = app.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const page = await fetch('http://127.0.0.1:' + server.address().port, ${visit});
        server.close();
        ${captured}`,
    },
    {
      has: 'requestCapture(capture)',
      before: captureOfPage,
      inPlaceOf: { 'export default': 'const site =' },
      after: `
        const page = await site.fetch(new Request('https://shop.example/', ${visit}));
        ${captured}`,
    },
  ];
}

/** A block as the reader gives it. */
export function codeOf(code: string, { before = '', after = '', inPlaceOf = {} }: Trial): string {
  const own = Object.entries(inPlaceOf).reduce((text, [open, known]) => text.replaceAll(open, known), code);
  return [before, own, after].join('\n');
}
