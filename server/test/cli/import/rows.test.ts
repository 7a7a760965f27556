import { describe, expect, test } from 'vitest';
import { csvRecords, readHeader } from '../../../src/cli/import/csv.ts';
import type { FileLine } from '../../../src/cli/import/lines.ts';
import { type MappingRequest, mappingOf } from '../../../src/cli/import/mapping.ts';
import { ndjsonRecords } from '../../../src/cli/import/ndjson.ts';
import { type PresetName, presets } from '../../../src/cli/import/presets.ts';
import { contentId, rowReader } from '../../../src/cli/import/row.ts';
import type { ChannelTuple } from '../../../src/domain/channel.ts';
import { exportColumns } from '../../../src/domain/export.ts';
import { channelOf } from '../../support/landings.ts';

type Settings = Partial<MappingRequest> & { readonly name?: PresetName };

function requestOf({ name, ...settings }: Settings, columns: readonly string[] | null): MappingRequest {
  const preset = name === undefined ? null : presets[name];
  return {
    kind: preset?.kind ?? 'touches',
    preset,
    given: new Map(),
    constants: new Map(),
    times: null,
    zone: (wall) => wall,
    decimalComma: false,
    columns,
    ...settings,
  };
}

function linesOf(text: string): readonly FileLine[] {
  return text.split('\n').map((line, place) => ({ line: place + 1, text: line, fault: null }));
}

/** What becomes of each record of a table. */
function fromTable(text: string, settings: Settings = {}) {
  const [first, ...others] = linesOf(text);
  const header = readHeader(first === undefined ? [] : [first, ...others], null);
  const read = rowReader(mappingOf(requestOf(settings, header.columns)));
  return csvRecords(header).push(others).map(read);
}

function fromObjects(objects: readonly unknown[], settings: Settings) {
  const read = rowReader(mappingOf(requestOf(settings, null)));
  const text = objects.map((object) => JSON.stringify(object)).join('\n');
  return ndjsonRecords().push(linesOf(text)).map(read);
}

describe('a table whose columns are called like fields', () => {
  test('needs no mapping, whatever the case and the spaces; empty cells say nothing', () => {
    const table = 'Customer ID,occurred_time,Source,SubAffiliate,note\nc1,2025-01-02,google,,x';
    expect(fromTable(table)).toEqual([
      { rows: [{ customerId: 'c1', occurredTime: '2025-01-02T00:00:00.000Z', source: 'google' }] },
    ]);
  });

  test('loses the apostrophe before what looks like a formula only where it is an export', () => {
    const columns = exportColumns.conversions.map(({ name }) => name);
    const cells: Readonly<Record<string, string>> = {
      customerId: "'@c",
      occurredTime: '2025-01-02',
      amount: '1',
      currency: 'EUR',
      orderId: "''-7",
      type: "'tis",
    };
    const table = [columns, columns.map((column) => cells[column] ?? '')].map((line) => line.join(','));
    const { occurredTime: _, ...told } = cells;
    const rows = (text: string) => fromTable(text, { kind: 'conversions' });
    expect(rows(table.join('\n'))).toMatchObject([{ rows: [{ ...told, customerId: '@c', orderId: "'-7" }] }]);
    expect(rows(table.join('\n').replace('netAmount', 'net'))).toMatchObject([{ rows: [told] }]);
  });

  test('has an empty text for two quotes of an export, but not where a program has quoted every cell', () => {
    const columns = exportColumns.conversions.map(({ name }) => name);
    const cells: Readonly<Record<string, string>> = {
      customerId: 'c',
      occurredTime: '2025-01-02',
      amount: '1',
      currency: 'EUR',
      metadata: '{}',
    };
    const quoted = columns.map((column) => `"${cells[column] ?? ''}"`).join(',');
    const rowOf = (head: readonly string[]) =>
      fromTable(`${head.join(',')}\n${quoted}`, { kind: 'conversions' })[0];
    expect(rowOf(columns)).toMatchObject({ rows: [{ customerId: 'c', orderId: '' }] });
    const row = rowOf(columns.map((column) => `"${column}"`));
    expect(row).toMatchObject({ rows: [{ customerId: 'c' }] });
    expect(row).not.toHaveProperty('rows.0.orderId');
  });

  test('that lacks one that must be there is refused before anything is read', () => {
    expect(() => fromTable('customerId,source\nc1,google')).toThrow(
      'No column fills occurredTime: --map "customerId=occurredTime" names one. The file has the columns "customerId", "source".',
    );
  });

  test('that has two of one name is refused, unless the operator says which is meant', () => {
    const table = 'Customer ID,customerId,occurredTime,note,Note\nc1,c2,2025-01-02,x,y';
    expect(() => fromTable(table)).toThrow(
      'The columns "Customer ID" and "customerId" have the same name: --map says which fills which field.',
    );
    expect(fromTable(table, { given: new Map([['Customer ID', 'customerId']]) })).toMatchObject([
      { rows: [{ customerId: 'c1' }] },
    ]);
  });

  test('is not asked for columns or fields that are not there', () => {
    const given = (column: string, field: string) => ({ given: new Map([[column, field]]) });
    const table = 'customerId,occurredTime\nc1,2025-01-02';
    expect(() => fromTable(table, given('Datum', 'occurredTime'))).toThrow('There is no column "Datum".');
    expect(() => fromTable(table, given('customerId', 'customer'))).toThrow(
      'There is no field "customer" in touches, only id, customerId',
    );
  });
});

