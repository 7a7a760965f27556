import { Failure } from '../../domain/failure.ts';
import type { ImportKey } from '../../domain/import.ts';
import { completeLeadSource } from '../../domain/lead-source.ts';
import { generatedTouchKey } from '../../domain/touch.ts';
import type { CreditVersion } from '../credit.ts';
import { type CustomerWriteKind, type CustomerWrites, createCustomerWrites } from '../customer-writes.ts';
import type { WriteInput } from '../store.ts';
import { type NamedTuple, tupleOf } from '../tuple.ts';
import { affectedBy } from './affected-credits.ts';
import type { Connections } from './connections.ts';
import { customerStatements, customersOf } from './customer.ts';
import { type CustomerWrite, customersNamedBy, needsHistory } from './customer-write.ts';
import { isHeard } from './event.ts';
import { findAnswers } from './idempotency.ts';
import { findImports } from './import.ts';
import { Interned } from './interned.ts';
import { keep } from './keep-batch.ts';
import { findNamedMoney, loadCredits } from './money-load.ts';
import { MoneySet } from './money-set.ts';
import type { Names } from './names.ts';
import type { Session } from './session.ts';
import { findGivenTouches, findHistories, type SoughtHistory } from './touch.ts';
import { type Noun, type Numbers, takeTurn } from './turn.ts';
import { findExpired, findMovable, findVisitors } from './visitor.ts';
import { ofOrganizations } from './wall.ts';
import { WorkingSet } from './working-set.ts';

/** The output of a write, or the reason for its refusal. */
export type Outcome = { readonly output: unknown } | { readonly error: unknown };

/** The outcomes of a batch's writes, and the organizations it left events for. */
export interface Committed {
  readonly outcomes: readonly Outcome[];
  readonly organizationIds: readonly string[];
}

/**
 * Runs a batch in one transaction of two round trips: take the turn and read everything the batch names; decide in memory, in
 * order; write the differences and commit. A third reads the inputs of credits if any may change. Fails if nothing was
 * stored, or if that is unknown.
 */
export async function runBatch(
  connections: Connections,
  names: Names,
  batch: readonly CustomerWrite[],
): Promise<Committed> {
  const [first] = batch;
  if (first === undefined) return { outcomes: [], organizationIds: [] };
  const organizationId = await names.findOrganization(first.input.organizationId);
  if (organizationId === null) {
    const error = new Failure('not-found', 'No such organization.');
    return { outcomes: batch.map(() => ({ error })), organizationIds: [] };
  }
  const interned = new Interned(
    organizationId,
    names,
    batch.map(tupleNamedBy),
    batch.map(({ input }) => input.actor),
  );
  const committed = await connections.transaction(ofOrganizations(organizationId), async (session) => {
    const { workingSet, numbers, versions } = await load(session, organizationId, batch, interned);
    const affected = affectedBy(batch, workingSet, workingSet.money, versions);
    const credits = await loadCredits(session, organizationId, affected, versions);
    const outcomes = decide(workingSet, batch);
    keep({ session, organizationId, interned, numbers }, workingSet, credits);
    return { outcomes, organizationIds: workingSet.events.length > 0 ? [first.input.organizationId] : [] };
  });
  interned.remember();
  return committed;
}

/** Everything is sent at once: each statement sees what was committed before the turn came. */
async function load(
  session: Session,
  organizationId: number,
  batch: readonly CustomerWrite[],
  interned: Interned,
): Promise<{ workingSet: WorkingSet; numbers: Numbers; versions: readonly CreditVersion[] | null }> {
  const customerIds = [...new Set(batch.flatMap(customersNamedBy))];
  const [numbers, heard, aliases, customers, givenTouches, histories, imports, answers, visitors, named] =
    await Promise.all([
      takeTurn(session, organizationId, numbersFor(batch, interned)),
      isHeard(session, organizationId),
      session.all(customerStatements.aliases, { organizationId, customerIds }),
      session.all(customerStatements.resolved, { organizationId, customerIds }),
      findGivenTouches(session, organizationId, batch.flatMap(touchesNamedBy)),
      findHistories(session, organizationId, batch.filter(needsHistory).flatMap(historiesNeededBy)),
      findImports(session, organizationId, batch.flatMap(importsNamedBy)),
      findAnswers(session, organizationId, batch.flatMap(keysNamedBy)),
      loadVisitors(session, organizationId, batch),
      findNamedMoney(session, organizationId, batch),
      interned.find(session),
    ]);
  interned.numberedBy(numbers);
  const workingSet = new WorkingSet({
    customers: [...customersOf(customers), ...visitors.customers],
    aliases: new Map(aliases.map((row) => [row.alias_id, row.customer_id])),
    givenTouches,
    histories: new Map([...histories, ...visitors.histories]),
    imports,
    answers,
    money: new MoneySet(named.conversions, named.refunds, numbers),
    visitors,
    isHeard: heard,
    numbers,
  });
  return { workingSet, numbers, versions: named.versions };
}

