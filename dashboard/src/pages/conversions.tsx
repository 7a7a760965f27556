import { useAsked } from '../asked.ts';
import { formatMoment, timeZone } from '../format.ts';
import { type View, viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Pager, pageOf } from '../parts/pager.tsx';
import { Show } from '../parts/show.tsx';
import { defaultModel, isModel, type Model } from '../report-view.ts';
import { ConversionCard } from './conversion-card.tsx';

const pageSize = 25;

/** The conversions behind a number of a report or of a statement, as its row links to them. */
export function Conversions({ view: { path, query } }: { view: View }) {
  const [page = ''] = path;
  const chosen = chosenIn(query);
  const model = modelOf((chosen.models ?? '').split(','));
  const offset = Number(query.get('offset') ?? 0);
  const asked = useAsked(
    (client, signal) =>
      pageOf(
        client.getConversionCollection(
          { ...chosen, offset, limit: pageSize, sort: '-occurredTime' },
          { signal },
        ),
      ),
    [...Object.values(chosen), offset],
  );
  return (
    <>
      <p class="crumbs">
        <a href={viewLink([page])}>{page === 'affiliates' ? 'Affiliates' : 'Attribution'}</a>
      </p>
      <PageHead title="Conversions" lead="Latest first. Open one to see who is credited with it, and why." />
      <Which chosen={chosen} />
      <Show asked={asked}>
        {(found) =>
          found.total === 0 ? (
            <Empty title="There are no such conversions.">
              What the report counted may have been undone since.{' '}
              <a href={viewLink([page])}>Return to the report.</a>
            </Empty>
          ) : (
            <>
              <ol class="plain-list">
                {found.items.map((conversion) => (
                  <li key={conversion.id}>
                    <ConversionCard conversion={conversion} isOpen={false} model={model} namesCustomer />
                  </li>
                ))}
              </ol>
              <Pager page={found} />
            </>
          )
        }
      </Show>
    </>
  );
}

/** Says which conversions these are, so that nobody takes a part of them for all. */
function Which({ chosen }: { chosen: ReturnType<typeof chosenIn> }) {
  const { credited, filter, periodStart, periodEnd, dateBasis } = chosen;
  return (
    <>
      {credited !== undefined && (
        <p class="wrap">
          {credited === 'unattributed' ? 'No touch led to them.' : 'A touch that led to them says '}
          {credited !== 'unattributed' && <code>{credited}</code>}
        </p>
      )}
      {filter !== undefined && (
        <p class="wrap">
          Only those with <code>{filter}</code>
        </p>
      )}
      {periodStart !== undefined && periodEnd !== undefined && (
        <p>
          Only those from {momentOf(periodStart)} to {momentOf(periodEnd)} ({timeZone})
          {dateBasis === 'refund' && ', or refunded in that time'}
        </p>
      )}
    </>
  );
}

/** An address that somebody wrote may say anything: the service refuses it, in words that are shown. */
function momentOf(text: string): string {
  return Number.isNaN(Date.parse(text)) ? text : formatMoment(text);
}

/** Of the models of the report: the usual one, or the first. */
function modelOf(asked: readonly string[]): Model {
  return asked.includes(defaultModel) ? defaultModel : (asked.find(isModel) ?? defaultModel);
}

/** What the link of a report's row asks for. */
function chosenIn(query: URLSearchParams) {
  const asked = (member: string) => query.get(member) ?? undefined;
  return {
    filter: asked('filter'),
    credited: asked('credited'),
    models: asked('models'),
    periodStart: asked('periodStart'),
    periodEnd: asked('periodEnd'),
    dateBasis: asked('dateBasis') as 'conversion' | 'refund' | undefined,
  };
}
