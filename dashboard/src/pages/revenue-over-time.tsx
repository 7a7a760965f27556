import type { AttributionReport } from '@leadsource/client';
import { useAsked } from '../asked.ts';
import { formatDay, formatMoney, formatScale } from '../format.ts';
import { Bars } from '../parts/chart.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import {
  askedPeriod,
  intervalOf,
  intervalStarts,
  type Model,
  type Period,
  valueName,
} from '../report-view.ts';

interface RevenueParts {
  readonly period: Period;
  readonly model: Model;
  readonly currency: string;
}

/** How many channels have a colour of their own. */
const mostColours = 6;

/** What each channel earned in each part of the period. Asked for separately, since it takes longer than the sums. */
export function RevenueOverTime(parts: RevenueParts) {
  const { period, model, currency } = parts;
  const common = { ...askedPeriod(period), currency, dimension: 'channel', models: model };
  const asked = useAsked(
    async (client, signal) => {
      const question = { ...common, interval: intervalOf(period), limit: mostColours };
      return { ...parts, report: await client.getAttributionReport(question, { signal }) };
    },
    [JSON.stringify(common)],
  );
  return <Show asked={asked}>{(answered) => <OverTime {...answered} />}</Show>;
}

interface OverTimeParts extends RevenueParts {
  /** By channel and interval. */
  readonly report: AttributionReport;
}

/** A bar for each part of the period, with the channels stacked, and the same as a table. */
function OverTime({ report, period, model, currency }: OverTimeParts) {
  const channels = channelsOf(report, model);
  const reported = report.rows.map(({ interval = '' }) => interval);
  const intervals = [...new Set([...intervalStarts(period), ...reported])].toSorted();
  const money = (amount: string | undefined) => (amount === undefined ? '–' : formatMoney(amount, currency));
  const columns: readonly Column<string>[] = [
    { title: 'From', cell: formatDay },
    ...channels.map(({ name, amounts }) => ({
      title: name,
      isNumber: true,
      cell: (interval: string) => money(amounts.get(interval)),
    })),
  ];
  const series = channels.map(({ name, amounts }) => {
    const inOrder = intervals.map((interval) => amounts.get(interval));
    return { name, values: inOrder.map((amount = '0') => Number(amount)), texts: inOrder.map(money) };
  });
  return (
    <>
      <Bars
        label="Net revenue by channel, one bar for each part of the period. The table below has the figures."
        labels={intervals.map(formatDay)}
        series={series}
        scale={(value) => formatScale(value, currency)}
        isStacked
      />
      <details>
        <summary>As a table</summary>
        <Table caption="Net revenue over time" columns={columns} rows={intervals} keyOf={(day) => day} />
      </details>
    </>
  );
}

interface Channel {
  readonly name: string;
  readonly isChannel: boolean;
  /** By interval. */
  readonly amounts: Map<string, string>;
}

/** What each channel earned in each part of the period: channels by their best part, and rows that are no channel last. */
function channelsOf({ rows }: AttributionReport, model: Model): readonly Channel[] {
  const channels = new Map<string, Channel>();
  for (const row of rows) {
    const key = JSON.stringify([row.values, row.unattributed, row.other]);
    const isChannel = row.unattributed !== true && row.other !== true;
    const name = valueName(row, row.values.channel);
    const channel = channels.get(key) ?? { name, isChannel, amounts: new Map() };
    channel.amounts.set(row.interval ?? '', row.credits[model]?.net ?? '0');
    channels.set(key, channel);
  }
  const best = ({ amounts }: Channel) => Math.max(...[...amounts.values()].map(Number));
  return [...channels.values()].toSorted(
    (one, other) => Number(other.isChannel) - Number(one.isChannel) || best(other) - best(one),
  );
}
