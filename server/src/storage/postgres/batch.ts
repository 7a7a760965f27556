import { Failure } from '../../domain/failure.ts';
import type { ImportKey } from '../../domain/import.ts';
import { completeLeadSource } from '../../domain/lead-source.ts';
import { type CustomerWriteKind, type CustomerWrites, createCustomerWrites } from '../customer-writes.ts';
import type { WriteInput } from '../store.ts';
import { type NamedTuple, tupleOf } from '../tuple.ts';
import type { Connections } from './connections.ts';
import { customerStatements, customersOf } from './customer.ts';
import { findAnswers } from './idempotency.ts';
import { findImports } from './import.ts';
import { Interned } from './interned.ts';
import { keep } from './keep.ts';
import { affectedBy, findNamedMoney, loadCredits } from './money-load.ts';
import { MoneySet } from './money-set.ts';
import type { Names } from './names.ts';
import type { Session } from './session.ts';
import { findGivenTouches, findHistories } from './touch.ts';
import { type Noun, type Numbers, takeTurn } from './turn.ts';
import { ofOrganizations } from './wall.ts';
import { WorkingSet } from './working-set.ts';

/** A write on customers. All writes of a batch are of one organization. */
export interface CustomerWrite {
  readonly kind: CustomerWriteKind;
  readonly input: WriteInput<CustomerWriteKind>;
}

/** The output of a write, or why it was refused. */
export type Outcome = { readonly output: unknown } | { readonly error: unknown };

/**
 * Runs a batch in one transaction of two round trips: take the turn and read all that the batch names; decide in
 * memory, in order; write the differences and commit. One more reads what credits are made of, where any may change. Fails where nothing was kept, or nobody knows.
 */
export async function runBatch(
  connections: Connections,
  names: Names,
  batch: readonly CustomerWrite[],
): Promise<readonly Outcome[]> {
  const [first] = batch;
  if (first === undefined) return [];
  const organizationId = await names.findOrganization(first.input.organizationId);
  if (organizationId === null)
    return batch.map(() => ({ error: new Failure('not-found', 'No such organization.') }));
  const interned = new Interned(
    organizationId,
    names,
    batch.map(tupleNamedBy),
    batch.map(({ input }) => input.actor),
  );
  const outcomes = await connections.transaction(ofOrganizations(organizationId), async (session) => {
    const { workingSet, numbers, ownerOf } = await load(session, organizationId, batch, interned);
    const find = (id: string) => workingSet.find(id) ?? workingSet.find(workingSet.resolve(id));
    const credits = await loadCredits(session, organizationId, affectedBy(batch, find, ownerOf));
    const decided = decide(workingSet, batch);
    keep({ session, organizationId, interned, numbers }, workingSet, credits);
    return decided;
  });
  interned.remember();
  return outcomes;
}

/** All is sent at once: each statement sees what was committed before the turn came. */
async function load(
  session: Session,
  organizationId: number,
  batch: readonly CustomerWrite[],
  interned: Interned,
): Promise<{ workingSet: WorkingSet; numbers: Numbers; ownerOf: (conversionId: string) => string | null }> {
  const customerIds = [...new Set(batch.flatMap(customersNamedBy))];
  const [numbers, aliases, customers, givenTouches, histories, imports, answers, named] = await Promise.all([
    takeTurn(session, organizationId, numbersFor(batch, interned)),
    session.all(customerStatements.aliases, { organizationId, customerIds }),
    session.all(customerStatements.resolved, { organizationId, customerIds }),
    findGivenTouches(session, organizationId, batch.flatMap(touchesNamedBy)),
    findHistories(session, organizationId, batch.filter(needsHistory).flatMap(customersNamedBy)),
    findImports(session, organizationId, batch.flatMap(importsNamedBy)),
    findAnswers(session, organizationId, batch.flatMap(keysNamedBy)),
    findNamedMoney(session, organizationId, batch),
    interned.find(session),
  ]);
  interned.numberedBy(numbers);
  const workingSet = new WorkingSet({
    customers: customersOf(customers),
    aliases: new Map(aliases.map((row) => [row.alias_id, row.customer_id])),
    givenTouches,
    histories,
    imports,
    answers,
    money: new MoneySet(named.conversions, named.refunds, numbers),
    numbers,
  });
  const owners = new Map(named.conversions.map(({ customerId, conversion }) => [conversion.id, customerId]));
  return { workingSet, numbers, ownerOf: (conversionId) => owners.get(conversionId) ?? null };
}

