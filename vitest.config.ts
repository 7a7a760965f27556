import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 30_000, hookTimeout: 60_000 };

/** What the door promises on customers is promised on every engine. */
const onEveryEngine = [
  'server/test/http/{conditional,customer*,isolation,lead-source*,links,merge}.test.ts',
  'server/test/hardness/{collections,concurrency,custom-fields,field-values,text-values}.test.ts',
  'server/test/model/*.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['server/test/support/postgres-server.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'all',
          include: ['server/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
          ...limits,
        },
      },
      {
        test: {
          name: 'postgres',
          include: onEveryEngine,
          env: { LEADSOURCE_TEST_ENGINE: 'postgres' },
          ...limits,
        },
      },
    ],
  },
});
