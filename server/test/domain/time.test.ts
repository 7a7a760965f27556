import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApiKey, changeApiKey } from '../../src/domain/api-key.ts';
import { beginUndoing, endUndoing, type Import } from '../../src/domain/import.ts';
import { advanceJob, newJob } from '../../src/domain/job.ts';
import { changeOrganization, type Organization } from '../../src/domain/organization.ts';
import {
  formatInstant,
  isRecent,
  isWritable,
  occurrenceBehind,
  occurrenceTime,
  parseDate,
  parseInstant,
  wasToldOf,
} from '../../src/domain/time.ts';
import { changeWebhook, rotateSecret, type Webhook } from '../../src/domain/webhook.ts';
import {
  type Attempt,
  afterAttempt,
  sentAnew,
  type WebhookDelivery,
  webhookAfter,
} from '../../src/domain/webhook-delivery.ts';

const earliest = Date.UTC(2000, 0, 1) - 10_957 * 86_400_000 - 719_528 * 86_400_000;
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const attempt: Attempt = {
  ...{ initiatedTime: 0, durationMilliseconds: 1, url: 'https://a.example/' },
  ...{ responseStatus: 410, error: null, response: null },
};

describe('an instant', () => {
  test('is written in UTC with milliseconds', () => {
    expect(formatInstant(Date.UTC(2026, 10, 23, 8, 15, 30, 123))).toBe('2026-11-23T08:15:30.123Z');
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  test('is written with its own day, whatever days were written before', () => {
    const days = Array.from({ length: 80 }, (_, place) => Date.UTC(2000, 0, 1) + 1024 * place * 86_400_000);
    const written = (instant: number) => new Date(instant).toISOString();
    for (const times of [days, days.toReversed()]) {
      expect(times.map((time) => formatInstant(time))).toEqual(times.map(written));
    }
  });

  test('is read back as it was written, in every year from 0000 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: earliest, max: latest }), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
    expect(parseInstant(formatInstant(earliest))).toBe(earliest);
    expect(parseInstant(formatInstant(latest))).toBe(latest);
  });

  test.each([
    ['2026-11-23T08:15:30Z', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23t08:15:30z', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23T08:15:30.5Z', '2026-11-23T08:15:30.500Z'],
    ['2026-11-23T08:15:30.1239999Z', '2026-11-23T08:15:30.123Z'],
    ['2026-11-23T08:15:30.123456789012Z', '2026-11-23T08:15:30.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-11-23T08:15:30+02:30', '2026-11-23T05:45:30.000Z'],
    ['2026-11-23T08:15:30-02:30', '2026-11-23T10:45:30.000Z'],
    ['2026-11-23T08:15:30-00:00', '2026-11-23T08:15:30.000Z'],
    ['2026-11-23T08:15:30+23:59', '2026-11-22T08:16:30.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-02-29T00:00:00Z', '0000-02-29T00:00:00.000Z'],
    ['0099-06-01T00:00:00Z', '0099-06-01T00:00:00.000Z'],
    ['0099-06-01T00:00:00.000Z', '0099-06-01T00:00:00.000Z'],
  ])('%s reads as %s', (text, instant) => {
    expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(instant);
  });

  test.each([
    '',
    'now',
    '0',
    '2026-11-23',
    '2026-11-23T08:15:30',
    '2026-11-23T08:15Z',
    '2026-11-23 08:15:30Z',
    ' 2026-11-23T08:15:30Z',
    '2026-11-23T08:15:30Z\n',
    '2026-11-23T08:15:30.Z',
    '2026-11-23T08:15:30,5Z',
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T25:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2016-12-31T23:59:60Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+00:60',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T00:00:00+01',
    '+275760-09-13T00:00:00Z',
    '+002024-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2024-1-1T00:00:00Z',
    '２０２４-01-01T00:00:00Z',
  ])('is not read from %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test.each([
    '2024-02-30',
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-13-01',
    '2024-00-01',
    '2024-01-00',
    '2024-01-32',
  ])('is not read from a day that does not exist, though it is written as most are: %s', (day) => {
    expect(parseInstant(`${day}T00:00:00.000Z`)).toBeNull();
  });

  test.each(['24:00:00', '25:00:00', '00:60:00', '00:00:60', '23:59:60'])(
    'is not read from a time that does not exist, though it is written as most are: %s',
    (time) => {
      expect(parseInstant(`2024-01-01T${time}.000Z`)).toBeNull();
    },
  );

  test('is read up to the very last and from the very first that can be written', () => {
    expect(parseInstant('9999-12-31T23:59:59.999+00:00')).toBe(latest);
    expect(parseInstant('0000-01-01T00:00:00.000+00:00')).toBe(earliest);
    expect([latest + 1, earliest - 1].some(isWritable)).toBe(false);
  });

  test.each(['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01'])(
    'is not read from %s, whose year in UTC could not be written',
    (text) => {
      expect(parseInstant(text)).toBeNull();
    },
  );
});

