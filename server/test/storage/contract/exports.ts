import { expect, test } from 'vitest';
import type { ExportKind } from '../../../src/domain/export.ts';
import type { ExportPage } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from '../store-contract.ts';

type Row = Readonly<Record<string, unknown>>;

function rowsOf({ columns, rowCount }: ExportPage<ExportKind>): readonly Row[] {
  const entries = Object.entries(columns) as readonly (readonly [string, readonly unknown[]])[];
  return Array.from({ length: rowCount }, (_, place) =>
    Object.fromEntries(entries.map(([name, cells]) => [name, cells[place]])),
  );
}

/** Every row, read in pages of so many. */
async function exported({ store, organizationId }: StoreRoom, kind: ExportKind, limit: number) {
  const pages: ExportPage<ExportKind>[] = [];
  for (let after: ExportPage<ExportKind>['end'] = null; ; ) {
    const page = await store.read.exportPage(organizationId, kind, after, limit);
    pages.push(page);
    after = page.end;
    if (after === null) break;
  }
  return { rows: pages.flatMap(rowsOf), pages };
}

export function exportContract({ room }: ContractGround): void {
  test('every touch comes once, by customer and key, however long the pages are', async () => {
    const ground = await room();
    for (const id of ['b', 'a', 'e', 'B']) {
      await ground.put(id, { source: id, path: `/${id}` });
      await ground.put(id, { medium: 'cpc', clickId: id });
    }
    await ground.add('a', { source: 'earlier' }, { givenId: 'told', occurredTime: ground.now - 5000 });
    const whole = await exported(ground, 'touches', 100);
    expect(whole.pages).toHaveLength(1);
    expect(whole.rows.map(({ customerId }) => customerId)).toEqual([
      'B',
      'B',
      'a',
      'a',
      'a',
      'b',
      'b',
      'e',
      'e',
    ]);
    const given = whole.rows.find(({ givenId }) => givenId === 'told');
    expect(given).toMatchObject({ occurredTime: ground.now - 5000, recordedTime: ground.now, origin: 0 });
    expect(given?.['key']).toBe(given?.['originalKey']);
    const { tuples, actors } = whole.pages[0] ?? {};
    expect(tuples?.get(Number(given?.['tupleKey']))).toMatchObject({ source: 'earlier', medium: null });
    expect(actors?.get(Number(given?.['actorKey']))).toBe('key_test');
    for (const limit of [1, 2, 3, 9])
      expect((await exported(ground, 'touches', limit)).rows).toEqual(whole.rows);
  });

  test('touches of visitors that are nobody yet are left out, and end no page', async () => {
    const ground = await room();
    for (const place of ['visitor-a', 'visitor-b', 'visitor-c'])
      await ground.capture(place, { source: place });
    for (const id of ['1', 'z']) await ground.put(id, { source: id });
    for (const limit of [1, 2, 3, 100]) {
      const { rows } = await exported(ground, 'touches', limit);
      expect(rows.map(({ customerId }) => customerId)).toEqual(['1', 'z']);
    }
  });

  test('every customer comes once, with its first and its most recent lead source', async () => {
    const ground = await room();
    const createdTime = ground.now;
    await ground.save('with', { facts: { websiteId: 'main', customFields: { plan: 'gold' } } });
    ground.now += 1000;
    await ground.put('with', { source: 'first', path: '/1' });
    ground.now += 1000;
    await ground.put('with', { source: 'last', clickId: 'x' });
    await ground.save('without', {});
    const whole = await exported(ground, 'customers', 100);
    expect(whole.rows).toEqual([
      {
        customerId: 'with',
        websiteId: 'main',
        customFields: '{"plan":"gold"}',
        revision: 3,
        createdTime,
        updatedTime: ground.now,
        tupleKey: expect.any(Number),
        clickId: 'x',
        path: null,
        referrer: null,
        originalTupleKey: expect.any(Number),
        originalClickId: null,
        originalPath: '/1',
        originalReferrer: null,
        originalTime: createdTime + 1000,
        leadSourceCreatedTime: createdTime + 1000,
        leadSourceUpdatedTime: ground.now,
      },
      expect.objectContaining({ customerId: 'without', tupleKey: null, originalTime: null }),
    ]);
    expect((await exported(ground, 'customers', 1)).rows).toEqual(whole.rows);
  });

  test('an organization without rows has an empty page, an unknown one is not found', async () => {
    const { store, organizationId } = await room();
    expect(await store.read.exportPage(organizationId, 'touches', null, 10)).toMatchObject({
      rowCount: 0,
      end: null,
    });
    expect(await failureOf(store.read.exportPage('org_nobody', 'customers', null, 10))).toBe('not-found');
  });

  test('the rows of another organization do not come', async () => {
    const [one, other] = [await room(), await room()];
    await one.put('c', { source: 'a' });
    await other.put('c', { source: 'b' });
    expect((await exported(one, 'touches', 10)).rows).toHaveLength(1);
    expect((await exported(other, 'customers', 10)).rows).toHaveLength(1);
  });
}
