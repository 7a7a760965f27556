import type { AffiliateStatement } from '@leadsource/client';
import { filterText } from '../filter.ts';
import { formatCount, formatFraction, formatMoment, formatMoney, timeZone } from '../format.ts';
import { viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { modelNames } from '../report-view.ts';

type Line = AffiliateStatement['rows'][number];

/** With a line per click, there may be more than a page can show. */
const mostLines = 500;

const money = (amount: string, currency: string | null) =>
  currency === null ? '–' : formatMoney(amount, currency);
const text = (value: string | null) => <span class="cut">{value ?? '–'}</span>;

/** The columns of a statement; a line about its own period leads to the conversions behind it. */
const columnsOf = (statement: AffiliateStatement): readonly Column<Line>[] => [
  { title: 'Affiliate', cell: (line) => <DrillDown line={line} statement={statement} /> },
  { title: 'Sub-affiliate', cell: ({ subAffiliate }) => text(subAffiliate) },
  { title: 'Click', cell: ({ clickId }) => text(clickId) },
  { title: 'About', cell: (line) => <About line={line} /> },
  {
    title: 'Touches',
    isNumber: true,
    cell: ({ touches }) => (touches === undefined ? '' : formatCount(touches)),
  },
  { title: 'Conversions', isNumber: true, cell: ({ conversions }) => formatFraction(conversions) },
  { title: 'Gross', isNumber: true, cell: ({ gross, currency }) => money(gross, currency) },
  { title: 'Refunds', isNumber: true, cell: ({ refunds, currency }) => money(refunds, currency) },
  { title: 'Net', isNumber: true, cell: ({ net, currency }) => money(net, currency) },
];

/** Links to the conversions that a touch of the line's name has a part in, as they are now. */
function DrillDown({ line, statement }: { line: Line; statement: AffiliateStatement }) {
  const { affiliate, subAffiliate, clickId, currency, adjusts } = line;
  if (currency === null || adjusts !== undefined) return text(affiliate);
  const { periodStart, periodEnd, model } = statement;
  const credited = Object.entries({ affiliate, subAffiliate, clickId })
    .map(([fact, value]) => `${fact}:${value === null ? 'null' : filterText(value)}`)
    .join(';');
  const query = { credited, filter: `currency:${currency}`, models: model, periodStart, periodEnd };
  return (
    <a class="cut" href={viewLink(['affiliates', 'conversions'], query)}>
      {affiliate}
    </a>
  );
}

function About({ line: { adjusts, causes = [] } }: { line: Line }) {
  if (adjusts === undefined) return <span class="whole">this period</span>;
  return (
    <>
      <a href={viewLink(['affiliates', adjusts])}>an earlier period</a>{' '}
      <span class="faint">{causes.map((cause) => cause.replaceAll('-', ' ')).join(', ')}</span>
    </>
  );
}

/** The lines of a period, open or closed, and the totals to be paid. */
export function Statement({ statement }: { statement: AffiliateStatement }) {
  const { rows, totals, periodStart, periodEnd, model, closedTime, actor } = statement;
  return (
    <>
      <p class="faint">
        From {formatMoment(periodStart)} to {formatMoment(periodEnd)} ({timeZone}),{' '}
        {modelNames[model].toLowerCase()}
        {closedTime !== undefined && `; closed at ${formatMoment(closedTime)} by ${actor}`}.
      </p>
      {rows.length === 0 ? (
        <Empty title="No affiliate sent anybody in this period.">
          Choose another period, or have affiliates link to you with a parameter that names them: every lead
          source with an <code>affiliate</code> is listed here.
        </Empty>
      ) : (
        <>
          <p class="totals">
            {totals.map(({ currency, net, conversions }) => (
              <strong class="total" key={currency}>
                {formatMoney(net, currency)} net for {formatFraction(conversions)}{' '}
                {conversions === 1 ? 'conversion' : 'conversions'}
              </strong>
            ))}
          </p>
          <Table
            caption="Statement"
            columns={columnsOf(statement)}
            rows={rows.slice(0, mostLines)}
            keyOf={keyOf}
          />
          {rows.length > mostLines && (
            <p class="faint">
              {formatCount(mostLines)} of {formatCount(rows.length)} lines are shown; the file has all of
              them.
            </p>
          )}
        </>
      )}
    </>
  );
}

const keyOf = ({ affiliate, subAffiliate, clickId, currency, adjusts }: Line) =>
  JSON.stringify([affiliate, subAffiliate, clickId, currency, adjusts]);
