import type { AffiliatePeriod, AffiliateStatement } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../asked.ts';
import { formatMoment } from '../format.ts';
import { changeQuery, goTo, type View, viewLink } from '../location.ts';
import { Confirm } from '../parts/dialog.tsx';
import { DownloadButton } from '../parts/download-button.tsx';
import { Empty } from '../parts/empty.tsx';
import { DayField } from '../parts/field.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { beginningOf, mostAtOnce } from '../parts/pager.tsx';
import { ModelChoice } from '../parts/report-filters.tsx';
import { Show } from '../parts/show.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { isDay, isModel, latestDays, type Model, modelNames } from '../report-view.ts';
import { Statement } from './affiliate-statement.tsx';
import { Conversions } from './conversions.tsx';

/** What affiliates sent and earned, in the open period and in those that were closed. */
export function Affiliates({ view }: { view: View }) {
  const [, id] = view.path;
  if (id === 'conversions') return <Conversions view={view} />;
  return id === undefined ? <Overall view={view} /> : <Closed id={id} key={id} />;
}

function Overall({ view: { query } }: { view: View }) {
  const asked = useAsked(async (client, signal) => {
    const call = client.getAffiliatePeriodCollection({ limit: mostAtOnce }, { signal });
    return (await beginningOf(call, Number.POSITIVE_INFINITY)).items;
  }, []);
  return (
    <>
      <PageHead title="Affiliates" lead="What each affiliate sent and earned since the last closed period." />
      <Show asked={asked}>
        {(periods) => (
          <>
            <Open query={query} last={periods.at(-1)} />
            <h2>Closed periods</h2>
            <Periods periods={periods} />
          </>
        )}
      </Show>
    </>
  );
}

/** The parameters of a statement. */
interface Asks {
  readonly model?: Model;
  readonly periodStart?: string;
  readonly periodEnd?: string;
}

/** A period follows the last one; only the first needs a beginning. The default model is left to the service. */
function asksOf(query: URLSearchParams, last: AffiliatePeriod | undefined): Asks {
  const [from, until, model] = [query.get('from'), query.get('until'), query.get('model')];
  return {
    ...(isModel(model) && { model }),
    ...(last === undefined && { periodStart: isDay(from) ? from : latestDays(30).from }),
    ...(isDay(until) && { periodEnd: until }),
  };
}

function Open({ query, last }: { query: URLSearchParams; last: AffiliatePeriod | undefined }) {
  const asks = asksOf(query, last);
  const asked = useAsked(
    (client, signal) => client.getAffiliateReport(asks, { signal }),
    [JSON.stringify(asks)],
  );
  const [isClosing, setIsClosing] = useState(false);
  return (
    <>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        {last === undefined && (
          <DayField
            label="From"
            value={asks.periodStart ?? ''}
            change={(from, editing) => isDay(from) && changeQuery({ from }, editing)}
          />
        )}
        <DayField
          label="Until (excluded)"
          value={asks.periodEnd ?? ''}
          change={(until, editing) => (until === '' || isDay(until)) && changeQuery({ until }, editing)}
        />
        <ModelChoice query={query} unsaid={asked.value?.model ?? last?.model} />
      </form>
      <Show asked={asked}>
        {(statement) => (
          <>
            <Statement statement={statement} />
            <div class="actions">
              <button type="button" class="main" onClick={() => setIsClosing(true)}>
                Close the period
              </button>
              <DownloadButton
                name="affiliates-open.csv"
                ask={(client, options) => client.getAffiliateReport(asks, options)}
              />
            </div>
            {isClosing && <CloseForm statement={statement} close={() => setIsClosing(false)} />}
          </>
        )}
      </Show>
    </>
  );
}

/** Closes exactly the period that was shown, or fails, even if somebody has closed another meanwhile. */
function CloseForm({ statement, close }: { statement: AffiliateStatement; close: () => void }) {
  const { periodStart, periodEnd, model } = statement;
  const freeze = useAction(async (client) => {
    const { id = '' } = await client.postAffiliatePeriod({ body: { periodStart, periodEnd, model } });
    goTo(viewLink(['affiliates', id]));
  });
  return (
    <Confirm
      title="Close the period?"
      verb="Close it"
      isRunning={freeze.isRunning}
      confirm={() => freeze.run()}
      close={close}
      error={freeze.error}
    >
      <p>
        The statement from {formatMoment(periodStart)} to {formatMoment(periodEnd)} is frozen as shown, by the
        model {modelNames[model].toLowerCase()}. Later changes are listed in the next one. This cannot be
        undone.
      </p>
    </Confirm>
  );
}

const closed: readonly Column<AffiliatePeriod>[] = [
  {
    title: 'Period',
    cell: ({ id, periodStart }) => (
      <a href={viewLink(['affiliates', id])}>From {formatMoment(periodStart)}</a>
    ),
  },
  { title: 'To', cell: ({ periodEnd }) => <Moment time={periodEnd} /> },
  { title: 'Model', cell: ({ model }) => modelNames[model] },
  { title: 'Closed', cell: ({ closedTime }) => <Moment time={closedTime} /> },
  { title: 'By', cell: ({ actor }) => <code>{actor}</code> },
];

function Periods({ periods }: { periods: readonly AffiliatePeriod[] }) {
  if (periods.length === 0)
    return (
      <Empty title="No period has been closed yet.">
        Close one when you pay your affiliates: its lines stay as they are, and later changes are listed in
        the next.
      </Empty>
    );
  return (
    <Table caption="Closed periods" columns={closed} rows={periods.toReversed()} keyOf={({ id }) => id} />
  );
}

function Closed({ id }: { id: string }) {
  const asked = useAsked((client, signal) => client.getAffiliatePeriod({ id }, { signal }), [id]);
  return (
    <>
      <p class="crumbs">
        <a href={viewLink(['affiliates'])}>Affiliates</a>
      </p>
      <PageHead
        title="A closed period"
        lead="As it was stated; later changes are in the statements that follow."
      >
        <DownloadButton
          name={`affiliates-${id}.csv`}
          ask={(client, options) => client.getAffiliatePeriod({ id }, options)}
        />
      </PageHead>
      <Show asked={asked}>{(statement) => <Statement statement={statement} />}</Show>
    </>
  );
}
