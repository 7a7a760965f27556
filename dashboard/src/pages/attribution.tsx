import type { AttributionReport, CallOptions, Client } from '@leadsource/client';
import { type Asked, useAsked } from '../asked.ts';
import { changeQuery, type Editing, type View } from '../location.ts';
import { Bars } from '../parts/chart.tsx';
import { DownloadButton } from '../parts/download-button.tsx';
import { ChoiceField } from '../parts/field.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ReportFilters, ReportingZone } from '../parts/report-filters.tsx';
import { Show } from '../parts/show.tsx';
import {
  type Dimension,
  dimensionNames,
  type InCurrency,
  inCurrency,
  type Model,
  modelNames,
  models,
} from '../report-view.ts';
import { AttributionTable } from './attribution-table.tsx';
import { type AttributionView, attributionView, reportsAsked } from './attribution-view.ts';
import { Conversions } from './conversions.tsx';
import { type Measure, measureNames, measureOf, measureScale, measureText, rowName } from './measures.ts';
import { NoConversions } from './overview.tsx';

const mostBars = 12;

/** What the values of one or two dimensions are worth, and the conversions behind each number. */
export function Attribution({ view }: { view: View }) {
  return view.path[1] === 'conversions' ? <Conversions view={view} /> : <Models view={view} />;
}

function Models({ view: { query } }: { view: View }) {
  const view = attributionView(query);
  const { period, dimensions, chosen, measure, isCompared, channel } = view;
  const asked = useReports(view, query);
  const currency = asked.value?.value.now.currency;
  const askForFile =
    currency === undefined
      ? null
      : (client: Client, options: CallOptions) =>
          client.getAttributionReport(reportsAsked(view, currency).file, options);
  return (
    <>
      <PageHead title="Attribution" lead="What each source is worth, with models side by side.">
        <DownloadButton name={`attribution-${period.from}-${period.to}.csv`} ask={askForFile} />
      </PageHead>
      <ReportFilters query={query} currencies={asked.value?.currencies} currency={currency}>
        <DimensionChoices dimensions={dimensions} />
        <ChoiceField
          label="Measure"
          value={measure}
          choices={Object.entries(measureNames) as [Measure, string][]}
          change={(next, editing) => changeQuery({ measure: next }, editing)}
        />
      </ReportFilters>
      <ModelChoices chosen={chosen} isCompared={isCompared} />
      {channel !== null && <OnlyChannel channel={channel} />}
      <Show asked={asked}>{({ value }) => <Answered {...value} measure={measure} />}</Show>
    </>
  );
}

interface Reports {
  readonly now: AttributionReport;
  /** Null unless the reader compares. */
  readonly before: AttributionReport | null;
  readonly chosen: readonly Model[];
}

function useReports(view: AttributionView, query: URLSearchParams): Asked<InCurrency<Reports>> {
  const { chosen, isCompared } = view;
  const question = JSON.stringify(reportsAsked(view, query.get('currency')));
  return useAsked(
    (client, signal) =>
      inCurrency(query, async (currency) => {
        const asks = reportsAsked(view, currency);
        const [now, before] = await Promise.all([
          client.getAttributionReport(asks.now, { signal }),
          isCompared ? client.getAttributionReport(asks.before, { signal }) : null,
        ]);
        return { now, before, chosen };
      }),
    [question, isCompared],
  );
}

function Answered({ now, before, chosen, measure }: Reports & { readonly measure: Measure }) {
  const { currency, timezone } = now;
  if (currency === null || now.rows.length === 0) return <NoConversions />;
  const parts = { report: now, measure, chosen, currency };
  return (
    <>
      <AttributionBars {...parts} />
      <AttributionTable {...parts} before={before} />
      <ReportingZone timezone={timezone} />
    </>
  );
}

function OnlyChannel({ channel }: { channel: string }) {
  return (
    <p>
      Only what came through <span class="tag">{channel}</span>{' '}
      <button type="button" class="plain" onClick={() => changeQuery({ channel: null })}>
        Show all channels
      </button>
    </p>
  );
}

function DimensionChoices({ dimensions }: { dimensions: readonly Dimension[] }) {
  const [first = 'channel', second] = dimensions;
  const names = Object.entries(dimensionNames) as [Dimension, string][];
  const change = (editing: Editing, ...next: (Dimension | 'none' | undefined)[]) => {
    const names = [...new Set(next)].filter((name) => name !== undefined && name !== 'none');
    changeQuery({ dimension: names.join(',') }, editing);
  };
  return (
    <>
      <ChoiceField
        label="By"
        value={first}
        choices={names}
        change={(next, editing) => change(editing, next, second)}
      />
      <ChoiceField
        label="And by"
        value={second ?? 'none'}
        choices={[['none', '—'], ...names.filter(([name]) => name !== first)]}
        change={(next, editing) => change(editing, first, next)}
      />
    </>
  );
}

function ModelChoices({ chosen, isCompared }: { chosen: readonly Model[]; isCompared: boolean }) {
  return (
    <fieldset class="models">
      <legend>Models</legend>
      {models.map((model) => (
        <label class="choice" key={model}>
          <input
            type="checkbox"
            checked={chosen.includes(model)}
            disabled={chosen.length === 1 && chosen[0] === model}
            onChange={(event) => {
              const isChosen = event.currentTarget.checked;
              const next = models.filter((each) => (each === model ? isChosen : chosen.includes(each)));
              changeQuery({ models: next.join(',') });
            }}
          />
          {modelNames[model]}
        </label>
      ))}
      <label class="choice">
        <input
          type="checkbox"
          checked={isCompared}
          onChange={(event) => changeQuery({ compare: event.currentTarget.checked ? 'before' : null })}
        />
        Compare with the period before
      </label>
    </fieldset>
  );
}

interface BarsParts {
  readonly report: AttributionReport;
  readonly measure: Measure;
  readonly chosen: readonly Model[];
  readonly currency: string;
}

function AttributionBars({ report, measure, chosen, currency }: BarsParts) {
  const rows = report.rows.slice(0, mostBars);
  return (
    <section class="card spaced">
      <Bars
        label={`${measureNames[measure]} of the first ${rows.length} rows of the table, one bar per model.`}
        labels={rows.map((row) => rowName(report, row))}
        series={chosen.map((model) => ({
          name: modelNames[model],
          values: rows.map((row) => measureOf(row.credits[model], measure) ?? 0),
          texts: rows.map((row) => measureText(row.credits[model], measure, currency)),
        }))}
        scale={measureScale(measure, currency)}
        isHorizontal
      />
    </section>
  );
}
