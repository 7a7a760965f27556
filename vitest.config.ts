import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { withBuiltThreads } from './server/build.ts';

/** In the long run tests repeat twenty times as often. */
const timesAsLong = process.env['LEADSOURCE_TEST_LONG'] === '1' ? 20 : 1;
/** Ends what hangs: far above what anything takes where the machine has much else to do. What must be soon, a test measures. */
const limits = {
  testTimeout: 120_000 * timesAsLong,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};

/**
 * Files share the processes they run in, one after the other, which spares two fifths of the processor time: to load and to
 * warm the service anew costs more than most files do. What a test replaces is put back.
 */
const together = { isolate: false, restoreMocks: true, unstubEnvs: true };

/** Where `leadsource` keeps it: the threads of services in the process of a test read compiled code, too. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/leadsource') };

/** What the service promises is promised on every engine: these rooms are tested on each, but for a few files. */
export const rooms = ['http', 'hardness', 'official-client', 'operations', 'webhooks', 'cli', 'model'];

export const notAgain = [
  {
    reason: 'They ask no store.',
    startsNoService: true,
    files: [
      'http/{api-contract,bearer*,body,bulk,client-address,collection-query,entity-tags,filter,filter-round-trip,fixed-windows}.test.ts',
      'http/{growth,in-order,json,json-agreement,line-splitter,organization-root,pieces,problem,readiness,schema-builders}.test.ts',
      'http/{shared-windows,tabular,transport,transport-guard,transport-load}.test.ts',
      'operations/{credit-building,erasure,export,host-name,idempotency,landing,network,offline-conversion,recurring}.test.ts',
      'operations/{credited-touches,organization,path-model,runner,steady-credits,sweep,token,webhook}.test.ts',
      'cli/{answered-lines,document,documented,output-file,progress,stop-signals}.test.ts',
      'cli/export/{csv,parquet}.test.ts',
      'cli/import/{checkpoint,generated-id,packed-lines,patience,reading,rows,sending,written-time}.test.ts',
      'webhooks/{addresses,attempts,lane,request}.test.ts',
    ],
  },
  {
    reason: 'They open a store of each engine themselves.',
    startsNoService: true,
    files: [
      'operations/{affiliate-statement,api-key,attribution-report,authentication,awaited-store,channel,customer-export}.test.ts',
      'operations/{explanation,import,job,journey,privacy-settings,published-report,touch,touch-change}.test.ts',
      'webhooks/{courier,giving-up,outbox,outbox-claims,planning}.test.ts',
      'model/model.test.ts',
    ],
  },
  {
    reason: 'What they try is done to a database file, whatever the engine of the run.',
    startsNoService: false,
    files: ['cli/{archive,backup,backup-killed,demo,migrate-to,older-database}.test.ts'],
  },
  {
    reason: 'What they try is the command line, which knows the service by its API alone.',
    startsNoService: false,
    files: ['cli/{export,import,import-broken-off,import-killed,offline-conversion,report}.test.ts'],
  },
  {
    reason:
      'What it tries is the process: what it prints, and how it ends. Processes on PostgreSQL are in a room of their own.',
    startsNoService: false,
    files: ['cli/serve.test.ts'],
  },
  {
    reason: 'They install, or look into the container, whatever the engine.',
    startsNoService: false,
    files: ['cli/{dockerfile,installation}.test.ts'],
  },
];

export default defineConfig({
  test: {
    globalSetup: ['server/test/support/built-service.ts', 'server/test/support/postgres-server.ts'],
    // One more than the processors of a small machine: many tests wait for a process that starts or ends.
    maxWorkers: 3,
    projects: [
      {
        plugins: [withBuiltThreads],
        test: {
          name: 'all',
          include: ['{server,capture,client,dashboard,bench}/test/**/*.test.ts'],
          env,
          ...limits,
          ...together,
        },
      },
      {
        plugins: [withBuiltThreads],
        test: {
          name: 'postgres',
          include: ['server/test/start.test.ts', ...rooms.map((room) => `server/test/${room}/**/*.test.ts`)],
          exclude: notAgain.flatMap(({ files }) => files.map((file) => `server/test/${file}`)),
          env: { ...env, LEADSOURCE_TEST_ENGINE: 'postgres' },
          ...limits,
          ...together,
        },
      },
    ],
  },
});