function historiesNeededBy(write: CustomerWrite): readonly SoughtHistory[] {
  const { input } = write;
  const keys = 'touchKeys' in input ? input.touchKeys : [];
  const removing = 'touchId' in input ? touchOfId(input.touchId) : { keys, givenIds: [] };
  return customersNamedBy(write).map((customerId) => ({ customerId, removing }));
}

/** No touch is given an id that reads as a generated one. */
function touchOfId(id: string) {
  const key = generatedTouchKey(id);
  return key === null ? { keys: [], givenIds: [id] } : { keys: [key], givenIds: [] };
}

/** What the batch needs of visitors and of the customers they are linked to. */
async function loadVisitors(session: Session, organizationId: number, batch: readonly CustomerWrite[]) {
  const visitorIds = [...new Set(batch.flatMap(visitorsNamedBy))];
  const [first] = batch;
  const linking = first?.kind === 'linkVisitor' ? (first.input as WriteInput<'linkVisitor'>) : null;
  const expiring = first?.kind === 'expireVisitors' ? (first.input as WriteInput<'expireVisitors'>) : null;
  const [found, movable, expired] = await Promise.all([
    findVisitors(session, organizationId, visitorIds),
    linking === null ? noneMovable : findMovable(session, organizationId, linking),
    expiring === null ? [] : findExpired(session, organizationId, expiring),
  ]);
  return { ...found, touches: movable.visitorTouches, histories: movable.histories, expired };
}

const noneMovable = { visitorTouches: new Map(), histories: new Map() };

/** How many timeline entries a write adds at most. */
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
  captureTouch: 0,
  // All touches that change hands by a link come from one customer.
  linkVisitor: 2,
  eraseVisitor: 0,
  expireVisitors: 0,
};

/** A write adds at most one touch. Every batch reserves touch numbers, which also takes its turn. */
function numbersFor(batch: readonly CustomerWrite[], interned: Interned): ReadonlyMap<Noun, number> {
  const entries = batch.reduce((sum, { kind }) => sum + mostEntries[kind], 0);
  return new Map<Noun, number>([
    ['touch', batch.length],
    ...numbersOf('timeline-entry', entries),
    ...numbersOf('conversion', countOf(batch, 'recordConversion')),
    ...numbersOf('refund', countOf(batch, 'recordRefund')),
    ...numbersOf('tuple', interned.unknownTuples),
    ...numbersOf('actor', interned.unknownActors),
  ]);
}

/** Few batches need any of these, and each noun costs a row. */
function numbersOf(noun: Noun, count: number): readonly (readonly [Noun, number])[] {
  return count === 0 ? [] : [[noun, count]];
}

function countOf(batch: readonly CustomerWrite[], kind: CustomerWriteKind): number {
  return batch.filter((write) => write.kind === kind).length;
}

function decide(workingSet: WorkingSet, batch: readonly CustomerWrite[]): readonly Outcome[] {
  const writes = createCustomerWrites(() => workingSet);
  return batch.map(({ kind, input }) => {
    try {
      return { output: run(writes, kind, input) };
    } catch (error) {
      // The domain throws a failure before anything of its write is stored.
      if (error instanceof Failure) return { error };
      throw error;
    }
  });
}

function run(writes: CustomerWrites, kind: CustomerWriteKind, input: WriteInput<CustomerWriteKind>): unknown {
  // The types were checked where the write was requested: kind and input match.
  const write = writes[kind] as (input: WriteInput<CustomerWriteKind>) => unknown;
  return write(input);
}

function visitorsNamedBy({ input }: CustomerWrite): readonly string[] {
  return 'visitorId' in input ? [input.visitorId] : [];
}

function touchesNamedBy({ input }: CustomerWrite): readonly string[] {
  return 'givenId' in input && input.givenId !== null ? [input.givenId] : [];
}

function importsNamedBy({ input }: CustomerWrite): readonly ImportKey[] {
  return 'importKey' in input && input.importKey !== undefined ? [input.importKey] : [];
}

function keysNamedBy({ input }: CustomerWrite): readonly string[] {
  return 'once' in input && input.once !== undefined ? [input.once.key] : [];
}

function tupleNamedBy({ input }: CustomerWrite): NamedTuple | null {
  if ('given' in input) return tupleOf(completeLeadSource(input.given));
  if ('clickIdKind' in input) return tupleOf(input.leadSource, input.clickIdKind);
  return 'leadSource' in input && input.leadSource !== null ? tupleOf(input.leadSource) : null;
}
