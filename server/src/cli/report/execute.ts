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
type Question = Readonly<Record<string, unknown>>;

interface ReportCommand {
  readonly ask: (client: Client, question: Question) => PromiseLike<object>;
  readonly tableOf: (answer: never, measure: ShownMeasure) => ReportTable;
  /** Whether a period is asked for. */
  readonly needsPeriod: boolean;
}

const commands: Readonly<Record<ReportKind, ReportCommand>> = {
  attribution: {
    ask: (client, question) => client.getAttributionReport(question),
    tableOf: attributionTable,
    needsPeriod: true,
  },
  journeys: {
    ask: (client, question) => client.getJourneyReport(question),
    tableOf: journeyTable,
    needsPeriod: true,
  },
  affiliates: {
    ask: (client, question) => client.getAffiliateReport(question),
    tableOf: affiliateTable,
    needsPeriod: false,
  },
};

/** Does what `leadsource report` is asked for. */
export async function executeReport(
  surroundings: Surroundings,
  kind: ReportKind,
  options: ReportOptions,
): Promise<void> {
  const { url, keyFile: _keyFile, json, measure = 'net', ...asked } = options;
  const { ask, tableOf, needsPeriod } = commands[kind];
  const client = clientFor(surroundings, options);
  const question = needsPeriod ? withPeriod(asked, surroundings.now()) : asked;
  const answer = await Promise.resolve(ask(client, question)).catch((error) => {
    throw explainFault(error) ?? explainRefusal(error, url ?? urlIn(surroundings.environment));
  });
  if (json === true) surroundings.out(jsonText(answer));
  else writeReport(surroundings, tableOf(answer as never, measure));
}

const recentDays = 30;

/** The last days, today among them, where nothing is said of a period. */
function withPeriod(asked: ReportOptions, now: Instant): Question {
  if (asked.periodStart !== undefined || asked.periodEnd !== undefined) return { ...asked };
  const dateAt = (instant: Instant) => formatInstant(instant).slice(0, 10);
  const periodEnd = dateAt(now + millisecondsPerDay);
  const periodStart = dateAt(Date.parse(periodEnd) - recentDays * millisecondsPerDay);
  return { ...asked, periodStart, periodEnd };
}
