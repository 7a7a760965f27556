import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createExportOperations } from '../../src/operations/export.ts';
import type { ExportPage } from '../../src/storage/store.ts';
import { failureOf } from '../support/failures.ts';

/** The pages of a table of credits: by which settings the rows of each are, or why it cannot be read. */
function exportOf(pages: readonly (readonly number[] | Error)[]) {
  const waiting = [...pages];
  const exportPage = async () => {
    const settingsVersion = waiting.shift() ?? [];
    if (settingsVersion instanceof Error) throw settingsVersion;
    const end = waiting.length === 0 ? null : { key: waiting.length };
    return {
      rowCount: settingsVersion.length,
      columns: { settingsVersion },
      end,
    } as unknown as ExportPage<'credits'>;
  };
  const channels = { of: async () => ({ channelOf: () => 'Direct', rulesVersion: 1 }) };
  const store = { read: { exportPage } } as never;
  return createExportOperations({ store }, channels as never);
}

async function rowsOf(pages: readonly (readonly number[])[]): Promise<number> {
  let rows = 0;
  const principal = { organization: { id: 'org' } } as never;
  for await (const { page } of await exportOf(pages).pages(principal, 'credits')) rows += page.rowCount;
  return rows;
}

test('credits by one version of the settings are a table, also where the last page is empty', async () => {
  expect(await rowsOf([[2, 2], [2, 2], []])).toBe(4);
});

test('credits break off where other settings come into force between two pages', async () => {
  expect(
    await failureOf(
      rowsOf([
        [2, 2],
        [3, 3],
      ]),
    ),
  ).toBe('unavailable');
});

test('whoever takes no more pages hears nothing of the next one, which cannot be read', async () => {
  const unheard = vi.fn();
  process.on('unhandledRejection', unheard);
  const pages = exportOf([[2], new Error('The disk is broken.'), []]);
  for await (const _page of await pages.pages({ organization: { id: 'org' } } as never, 'credits')) break;
  await setImmediate();
  process.off('unhandledRejection', unheard);
  expect(unheard).not.toHaveBeenCalled();
});

test('others get a turn between pages, even if each is there as soon as it is asked for', async () => {
  const pages = Array.from({ length: 20 }, () => [2]);
  let turns = 0;
  const turn = () => {
    turns += 1;
    taking = globalThis.setImmediate(turn);
  };
  let taking = globalThis.setImmediate(turn);
  await rowsOf(pages);
  clearImmediate(taking);
  expect(turns).toBeGreaterThanOrEqual(pages.length - 1);
});