describe('a date', () => {
  test('is the start of its day in UTC', () => {
    expect(parseDate('2026-11-23')).toBe(Date.UTC(2026, 10, 23));
    expect(parseDate('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    expect(parseDate('0000-01-01')).toBe(earliest);
  });

  test.each([
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-1-1',
    '20240101',
    '+275760-09-13',
    '2024-01-01Z',
    '',
  ])('is not read from %j', (text) => {
    expect(parseDate(text)).toBeNull();
  });
});

test('what is told up to 60 seconds ahead counts as now, and later cannot be', () => {
  const told = [99_999, 100_000, 100_001, 160_000, 160_001];
  expect(told.map((moment) => occurrenceTime(moment, 100_000))).toEqual([
    99_999,
    100_000,
    100_000,
    100_000,
    null,
  ]);
});

test('now is behind what came before, by up to 60 seconds; a moment in the past stays where it is', () => {
  const behind = (before: number, told: number | null = null) => occurrenceBehind(told, before, 100_000);
  expect([behind(99_000), behind(160_000), behind(160_001)]).toEqual([100_000, 160_000, 100_000]);
  expect([behind(160_000, 100_001), behind(160_000, 99_999), behind(0, 160_001)]).toEqual([
    160_000,
    99_999,
    null,
  ]);
});

test('what was told for now and counted behind something else is told again so', () => {
  const again = [99_999, 100_000, 120_000, 160_000, 160_001];
  expect(again.map((told) => wasToldOf(told, 130_000, 100_000))).toEqual([false, true, true, true, false]);
});

test('a moment is recent for less than so long, also where the clock was set back', () => {
  const then = [90_001, 90_000, 109_999, 110_000];
  expect(then.map((moment) => isRecent(moment, 100_000, 10_000))).toEqual([true, false, true, false]);
});

test('a moment that was told for one ahead is not that of another before it was recorded', () => {
  expect(wasToldOf(20_000, 5_000, 10_000)).toBe(false);
});

test('what is changed after the clock was set back is not updated before it was made', () => {
  const made = Date.UTC(2026, 10, 23);
  const now = made - 3_600_000;
  const times = { createdTime: made, updatedTime: made };
  const giver = { permissions: ['*'], allowedIps: [] } as const;
  const key = { ...times, acl: [], allowedIps: [] } as unknown as ApiKey;
  const job = advanceJob(
    newJob('j', 't', {}, { actor: 'a', now: made }),
    { status: 'completed', result: 1 },
    now,
  );
  const open = { ...times, status: 'open' } as Import;
  const undoing = beginUndoing(open, { actor: 'a', announces: false, now });
  const webhook = { ...times, status: 'active', failingSinceTime: null, url: attempt.url } as Webhook;
  const delivery = { ...times, attempts: 0, nextTime: made } as WebhookDelivery;
  const changed = [
    changeApiKey(key, key, giver, now),
    changeOrganization(times as Organization, { name: 'b' }, now),
    job,
    undoing,
    endUndoing(undoing, now),
    changeWebhook(webhook, webhook, now),
    rotateSecret(webhook, 's', now),
    webhookAfter(webhook, attempt, now),
    afterAttempt(delivery, attempt, { now, jitter: 0 }),
    sentAnew(delivery, now),
  ];
  expect(changed.map(({ updatedTime }) => updatedTime)).toEqual(changed.map(() => made));
  expect(job.finishedTime).toBe(made);
});