test('columns are mapped as the operator says, with constants for what the table does not have', () => {
  const settings: Settings = {
    kind: 'conversions',
    given: new Map([
      ['Kunde', 'customerId'],
      ['Datum', 'occurredTime'],
      ['Betrag', 'amount'],
    ]),
    constants: new Map([['currency', 'EUR']]),
    times: 'european',
    decimalComma: true,
  };
  const read = fromTable('Kunde;Datum;Betrag\nc1;03.04.2025;1.234,50\nc2;03.04.2025;abc', settings);
  expect(read).toEqual([
    {
      rows: [
        { customerId: 'c1', occurredTime: '2025-04-03T00:00:00.000Z', amount: '1234.50', currency: 'EUR' },
      ],
    },
    { faults: [{ field: 'amount', message: 'is not an amount such as 1.234,56: "abc"' }] },
  ]);
});

test.each([
  ['12,50', '12.50'],
  ['1.234', '1234'],
  ['-1.234.567,8', '-1234567.8'],
  ['+1234,5', '1234.5'],
  ['12.50', null],
  ['1234.56', null],
  ['1.2.3,4', null],
  ['1234.567,8', null],
  ['.123,4', null],
  ['1,234.56', null],
  ['1,2,3', null],
])('%s with a decimal comma is %s', (written, amount) => {
  const table = `customerId;occurredTime;amount;currency\nc1;2025-01-02;${written};EUR`;
  const [read] = fromTable(table, { kind: 'conversions', decimalComma: true });
  if (amount === null) {
    const message = `is not an amount such as 1.234,56: "${written}"`;
    expect(read).toEqual({ faults: [{ field: 'amount', message }] });
  } else expect(read).toMatchObject({ rows: [{ amount }] });
});

test('every fault of a record is told', () => {
  const table = 'customerId,occurredTime,amount,currency,metadata\nc1,soon,"1,5",eur,{';
  expect(fromTable(table, { kind: 'conversions' })).toEqual([
    {
      faults: [
        { field: 'occurredTime', message: 'is not a time that can be read: "soon"' },
        {
          field: 'amount',
          message: 'is not an amount such as 1234.56: "1,5" (--decimal-comma reads 1.234,56)',
        },
        { field: 'metadata', message: 'is not JSON' },
      ],
    },
  ]);
});

test('spend has days, which no zone moves', () => {
  const settings: Settings = { kind: 'spend', zone: (wall) => wall - 5 * 3_600_000 };
  const row = { date: '2025-01-02', source: 'google', amount: '12.5', currency: 'USD' };
  const days = [
    '2025-01-02',
    '2025-01-02T00:00:00+02:00',
    '2025-01-02 23:30:00-05:00',
    '2025-01-02 00:00+02',
    '1/2/2025 23:30',
  ];
  for (const day of days) {
    const table = `date,source,amount,currency\n${day},google,12.5,usd`;
    expect(fromTable(table, { ...settings, times: 'us' })).toEqual([{ rows: [row] }]);
  }
});

