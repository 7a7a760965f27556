import type { Client } from '@leadsource/client';
import { formatDay, zoneDays, zoneName } from '../../domain/reporting-zone.ts';
import { formatInstant, type Instant, millisecondsPerDay, parseDate } from '../../domain/time.ts';
import type { AccessOptions } from '../access-options.ts';
import { jsonText } from '../document.ts';
import { answered, clientFor } from '../service-access.ts';
import type { Surroundings } from '../surroundings.ts';
import type { ShownMeasure } from './measure.ts';
import { affiliateTable, attributionTable, journeyTable, type ReportTable, writeReport } from './table.ts';

export type ReportKind = 'attribution' | 'journeys' | 'affiliates';

export interface ReportOptions extends AccessOptions {
  readonly json?: true;
  readonly measure?: ShownMeasure;
  readonly periodStart?: string;
  readonly periodEnd?: string;
}

/** The parameters of a report, under their names in the API. */
type Question = Readonly<Record<string, unknown>> & Pick<ReportOptions, 'periodStart' | 'periodEnd'>;

/** An answer, and the table that shows it. */
interface AnsweredReport {
  readonly answer: object;
  readonly tableOf: (measure: ShownMeasure) => ReportTable;
}

type Ask = (client: Client, question: Question, now: Instant) => Promise<AnsweredReport>;

const questions: Readonly<Record<ReportKind, Ask>> = {
  async attribution(client, question, now) {
    const answer = await client.getAttributionReport(await withPeriod(client, question, now));
    return { answer, tableOf: (measure) => attributionTable(answer, measure) };
  },
  async journeys(client, question, now) {
    const answer = await client.getJourneyReport(await withPeriod(client, question, now));
    return { answer, tableOf: () => journeyTable(answer) };
  },
  async affiliates(client, question) {
    const answer = await client.getAffiliateReport(question);
    return { answer, tableOf: () => affiliateTable(answer) };
  },
};

/** Executes `leadsource report`. */
export async function executeReport(
  surroundings: Surroundings,
  kind: ReportKind,
  options: ReportOptions,
): Promise<void> {
  const { url: _url, keyFile: _keyFile, json, measure = 'net', ...question } = options;
  const client = clientFor(surroundings, options);
  const asked = questions[kind](client, question, surroundings.now());
  const { answer, tableOf } = await answered(surroundings, options, asked);
  if (json === true) surroundings.out(jsonText(answer));
  else writeReport(surroundings, tableOf(measure));
}

const recentDays = 30;

/** By default, a period ends with today, and begins this many days before its end. */
async function withPeriod(client: Client, question: Question, now: Instant) {
  const periodEnd = question.periodEnd ?? (await tomorrow(client, question, now));
  const end = Date.parse(periodEnd);
  // Anything but a moment is left to the service, which refuses it with a reason.
  const start = Number.isNaN(end) ? periodEnd : formatInstant(end - recentDays * millisecondsPerDay);
  // From a date the period begins with a date too: the zone says when that is.
  const begin = parseDate(periodEnd) === null ? start : start.slice(0, 10);
  return { ...question, periodStart: question.periodStart ?? begin, periodEnd };
}

/** Tomorrow's date in the time zone of the report. */
async function tomorrow(client: Client, { timezone }: Question, now: Instant): Promise<string> {
  const named = typeof timezone === 'string' ? (zoneName(timezone) ?? 'UTC') : null;
  return formatDay(zoneDays(named ?? (await reportingZone(client))).dayOf(now) + 1);
}

/** Every report states it; this one has nothing to add up, whatever the currency. */
async function reportingZone(client: Client): Promise<string> {
  const nothing = { periodStart: '1970-01-01', periodEnd: '1970-01-02', currency: 'EUR', models: 'last' };
  return (await client.getAttributionReport(nothing)).timezone;
}
