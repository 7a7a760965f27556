import type { Client } from '@leadsource/client';
import { formatInstant, type Instant, millisecondsPerDay } from '../../domain/time.ts';
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

/** What a report is asked, by the names of the API. */
type Question = Readonly<Record<string, unknown>> & Pick<ReportOptions, 'periodStart' | 'periodEnd'>;

interface ReportCommand {
  readonly ask: (client: Client, question: Question, now: Instant) => PromiseLike<object>;
  readonly tableOf: (answer: never, measure: ShownMeasure) => ReportTable;
}

const commands: Readonly<Record<ReportKind, ReportCommand>> = {
  attribution: {
    ask: (client, question, now) => client.getAttributionReport(withPeriod(question, now)),
    tableOf: attributionTable,
  },
  journeys: {
    ask: (client, question, now) => client.getJourneyReport(withPeriod(question, now)),
    tableOf: journeyTable,
  },
  affiliates: {
    ask: (client, question) => client.getAffiliateReport(question),
    tableOf: affiliateTable,
  },
};

/** Does what `leadsource report` is asked for. */
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

/** Where nothing is said of its end, a period has today in it; where nothing is said of its start, it has so many days. */
function withPeriod(question: Question, now: Instant) {
  const dateAt = (instant: Instant) => formatInstant(instant).slice(0, 10);
  const { periodEnd = dateAt(now + millisecondsPerDay) } = question;
  const end = Date.parse(periodEnd);
  // What is no moment is refused by the service, which says so.
  const start = Number.isNaN(end) ? periodEnd : dateAt(end - recentDays * millisecondsPerDay);
  return { ...question, periodStart: question.periodStart ?? start, periodEnd };
}
