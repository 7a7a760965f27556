import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChannelTuple } from '../domain/channel.ts';
import type { ExportKind } from '../domain/export.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { ExportedColumns, ExportPage, ExportPlace } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';

/** A page, and the channels of its tuples by the rules in force when the export began. */
export interface ChannelledPage<Kind extends ExportKind> {
  readonly page: ExportPage<Kind>;
  readonly channelOf: (tuple: ChannelTuple) => string;
}

/** Large enough that pages cost little, small enough that reading one delays nobody. */
const rowsOfPage = 2000;

export type ExportOperations = ReturnType<typeof createExportOperations>;

export function createExportOperations({ store }: Pick<OperationContext, 'store'>, channels: Channels) {
  const read = <Kind extends ExportKind>(organizationId: string, kind: Kind, after: ExportPlace | null) =>
    // A page is of the kind asked for.
    store.read.exportPage(organizationId, kind, after, rowsOfPage) as Promise<
      ExportPage<ExportKind>
    > as Promise<ExportPage<Kind>>;

  return {
    /**
     * A whole table, page by page, in the order of its key. Each page is read at a moment of its own, so what changes meanwhile
     * may appear as it was or as it is. Fails before the first page with `not-found` for an unknown organization; between pages
     * with `unavailable` where other attribution settings come into force, since a table cannot mix credits by both.
     */
    async pages<Kind extends ExportKind>(
      { organization }: Principal,
      kind: Kind,
    ): Promise<AsyncGenerator<ChannelledPage<Kind>, void, void>> {
      const { channelOf } = await channels.of(organization.id);
      const first = await read(organization.id, kind, null);
      return (async function* () {
        let page = first;
        for (;;) {
          // The next page is read while this one is written.
          const next = page.end === null ? null : read(organization.id, kind, page.end);
          next?.catch(() => undefined);
          yield { page, channelOf };
          if (next === null) return;
          page = await next;
          // A page may be there already, and so may all that follow: others get a turn in between.
          await nextTurn();
          const version = settingsVersionOf(page);
          if (version !== undefined && version !== settingsVersionOf(first)) {
            throw new Failure('unavailable', 'The attribution settings changed meanwhile.');
          }
        }
      })();
    },
  };
}

/** The version of the settings behind a page's credits; undefined where it has none. */
function settingsVersionOf({ columns }: ExportPage<ExportKind>): number | undefined {
  return (columns as Partial<ExportedColumns<'credits'>>).settingsVersion?.[0];
}
