import { describe, expect, test } from 'vitest';
import { failureOf } from '../support/failures.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

const told = { conversionId: 'cnv_jane', orderId: 'order-jane', metadata: { email: 'jane@example.com' } };

describe.each(engines)('of a customer who is erased, on $name,', ({ open }) => {
  test('no row of conversions says what led to it', async () => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      await room.convert('jane', told);
      await room.refund('cnv_jane', { refundId: 'rfd_jane' });
      await room.erase('jane');
      const conversions = await opened.rows('SELECT * FROM conversions');
      const refunds = await opened.rows('SELECT * FROM refunds');
      expect([conversions.length, refunds.length]).toEqual([1, 1]);
      expect(conversions[0]).toMatchObject({ order_id: null, metadata: null });
      expect(JSON.stringify([conversions, refunds], plain)).not.toContain('jane');
    } finally {
      await opened.dispose();
    }
  });

  test.each([
    ['is over', 5, false],
    ['has come to it', 2, false],
    ['had come to it under another id', 2, true],
    ['has come to nobody before it', 1, false],
  ])('a build of credits that %s names nothing, and credits all', async (_words, steps, mergesLate) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      const earlier = steps === 1 ? [] : ['ann'];
      for (const customerId of [...earlier, 'jane', 'zoe']) await earn(room, customerId);
      await room.put('joan', { source: 'x' });
      if (!mergesLate) await room.merge('jane', 'joan');
      const job = await room.attribute({ lookbackDays: 30 });
      for (let step = 0; step < steps; step++) await room.buildCredits(job, 1);
      if (mergesLate) await room.merge('jane', 'joan');
      // Where the order of ids is that of the build, it has to be past them first.
      while ((await failureOf(room.erase('joan'))) === 'unavailable') await room.buildCredits(job, 1);
      expect(await namesIn(opened)).toEqual([]);
      while (!(await room.buildCredits(job, 1)).isFinished);
      const credits = await opened.rows('SELECT * FROM credits WHERE settings_version = 2');
      expect(credits).toHaveLength(earlier.length + 2);
      expect(await namesIn(opened)).toEqual([]);
    } finally {
      await opened.dispose();
    }
  });

  test.each(['erase', 'sweep'] as const)(
    'what a process of an older version left where its build ended goes with the next %s',
    async (manner) => {
      const opened = await open();
      try {
        const room = await StoreRoom.open(() => opened.store);
        for (const customerId of ['jane', 'zoe', 'una']) await earn(room, customerId);
        const job = await room.attribute({ lookbackDays: 30 });
        while (!(await room.buildCredits(job, 1)).isFinished);
        const underWay = await room.attribute({ lookbackDays: 60 });
        await room.buildCredits(underWay, 3);
        await room.erase('jane', { newCustomerId: 'erased-jane', erasureId: 'era-jane' });
        const [place] = await opened.rows("SELECT * FROM credit_versions WHERE state = 'building'");
        await opened.change(
          `UPDATE credit_versions SET reached_time = 1, reached_conversion_id = 'cnv_jane',
            reached_customer_id = 'jane', reached_conversion_key = 1, summed_time = 1 WHERE state = 'live'`,
        );
        expect(await namesIn(opened)).toEqual(['jane']);
        if (manner === 'erase')
          await room.erase('zoe', { newCustomerId: 'erased-zoe', erasureId: 'era-zoe' });
        else await room.forgetGone();
        expect(await namesIn(opened)).toEqual([]);
        const still = await opened.rows("SELECT * FROM credit_versions WHERE state = 'building'");
        if (manner === 'sweep') expect(still).toEqual([place]);
        while (!(await room.buildCredits(underWay, 1)).isFinished);
        expect(await opened.rows('SELECT * FROM credits WHERE settings_version = 3')).toHaveLength(3);
      } finally {
        await opened.dispose();
      }
    },
  );

  test('a build of credits that others take the place of names nothing', async () => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      await earn(room, 'jane');
      await room.buildCredits(await room.attribute({ lookbackDays: 30 }), 1);
      await room.attribute({ lookbackDays: 60 });
      await room.erase('jane');
      expect(await namesIn(opened)).toEqual([]);
    } finally {
      await opened.dispose();
    }
  });
});

async function earn(room: StoreRoom, customerId: string): Promise<void> {
  const { now } = room;
  await room.add(customerId, { source: 'x' }, { occurredTime: now - 10 });
  await room.convert(customerId, { conversionId: `cnv_${customerId}`, occurredTime: now - 5 });
  room.now += 1;
}

/** Who is named by the versions of the settings that credits are kept by. */
async function namesIn(opened: OpenedStore): Promise<readonly string[]> {
  const text = JSON.stringify(await opened.rows('SELECT * FROM credit_versions'), plain);
  return ['jane', 'joan'].filter((name) => text.includes(name));
}

/** Some engines answer whole numbers that JSON has no form for. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
