import { useAsked } from '../asked.ts';
import { type View, viewLink } from '../location.ts';
import { Empty } from '../parts/empty.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Pager, pageOf } from '../parts/pager.tsx';
import { Show } from '../parts/show.tsx';
import { ConversionCard } from './conversion-card.tsx';

const pageSize = 25;

/** The conversions behind a number of a report, as its row links to them. */
export function Conversions({ view: { query } }: { view: View }) {
  const chosen = chosenIn(query);
  const { credited } = chosen;
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
        <a href={viewLink(['attribution'])}>Attribution</a>
      </p>
      <PageHead title="Conversions" lead="Latest first. Open one to see who is credited with it, and why." />
      {credited !== undefined && (
        <p class="wrap">
          {credited === 'unattributed' ? 'No touch led to them.' : 'A touch that led to them says '}
          {credited !== 'unattributed' && <code>{credited}</code>}
        </p>
      )}
      <Show asked={asked}>
        {(page) =>
          page.total === 0 ? (
            <Empty title="There are no such conversions.">
              What the report counted may have been undone since.{' '}
              <a href={viewLink(['attribution'])}>Return to the report.</a>
            </Empty>
          ) : (
            <>
              <ol class="plain-list">
                {page.items.map((conversion) => (
                  <li key={conversion.id}>
                    <ConversionCard conversion={conversion} isOpen={false} namesCustomer />
                  </li>
                ))}
              </ol>
              <Pager page={page} />
            </>
          )
        }
      </Show>
    </>
  );
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
