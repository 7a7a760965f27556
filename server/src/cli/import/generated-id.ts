import { type Client, ProblemError } from '@leadsource/client';
import { isCustomerId } from '../../domain/identifier.ts';
import { leadSourceFields } from '../../domain/lead-source.ts';
import { detailFields, isGeneratedTouchId } from '../../domain/touch.ts';
import type { ImportKind } from './kind.ts';
import type { PackedLines } from './packed-lines.ts';
import { contentId, type ImportRow, type RowOutcome } from './row.ts';

/** What never changes about a touch: details may be removed, and its customer merged. */
const lastingFields = leadSourceFields.filter((field) => !detailFields.includes(field));

/**
 * The row under an id that any service accepts, if it has one that a service generated. It follows from that one and what lasts
 * of the touch: a later export brings the same one, and another service that numbers alike hardly ever.
 */
export function underAcceptedId(kind: ImportKind, row: ImportRow): ImportRow {
  const { id, occurredTime } = row;
  if (kind !== 'touches' || typeof id !== 'string' || !isGeneratedTouchId(id)) return row;
  const lasting = Object.fromEntries(lastingFields.map((field) => [field, row[field] ?? null]));
  return { ...row, id: contentId('touches', { id, occurredTime, ...lasting }, '') };
}

const askedTogether = 16;

/**
 * What became of those of the lines that are touches of the service itself, under their generated ids, which are given by place.
 * Fails if the service does not tell.
 */
export async function ownTouches(
  client: Client,
  lines: PackedLines,
  generatedIds: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, RowOutcome>> {
  const outcomes = new Map<number, RowOutcome>();
  const exported = Array.from(generatedIds, ([place, id]) => {
    return { place, id, row: JSON.parse(lines.at(place)) as ImportRow };
  });
  const byCustomer = Map.groupBy(exported, ({ row }) => String(row['customerId']));
  const ask = async ([customerId, touches]: readonly [string, typeof exported]) => {
    const kept = await touchesOf(client, customerId, new Set(touches.map(({ id }) => id)));
    for (const { place, id, row } of touches) {
      const outcome = outcomeOf(row, kept.get(id));
      if (outcome !== null) outcomes.set(place, outcome);
    }
  };
  // Rows of what cannot be a customer are refused when they are sent.
  await inTurns(
    Array.from(byCustomer).filter(([customerId]) => isCustomerId(customerId)),
    ask,
  );
  return outcomes;
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const workOnLeft = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: askedTogether }, workOnLeft));
}

/** Those of a customer's touches that have one of these ids, by id. */
async function touchesOf(
  client: Client,
  customerId: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ImportRow>> {
  const found = new Map<string, ImportRow>();
  try {
    for await (const touch of client.getCustomerLeadSourceCollection({ id: customerId, limit: 1000 })) {
      if (ids.has(touch.id)) found.set(touch.id, touch as unknown as ImportRow);
    }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 404) throw error;
  }
  return found;
}

/** Null if the service's touch with the same id, if there is one, is another. Details may have been removed from either. */
function outcomeOf(row: ImportRow, kept: ImportRow | undefined): RowOutcome | null {
  if (kept === undefined || kept['occurredTime'] !== row['occurredTime']) return null;
  if (lastingFields.every((field) => row[field] === undefined || row[field] === kept[field])) return 'known';
  const message =
    'is that of a lead source of this service that says otherwise; without an id, the row is added';
  return { faults: [{ field: 'id', message }] };
}
