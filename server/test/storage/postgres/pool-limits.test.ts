import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { poolLimits } from '../../../src/storage/postgres/pool-limits.ts';

const { reading, listing, reporting, writing, probing } = poolLimits;
const connections = Object.values(poolLimits).reduce((sum, { maximum }) => sum + maximum, 0);

async function pageOf(name: string): Promise<string> {
  const text = await readFile(new URL(`../../../../docs/operate/${name}`, import.meta.url), 'utf8');
  return text.replaceAll(/\s+/g, ' ');
}

function secondsOf({ statementTimeoutMilliseconds }: { readonly statementTimeoutMilliseconds: number }) {
  return statementTimeoutMilliseconds / 1000;
}

test('the connections of a process are as many as operators are told to plan for', async () => {
  const operate = await pageOf('README.md');
  expect(operate).toContain(
    `A process opens up to ${connections} connections: ${reading.maximum} for reads, ${listing.maximum} for lists and histories, ` +
      `${reporting.maximum} for reports, ${writing.maximum} for writes and ${probing.maximum} for \`/health/ready\`.`,
  );
  expect(operate).toContain(`Plan for ${connections} connections each`);
  expect(await pageOf('scale.md')).toContain(`Each opens up to ${connections} connections.`);
});

test('what is asked of PostgreSQL takes no longer than operators are told', async () => {
  expect(await pageOf('README.md')).toContain(
    `no read of a report takes longer than ${secondsOf(reporting)} seconds, no list longer than ${secondsOf(listing)}, ` +
      `no other read longer than ${secondsOf(reading)}, ` +
      `no statement of a write longer than ${secondsOf(writing)}, ` +
      `and no transaction that writes longer than ${writing.stepTimeoutMilliseconds / 1000} for each of its two steps;`,
  );
});