const onHistories: ReadonlySet<CustomerWriteKind> = new Set(['removeTouch', 'removeTouches', 'stripTouches']);

/** Whether the write must see every touch of its customer: none before it in its batch may be on the same one. */
export function needsHistory({ kind }: CustomerWrite): boolean {
  return onHistories.has(kind);
}

/** How many entries of timelines a write keeps at most. */
const mostEntries: Readonly<Record<CustomerWriteKind, number>> = {
  putLeadSource: 0,
  deleteLeadSource: 1,
  addTouch: 0,
  removeTouch: 1,
  removeTouches: 1,
  stripTouches: 0,
  saveCustomer: 0,
  mergeCustomers: 2,
  recordConversion: 0,
  recordRefund: 0,
};

/** A write leaves at most one touch and two events. */
function numbersFor(batch: readonly CustomerWrite[], interned: Interned): ReadonlyMap<Noun, number> {
  const entries = batch.reduce((sum, { kind }) => sum + mostEntries[kind], 0);
  return new Map<Noun, number>([
    // Hardly a batch leaves any, and each noun costs a row.
    ...(entries > 0 ? ([['timeline-entry', entries]] as const) : []),
    ...numbersOf(batch, 'recordConversion', 'conversion'),
    ...numbersOf(batch, 'recordRefund', 'refund'),
    ['touch', batch.length],
    ['event', 2 * batch.length],
    ['tuple', interned.unknownTuples],
    ['actor', interned.unknownActors],
  ]);
}

function numbersOf(
  batch: readonly CustomerWrite[],
  kind: CustomerWriteKind,
  noun: Noun,
): readonly (readonly [Noun, number])[] {
  const count = batch.filter((write) => write.kind === kind).length;
  return count === 0 ? [] : [[noun, count]];
}

function decide(workingSet: WorkingSet, batch: readonly CustomerWrite[]): readonly Outcome[] {
  const writes = createCustomerWrites(() => workingSet);
  return batch.map(({ kind, input }) => {
    try {
      return { output: run(writes, kind, input) };
    } catch (error) {
      // A failure of the domain's rules is thrown before anything of its write is kept.
      if (error instanceof Failure) return { error };
      throw error;
    }
  });
}

function run(writes: CustomerWrites, kind: CustomerWriteKind, input: WriteInput<CustomerWriteKind>): unknown {
  // They were typed where the write was asked for: kind and input belong together.
  const write = writes[kind] as (input: WriteInput<CustomerWriteKind>) => unknown;
  return write(input);
}

function customersNamedBy({ input }: CustomerWrite): readonly string[] {
  if (!('customerId' in input)) return [];
  return 'targetCustomerId' in input ? [input.customerId, input.targetCustomerId] : [input.customerId];
}

function touchesNamedBy({ input }: CustomerWrite): readonly string[] {
  return 'givenId' in input && input.givenId !== null ? [input.givenId] : [];
}

function importsNamedBy({ input }: CustomerWrite): readonly ImportKey[] {
  return 'importKey' in input && input.importKey !== undefined ? [input.importKey] : [];
}

function keysNamedBy({ input: { once } }: CustomerWrite): readonly string[] {
  return once === undefined ? [] : [once.key];
}

function tupleNamedBy({ input }: CustomerWrite): NamedTuple | null {
  if ('given' in input) return tupleOf(completeLeadSource(input.given));
  return 'leadSource' in input && input.leadSource !== null ? tupleOf(input.leadSource) : null;
}