describe('the preset', () => {
  test('rebilly-customers has the original and the most recent lead source of each', () => {
    const table = [
      'id,createdTime,leadSource.medium,leadSource.source,leadSource.createdTime,leadSource.original.source,leadSource.original.createdTime',
      'c1,2024-01-01T00:00:00Z,cpc,google,2024-02-01T00:00:00Z,newsletter,2024-01-01T00:00:00Z',
      'c2,2024-03-01T00:00:00Z,organic,bing,,,',
    ].join('\n');
    expect(fromTable(table, { name: 'rebilly-customers' })).toEqual([
      {
        rows: [
          { customerId: 'c1', occurredTime: '2024-01-01T00:00:00.000Z', source: 'newsletter' },
          { customerId: 'c1', occurredTime: '2024-02-01T00:00:00.000Z', medium: 'cpc', source: 'google' },
        ],
      },
      {
        rows: [
          { customerId: 'c2', occurredTime: '2024-03-01T00:00:00.000Z', medium: 'organic', source: 'bing' },
        ],
      },
    ]);
  });

  test('rebilly-customers has no touch for a customer without a lead source', () => {
    const header = 'id,createdTime,leadSource.createdTime,leadSource.source,leadSource.original.createdTime';
    const table = `${header}\nc1,2024-01-01T00:00:00Z,,,\nc2,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,,`;
    expect(fromTable(table, { name: 'rebilly-customers' })).toEqual([
      { passedOver: true },
      // Rebilly has one, which says nothing.
      { rows: [{ customerId: 'c2', occurredTime: '2024-02-01T00:00:00.000Z' }] },
    ]);
    expect(
      fromObjects([{ id: 'c3', createdTime: '2024-01-01T00:00:00Z', leadSource: null }], {
        name: 'rebilly-customers',
      }),
    ).toEqual([{ passedOver: true }]);
    expect(() => fromTable('id,createdTime\nc1,2024-01-01', { name: 'rebilly-customers' })).toThrow(
      'No column says where a customer came from, as the preset expects.',
    );
  });

  test('rebilly-customers takes what the operator maps for a lead source', () => {
    const settings = { name: 'rebilly-customers', given: new Map([['Herkunft', 'source']]) } as const;
    expect(fromTable('id,createdTime,Herkunft\nc1,2024-01-01,Messe\nc2,2024-01-01,', settings)).toEqual([
      { rows: [{ customerId: 'c1', occurredTime: '2024-01-01T00:00:00.000Z', source: 'Messe' }] },
      { passedOver: true },
    ]);
  });

  test('hubspot-contacts has the original and, where there is one, the latest source', () => {
    const table = [
      'Record ID,Time First Seen,Original Source,Original Source Drill-Down 1,First Page Seen,Latest Source,Latest Source Date',
      '51,2024-01-05 13:22,Paid Search,spring,https://shop.example/,Direct Traffic,2024-02-01 08:00',
      '52,2024-01-06 10:00,Organic Search,google,,,',
      '53,2024-01-06 10:00,,,,,',
    ].join('\n');
    expect(fromTable(table, { name: 'hubspot-contacts' })).toEqual([
      {
        rows: [
          {
            customerId: '51',
            occurredTime: '2024-01-05T13:22:00.000Z',
            medium: 'cpc',
            source: 'google',
            campaign: 'spring',
            path: 'https://shop.example/',
          },
          {
            customerId: '51',
            occurredTime: '2024-02-01T08:00:00.000Z',
            medium: '(none)',
            source: '(direct)',
          },
        ],
      },
      {
        rows: [
          {
            customerId: '52',
            occurredTime: '2024-01-06T10:00:00.000Z',
            medium: 'organic',
            source: 'google',
          },
        ],
      },
      { passedOver: true },
    ]);
  });

  describe('hubspot-contacts gives each category the channel that HubSpot means', () => {
    /** The one touch of a contact with an owner and a click id, which say nothing of how it came. */
    function touchOf(category: string, first: string, second: string, more: Partial<MappingRequest> = {}) {
      const table =
        'Record ID,Time First Seen,Original Source,Original Source Drill-Down 1,Original Source Drill-Down 2,Contact owner,Google ad click id\n' +
        `51,2024-01-05 13:22,${category},${first},${second},Sam,Cj0`;
      const [read] = fromTable(table, { name: 'hubspot-contacts', ...more });
      const [touch] = read !== undefined && 'rows' in read ? read.rows : [];
      const { customerId, occurredTime, ...facts } = touch as Partial<ChannelTuple & Record<string, string>>;
      return facts;
    }

    const channel = ({ clickId, ...tuple }: ReturnType<typeof touchOf>) =>
      channelOf({ ...tuple, clickIdKind: clickId === undefined ? null : 'clickid' });

    test.each([
      ['DIRECT_TRAFFIC', 'Direct Traffic', 'shop.example/', '', 'Direct'],
      ['ORGANIC_SEARCH', 'Organic Search', 'Unknown keywords (SSL)', 'google', 'Organic Search'],
      ['SOCIAL_MEDIA', 'Organic Social', 'LinkedIn', 'spring', 'Organic Social'],
      ['SOCIAL_MEDIA', 'Social Media', 'Some Network', '', 'Organic Social'],
      ['PAID_SEARCH', 'Paid Search', 'spring', 'blue lamps', 'Paid Search'],
      ['PAID_SOCIAL', 'Paid Social', 'Facebook', 'spring', 'Paid Social'],
      ['EMAIL_MARKETING', 'Email Marketing', 'google spring', 'Issue 7', 'Email'],
      ['REFERRALS', 'Referrals', 'blog.example', 'blog.example/lamps', 'Referral'],
      ['AI_REFERRALS', 'AI Referrals', 'chatgpt.com', '', 'AI Assistant'],
      ['OTHER_CAMPAIGNS', 'Other Campaigns', 'spring', 'fair / flyer', 'Unassigned'],
      ['OFFLINE', 'Offline Sources', 'CRM_UI', 'userId:7', 'Sales'],
    ])('%s', (name, label, first, second, expected) => {
      const touch = touchOf(name, first, second);
      expect(channel(touch)).toBe(expected);
      expect(touchOf(label, first, second)).toEqual(touch);
    });

    test('with what the drill-downs of each hold', () => {
      expect(touchOf('PAID_SEARCH', 'spring', 'blue lamps')).toEqual({
        ...{ medium: 'cpc', source: 'google', campaign: 'spring', term: 'blue lamps', clickId: 'Cj0' },
      });
      expect(touchOf('PAID_SEARCH', 'Auto-tagged PPC', 'Unknown keywords (SSL)')).toEqual({
        ...{ medium: 'cpc', source: 'google', clickId: 'Cj0' },
      });
      expect(touchOf('EMAIL_MARKETING', 'spring', 'Issue 7')).toEqual({
        ...{ medium: 'email', source: 'email', campaign: 'spring', content: 'Issue 7' },
      });
      expect(touchOf('OFFLINE', 'IMPORT', '12')).toEqual({
        ...{ medium: 'offline', source: 'IMPORT', salesAgent: 'Sam' },
      });
      expect(touchOf('Trade fair', 'Berlin', 'Booth')).toEqual({
        ...{ medium: 'Trade fair', source: 'Berlin', campaign: 'Booth', salesAgent: 'Sam' },
      });
    });

    test('but for what the operator knows better', () => {
      const more = {
        given: new Map([['Original Source Drill-Down 1', 'content']]),
        constants: new Map([['source', 'bing']]),
      };
      expect(touchOf('PAID_SEARCH', 'spring', '', more)).toMatchObject({
        ...{ medium: 'cpc', source: 'bing', content: 'spring' },
      });
    });
  });

  test('salesforce-leads reads campaigns before the lead source', () => {
    const table =
      'Lead ID,Create Date,Lead Source,utm_source__c,Lead Owner\n00Q1,3/4/2025,Web,google,Sam\n00Q2,3/4/2025,Web,,Sam';
    const read = fromTable(table, { name: 'salesforce-leads', times: 'us' });
    const common = { occurredTime: '2025-03-04T00:00:00.000Z', salesAgent: 'Sam' };
    expect(read).toEqual([
      { rows: [{ customerId: '00Q1', source: 'google', ...common }] },
      { rows: [{ customerId: '00Q2', source: 'Web', ...common }] },
    ]);
  });

  test('ga4-bigquery takes the beginnings of sessions and passes over the other events', () => {
    const event = {
      event_name: 'session_start',
      event_timestamp: '1741064767123456',
      user_pseudo_id: '17.42',
      collected_traffic_source: { manual_source: 'google', manual_medium: 'cpc', gclid: 'Cj0' },
      traffic_source: { source: 'bing' },
      event_params: [{ key: 'page_location', value: { string_value: 'https://shop.example/a' } }],
    };
    const read = fromObjects([event, { ...event, event_name: 'scroll' }], { name: 'ga4-bigquery' });
    expect(read).toEqual([
      {
        rows: [
          {
            customerId: '17.42',
            occurredTime: '2025-03-04T05:06:07.123Z',
            medium: 'cpc',
            source: 'google',
            clickId: 'Cj0',
            path: 'https://shop.example/a',
          },
        ],
      },
      { passedOver: true },
    ]);
  });

  test('ga4-bigquery gives a session nothing of what brought its user first', () => {
    const event = {
      event_name: 'session_start',
      event_timestamp: '1741064767123456',
      user_pseudo_id: '17.42',
      collected_traffic_source: { gclid: 'Cj0' },
      traffic_source: { source: 'newsletter', medium: 'email', name: 'spring' },
    };
    expect(fromObjects([event], { name: 'ga4-bigquery' })).toEqual([
      { rows: [{ customerId: '17.42', occurredTime: '2025-03-04T05:06:07.123Z', clickId: 'Cj0' }] },
    ]);
  });

  test('stripe-payments leaves out what failed', () => {
    const table =
      'id,Created date (UTC),Amount,Currency,Customer ID,Status\nch_1,2025-03-04 05:06:07,12.50,usd,cus_1,Paid\nch_2,2025-03-04 05:06:07,9.00,usd,cus_1,Failed';
    expect(fromTable(table, { name: 'stripe-payments' })).toEqual([
      {
        rows: [
          {
            id: 'ch_1',
            customerId: 'cus_1',
            occurredTime: '2025-03-04T05:06:07.000Z',
            type: 'payment',
            amount: '12.50',
            currency: 'USD',
          },
        ],
      },
      { passedOver: true },
    ]);
  });

  test('stripe-payments has what was kept of each', () => {
    const rows = [
      'ch_1,12.50,0.00,usd,Paid',
      'ch_2,12.50,2.05,usd,Partial Refund',
      'ch_3,12.50,12.50,usd,Refunded',
      'ch_4,1000,250.00,jpy,Paid',
      'ch_4b,1000,300,jpy,Paid',
      'ch_5,12.50,,usd,Refunded',
      'ch_6,12.50,much,usd,Refunded',
      // Without an amount there is none to be kept: the service says that it is required.
      'ch_7,,5.00,usd,Paid',
    ];
    const lines = rows.map((row) => `${row},cus_1,2025-03-04`).join('\n');
    const header = 'id,Amount,Amount Refunded,Currency,Status,Customer ID,Created date (UTC)';
    const read = fromTable(`${header}\n${lines}`, { name: 'stripe-payments' });
    expect(read.map((each) => ('rows' in each ? each.rows[0]?.['amount'] : each))).toEqual([
      '12.50',
      '10.45',
      '0.00',
      '750',
      '700',
      {
        faults: [
          {
            field: 'amount',
            message: 'is not what remained, and no column says how much was refunded',
          },
        ],
      },
      { faults: [{ field: 'amount', message: 'is not an amount such as 1234.56: "much"' }] },
      undefined,
    ]);
  });
});

describe('the id of a row', () => {
  const row = { customerId: 'c1', occurredTime: '2025-01-02T00:00:00.000Z', source: 'google' };

  test('is the same for the same row, and another for any other', () => {
    const id = contentId('touches', row, '');
    expect(id).toMatch(/^imp_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(contentId('touches', { ...row }, '')).toBe(id);
    const others = [
      contentId('conversions', row, ''),
      contentId('touches', row, 'line 2'),
      contentId('touches', { ...row, source: 'bing' }, ''),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  test('follows the time of the row', () => {
    const later = { ...row, occurredTime: '2025-01-02T00:00:00.001Z' };
    expect(contentId('touches', row, '') < contentId('touches', later, '')).toBe(true);
  });
});
