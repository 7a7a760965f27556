import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { parquetSink } from '../../../src/cli/export/parquet.ts';

const texts = ['plain', 'é', '😀', '\u202eright to left', '', 'ﬁ', '"quoted", and more', '漢字'];

test.each([
  ['of letters of one byte', (place: number) => `text ${place}`],
  ['of any letters', (place: number) => `${texts[place % texts.length]} ${place}`],
  ['that repeat', (place: number) => texts[place % texts.length] ?? ''],
  ['of which some are missing', (place: number) => (place % 3 === 0 ? null : `é ${place}`)],
])('texts %s are read back as they were written', async (_what, textOf) => {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-parquet-'));
  try {
    const path = join(directory, 'touches.parquet');
    const sink = parquetSink('touches', path);
    const occurredTime = '2026-11-23T08:15:30.123Z';
    const rows = Array.from({ length: 50 }, (_, place) => {
      return { customerId: `c${place >> 1}`, id: `t${place}`, campaign: textOf(place) };
    });
    // In pages of any length, one of them without a campaign.
    for (const page of [rows.slice(0, 7), rows.slice(7, 8), rows.slice(8)]) {
      const cells = (name: keyof (typeof rows)[number]) => page.map((row) => row[name]);
      const campaign = cells('campaign').every((cell) => cell === null) ? null : cells('campaign');
      const times = page.map(() => Date.parse(occurredTime));
      const columns = { customerId: cells('customerId'), id: cells('id'), occurredTime: times, campaign };
      expect(sink.add({ ...columns, recordedTime: null })).toBe(page.length);
    }
    sink.end();
    const read = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(read.map(({ customerId, id, campaign }) => ({ customerId, id, campaign }))).toEqual(
      rows.map(({ customerId, id, campaign }) => ({ customerId, id, campaign })),
    );
    expect(read[7]).toMatchObject({ occurredTime: new Date(occurredTime), recordedTime: null });
  } finally {
    await rm(directory, { recursive: true });
  }
});
