import type { JourneyReport } from '@leadsource/client';
import { useAsked } from '../asked.ts';
import { formatCount, formatDuration, formatFraction, formatMoney } from '../format.ts';
import { changeQuery, type View } from '../location.ts';
import { DownloadButton } from '../parts/download-button.tsx';
import { ChoiceField } from '../parts/field.tsx';
import { Figures } from '../parts/figures.tsx';
import { FlowDiagram } from '../parts/flow.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ReportFilters, ReportingZone } from '../parts/report-filters.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import {
  askedPeriod,
  type Dimension,
  dimensionNames,
  inCurrency,
  isDimension,
  periodOf,
  valueName,
} from '../report-view.ts';
import { flowOf, mostSteps } from './journey-flow.ts';
import { NoConversions } from './overview.tsx';

type Row = JourneyReport['rows'][number];

const mostPaths = 50;
/** More of them would be a tangle. */
const mostPathsDrawn = 15;
const mostPathsOfFile = 1000;

/** The paths that customers take until they buy. */
export function Journeys({ view: { query } }: { view: View }) {
  const named = query.get('dimension');
  const dimension: Dimension = isDimension(named) ? named : 'channel';
  const period = periodOf(query);
  const common = { ...askedPeriod(period), dimension, limit: mostPaths };
  const asked = useAsked(
    (client, signal) =>
      inCurrency(query, (currency) => client.getJourneyReport({ ...common, currency }, { signal })),
    [JSON.stringify(common), query.get('currency')],
  );
  const currency = asked.value?.value.currency;
  return (
    <>
      <PageHead
        title="Journeys"
        lead="The paths that customers take before they buy, and how long these take."
      >
        <DownloadButton
          name={`journeys-${period.from}-${period.to}.csv`}
          ask={
            currency === undefined
              ? null
              : (client, options) =>
                  client.getJourneyReport(
                    { ...common, limit: mostPathsOfFile, currency: currency ?? undefined },
                    options,
                  )
          }
        />
      </PageHead>
      <ReportFilters query={query} currencies={asked.value?.currencies} currency={currency}>
        <ChoiceField
          label="Steps by"
          value={dimension}
          choices={Object.entries(dimensionNames) as [Dimension, string][]}
          change={(next, editing) => changeQuery({ dimension: next }, editing)}
        />
      </ReportFilters>
      <Show asked={asked}>
        {({ value: report }) =>
          report.currency === null || report.rows.length === 0 ? (
            <NoConversions />
          ) : (
            <Paths report={report} currency={report.currency} />
          )
        }
      </Show>
    </>
  );
}

function Paths({ report, currency }: { report: JourneyReport; currency: string }) {
  const { totals, rows } = report;
  const columns: readonly Column<Row>[] = [
    { title: 'Path', cell: (row) => <Path row={row} /> },
    { title: 'Conversions', isNumber: true, cell: ({ conversions }) => formatCount(conversions) },
    { title: 'Net revenue', isNumber: true, cell: ({ net }) => formatMoney(net, currency) },
    { title: 'Touches', isNumber: true, cell: ({ touchesToConvert }) => formatFraction(touchesToConvert) },
    { title: 'Time', isNumber: true, cell: ({ secondsToConvert }) => formatDuration(secondsToConvert) },
  ];
  const foot = [
    'All',
    formatCount(totals.conversions),
    formatMoney(totals.net, currency),
    formatFraction(totals.touchesToConvert),
    formatDuration(totals.secondsToConvert),
  ];
  const drawn = rows
    .filter(({ unattributed, other }) => unattributed !== true && other !== true)
    .slice(0, mostPathsDrawn);
  const flow = flowOf(drawn);
  return (
    <>
      <Figures
        figures={[
          { name: 'Touches to convert', value: formatFraction(totals.touchesToConvert), note: 'on average' },
          {
            name: 'Time to convert',
            value: formatDuration(totals.secondsToConvert),
            note: 'from the first touch, on average',
          },
          { name: 'Conversions', value: formatCount(totals.conversions) },
          { name: 'Customers', value: formatCount(totals.customers) },
        ]}
      />
      {flow.links.length > 0 && (
        <section class="card spaced">
          <h2>From touch to touch</h2>
          <p class="faint">
            The last {mostSteps} touches of the {formatCount(drawn.length)} most frequent paths.
          </p>
          <FlowDiagram
            label="How many conversions went from one touch to the next; the table of paths has the figures."
            {...flow}
          />
        </section>
      )}
      <h2>Most frequent paths</h2>
      <Table caption="Paths" columns={columns} rows={rows} keyOf={keyOf} foot={foot} />
      <ReportingZone timezone={report.timezone} />
    </>
  );
}

const keyOf = ({ path, unattributed, other }: Row) => JSON.stringify([path, unattributed, other]);

function Path({ row }: { row: Row }) {
  if (row.unattributed === true || row.other === true)
    return <span class="faint">{valueName(row, null)}</span>;
  return (
    <ol class="path">
      {row.path.map((step, place) => (
        <li class="tag" key={place}>
          {valueName(row, step)}
        </li>
      ))}
    </ol>
  );
}
