import type { AttributionReport } from '@leadsource/client';
import { useAsked } from '../asked.ts';
import { formatFraction, formatMoney, formatShare } from '../format.ts';
import { type View, viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { Figures } from '../parts/figures.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ModelChoice, ReportFilters, ReportingZone } from '../parts/report-filters.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import {
  askedPeriod,
  inCurrency,
  type Model,
  modelNames,
  modelOf,
  type Period,
  periodOf,
  valueName,
} from '../report-view.ts';
import { RevenueOverTime } from './revenue-over-time.tsx';

type Row = AttributionReport['rows'][number];

/** Where revenue comes from, at a glance. */
export function Overview({ view: { query } }: { view: View }) {
  const model = modelOf(query);
  const period = periodOf(query);
  const asked = useAsked(
    (client, signal) =>
      inCurrency(query, async (currency) => {
        const models = [...new Set([model, 'first', 'last'])].join(',');
        const question = { ...askedPeriod(period), currency, dimension: 'channel', models };
        return { report: await client.getAttributionReport(question, { signal }), model, period };
      }),
    [period.from, period.to, model, query.get('currency')],
  );
  return (
    <>
      <PageHead title="Overview" lead="Where your customers came from, and what that is worth." />
      <ReportFilters
        query={query}
        currencies={asked.value?.currencies}
        currency={asked.value?.value.report.currency}
      >
        <ModelChoice query={query} />
      </ReportFilters>
      <Show asked={asked}>
        {({ value }) =>
          value.report.currency === null || value.report.rows.length === 0 ? (
            <NoConversions />
          ) : (
            <Summary {...value} currency={value.report.currency} />
          )
        }
      </Show>
    </>
  );
}

export function NoConversions() {
  return (
    <Empty title="There are no conversions in this period.">
      Choose a longer period above, or send conversions by <code>POST /conversions</code>, as{' '}
      <a href="./docs">the API reference</a> shows.
    </Empty>
  );
}

interface SummaryParts {
  readonly report: AttributionReport;
  readonly model: Model;
  readonly currency: string;
  readonly period: Period;
}

function Summary({ report, model, currency, period }: SummaryParts) {
  const money = (amount: string) => formatMoney(amount, currency);
  const total = report.totals.credits[model];
  const unattributed = report.rows.find((row) => row.unattributed === true)?.credits[model];
  if (total === undefined) return null;
  const share = total.conversions === 0 ? 0 : (unattributed?.conversions ?? 0) / total.conversions;
  return (
    <>
      <Figures
        figures={[
          { name: 'Net revenue', value: money(total.net), note: `${money(total.refunds)} refunded` },
          { name: 'Conversions', value: formatFraction(total.conversions) },
          { name: 'New customers', value: formatFraction(total.newCustomers) },
          { name: 'Unattributed', value: formatShare(share), note: 'of conversions have no known touch' },
        ]}
      />
      <section class="card">
        <h2>Net revenue by channel, {modelNames[model].toLowerCase()}</h2>
        <RevenueOverTime period={period} model={model} currency={currency} />
      </section>
      <h2>First touch against last touch</h2>
      <FirstAgainstLast rows={report.rows} currency={currency} period={period} />
      <ReportingZone timezone={report.timezone} />
    </>
  );
}

const channelOf = (row: Row) => valueName(row, row.values.channel);
const netOf = (row: Row, model: Model) => row.credits[model]?.net ?? '0';

interface ComparisonParts {
  readonly rows: readonly Row[];
  readonly currency: string;
  readonly period: Period;
}

function FirstAgainstLast({ rows, currency, period }: ComparisonParts) {
  const money = (row: Row, model: Model) => formatMoney(netOf(row, model), currency);
  const columns: readonly Column<Row>[] = [
    {
      title: 'Channel',
      cell: (row) => <ChannelLink row={row} query={{ ...period, currency }} />,
    },
    { title: 'First touch', isNumber: true, cell: (row) => money(row, 'first') },
    { title: 'Last touch', isNumber: true, cell: (row) => money(row, 'last') },
    {
      title: 'Brings or closes',
      cell: (row) =>
        row.unattributed === true ? '–' : leaning(Number(netOf(row, 'first')), Number(netOf(row, 'last'))),
    },
    {
      title: 'New customers',
      isNumber: true,
      cell: (row) => formatFraction(row.credits.first?.newCustomers ?? 0),
    },
  ];
  const sorted = rows.toSorted((one, other) => Number(netOf(other, 'first')) - Number(netOf(one, 'first')));
  return <Table caption="First touch against last touch" columns={columns} rows={sorted} keyOf={channelOf} />;
}

/** Links to what a channel consists of. */
function ChannelLink({ row, query }: { row: Row; query: Readonly<Record<string, string>> }) {
  const channel = row.values.channel;
  if (channel === undefined || channel === null) return <>{channelOf(row)}</>;
  return (
    <a href={viewLink(['attribution'], { ...query, channel, dimension: 'source,campaign' })}>{channel}</a>
  );
}

/** Whether customers come by it rather at first, or rather right before they buy. */
function leaning(first: number, last: number): string {
  const larger = Math.max(first, last);
  if (larger <= 0 || Math.abs(first - last) / larger < 0.1) return 'both equally';
  return first > last ? 'brings new people' : 'closes';
}
