import { customerColumns, touchColumns, tupleColumns } from '../../../server/src/storage/columns.ts';
import { conversionColumns, refundColumns } from '../../../server/src/storage/money-columns.ts';
import type { Schema } from '../../../server/src/storage/schema.ts';
import { fillActor } from '../fill-through-port.ts';
import { type MoneyPlan, refundCount } from './plan.ts';
import { actorId, MoneyRows, type RowOrder } from './rows.ts';

/** Adds rows to the tables of a database, as fast as its engine can. */
export interface RowSink {
  /** The order in which rows should come, where there is a choice. */
  readonly order: RowOrder;
  add<Table extends keyof Schema>(
    table: Table,
    columns: readonly (keyof Schema[Table] & string)[],
    rows: Iterable<Schema[Table]>,
  ): Promise<void>;
}

/** Writes a plan's touches and money, without credits, for an organization that has nothing else. */
export async function fillMoney(sink: RowSink, plan: MoneyPlan, organization_id: number): Promise<void> {
  const rows = new MoneyRows(plan, organization_id);
  const { order } = sink;
  const actor = { organization_id, actor_id: actorId, actor: fillActor };
  await sink.add('actors', ['organization_id', 'actor_id', 'actor'], [actor]);
  await sink.add('lead_source_tuples', tupleColumns, rows.tuples());
  await sink.add('touches', touchColumns, rows.touches(order));
  await sink.add('customers', customerColumns, rows.customers());
  await sink.add('conversions', conversionColumns, rows.conversions(order));
  await sink.add('refunds', refundColumns, rows.refunds(order));
  const counted = {
    touch: plan.touches,
    tuple: plan.leadSources,
    conversion: plan.conversions,
    refund: refundCount(plan),
    event: 2 * plan.touches,
    actor: 1,
  };
  await sink.add(
    'key_ranges',
    ['organization_id', 'noun', 'next_key'],
    Object.entries(counted).map(([noun, count]) => ({ organization_id, noun, next_key: 1 + count })),
  );
}
