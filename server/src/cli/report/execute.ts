import type { Client } from '@leadsource/client';
import { formatDay, zoneDays, zoneName } from '../../domain/reporting-zone.ts';
import { formatInstant, type Instant, millisecondsPerDay, parseDate } from '../../domain/time.ts';
import type { AccessOptions } from '../access-options.ts';
import { jsonText } from '../document.ts';
import { clientFor, explainFault, explainRefusal, urlIn } from '../service-access.ts';
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

interface ReportCommand {
  readonly ask: (client: Client, question: Question, now: Instant) => PromiseLike<object>;
  readonly tableOf: (answer: never, measure: ShownMeasure) => ReportTable;
}

const commands: Readonly<Record<ReportKind, ReportCommand>> = {
  attribution: {
    ask: async (client, question, now) =>
      client.getAttributionReport(await withPeriod(client, question, now)),
    tableOf: attributionTable,
  },
  journeys: {
    ask: async (client, question, now) => client.getJourneyReport(await withPeriod(client, question, now)),
    tableOf: journeyTable,
  },
  affiliates: {
    ask: (client, question) => client.getAffiliateReport(question),
    tableOf: affiliateTable,
  },
};

/** Executes `leadsource report`. */
export async function executeReport(
  surroundings: Surroundings,
  kind: ReportKind,
  options: ReportOptions,
): Promise<void> {
  const { url, keyFile: _keyFile, json, measure = 'net', ...asked } = options;
  const { ask, tableOf } = commands[kind];
  const client = clientFor(surroundings, options);
  const question = { ...asked };
  const answer = await Promise.resolve(ask(client, question, surroundings.now())).catch((error) => {
    throw explainFault(error) ?? explainRefusal(error, url ?? urlIn(surroundings.environment));
  });
  if (json === true) surroundings.out(jsonText(answer));
  else writeReport(surroundings, tableOf(answer as never, measure));
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
