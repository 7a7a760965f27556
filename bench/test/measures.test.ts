import { describe, expect, test } from 'vitest';
import { describeGoal, measureNames, meetsGoal, partsOf } from '../src/measures.ts';
import { manyAndFew, readSettings } from '../src/settings.ts';

describe('the measures', () => {
  test('are the results that are printed, in this order', () => {
    expect(measureNames).toEqual([
      'put_over_floor',
      'put_p99_over_floor_median',
      'get_over_floor',
      'put_1m_over_empty',
      'get_1m_over_empty',
      'start_ms',
      'rss_mb',
      'bytes_per_touch',
      'refusal_ms_max',
      'landings_per_second',
      'capture_over_floor',
      'overload_goodput',
      'overload_refusal_ms_max',
      'overload_rss_growth',
      'overload_recovery_ms',
      'backfill_over_puts',
      'backfill_over_single',
      'import_per_second',
      'import_rss_mb',
      'parquet_rows_per_second',
      'export_rss_mb',
      'dashboard_paint_ms',
      'conversion_over_put',
      'recompute_per_second',
      'report_ms',
      'report_over_raw',
      'report_six_over_one',
      'put_p99_with_reports',
      'markov_ms',
      'markov_storage_ms',
      'put_10m_over_empty',
      'get_10m_over_empty',
      'pg_put_over_plain',
      'pg_two_over_one',
      'pg_put_10m_over_empty',
      'pg_get_10m_over_empty',
      'pg_recompute_per_second',
      'pg_report_ms',
      'pg_report_over_raw',
      'pg_report_six_over_one',
    ]);
  });

  test.each([
    { name: 'put_over_floor', value: 0.6, met: true },
    { name: 'put_over_floor', value: 0.59, met: false },
    { name: 'start_ms', value: 1000, met: true },
    { name: 'start_ms', value: 1000.1, met: false },
    { name: 'start_ms', value: Number.NaN, met: false },
  ] as const)('$name of $value meets its goal: $met', ({ name, value, met }) => {
    expect(meetsGoal(name, value)).toBe(met);
  });

  test('say their goals', () => {
    expect(describeGoal('put_over_floor')).toBe('≥ 0.6');
    expect(describeGoal('rss_mb')).toBe('≤ 170');
  });

  test('of one part are measured once', () => {
    expect(partsOf(['rss_mb', 'start_ms', 'put_over_floor'])).toEqual(['put', 'start']);
  });
});

describe('the command line', () => {
  test('without anything asks for all', () => {
    const settings = readSettings([]);
    expect(settings).toMatchObject({ names: measureNames, json: false, durationSeconds: 8, rounds: 3 });
    expect(settings).toMatchObject({ customers: 1_000_000, touches: 10_000_000, keep: null });
    expect(settings).toMatchObject({
      backFillTouches: 1_000_000,
      fileRows: 5_000_000,
      conversions: 1_000_000,
    });
  });

  test('names what is wanted, and for how long', () => {
    const settings = readSettings(['rss_mb', '--json', '--duration', '1.5', '--customers', '500']);
    expect(settings).toMatchObject({ names: ['rss_mb'], json: true, durationSeconds: 1.5, customers: 500 });
    expect(readSettings(['--back-fill', '700'])).toMatchObject({ backFillTouches: 700 });
  });

  test('says how large the largest databases are, and where they are kept', () => {
    const settings = readSettings(['--touches', '2000', '--keep', '/kept']);
    expect(settings).toMatchObject({ touches: 2_000, keep: '/kept' });
    const { many, few } = manyAndFew(settings);
    expect(many).toEqual({ customers: 1_000, touches: 2_000, organizations: 1_000 });
    expect(few.organizations).toBe(many.organizations);
    expect(few.touches / few.customers).toBe(many.touches / many.customers);
  });

  test.each([
    { commandLine: ['speed'], fault: 'speed' },
    { commandLine: ['--duration', '0'], fault: '--duration' },
    { commandLine: ['--customers', 'many'], fault: '--customers' },
    { commandLine: ['--fast'], fault: '--fast' },
  ])('is refused, naming the fault: $commandLine', ({ commandLine, fault }) => {
    expect(() => readSettings(commandLine)).toThrow(fault);
  });
});
