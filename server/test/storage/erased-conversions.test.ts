import { expect, test } from 'vitest';
import { StoreRoom } from '../support/store-room.ts';
import { engines } from './engines.ts';

test.each(engines)(
  'of a customer who is erased no row of conversions says what led to it, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      const told = {
        conversionId: 'cnv_jane',
        orderId: 'order-jane',
        metadata: { email: 'jane@example.com' },
      };
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
  },
);

/** Some engines answer whole numbers that JSON has no form for. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
