import type { LoggedErasure } from '../../domain/erasure.ts';
import type { CustomerRoom } from '../customer-room.ts';
import { createCustomerWrites } from '../customer-writes.ts';
import { createImportedTouchWrites } from '../import-writes.ts';
import type { WriteInput, Writes } from '../store.ts';
import type { VisitorRoom } from '../visitor-room.ts';
import { affiliateWrites } from './affiliate.ts';
import type { Connection } from './connection.ts';
import { CustomerWriter } from './customer.ts';
import { ErasureWriter } from './erasure-writes.ts';
import { EventWriter } from './event.ts';
import { AnswerWriter } from './idempotency.ts';
import { ImportWriter, importWritesOf } from './import.ts';
import { Numbering } from './interning.ts';
import { Money } from './money-writes.ts';
import { OutboxClaimWriter } from './outbox-claim.ts';
import { createReaders, type Readers } from './readers.ts';
import { settingWrites } from './setting-writes.ts';
import { TimelineWriter } from './timeline.ts';
import { TouchWriter } from './touch.ts';
import { TouchGathering } from './touch-gathering.ts';
import { VisitorWriter } from './visitor.ts';
import { webhookWrites } from './webhook-writes.ts';

/**
 * The writes, each to be run inside a transaction: read what is there, let the domain decide, store the outcome. A `Failure`
 * is thrown before anything of its write is stored. `settle` must be called at the end of a transaction and returns the
 * organizations it left events for; `forget` must be called after a rollback.
 */
export function createWrites(
  connection: Connection,
  log: (erasure: LoggedErasure) => void,
): {
  writes: Writes;
  settle: () => readonly string[];
  forget: () => void;
} {
  const readers = createReaders(connection);
  const numbering = new Numbering(connection);
  const events = new EventWriter(connection, numbering);
  const outboxClaims = new OutboxClaimWriter(connection);
  const answers = new AnswerWriter(connection);
  const touches = new TouchWriter(connection, numbering);
  const customers = new CustomerWriter(connection, { touches, events, answers });
  const timelines = new TimelineWriter(connection, numbering);
  const money = new Money(connection, readers, numbering, answers);
  const settings = settingWrites(connection, readers, numbering);
  const visitors = new VisitorWriter(connection, touches, numbering);
  const imports = new ImportWriter(connection);
  const parts = { readers, numbering, customers, answers, timelines, visitors, imports, money };
  const writes: Writes = {
    ...createCustomerWrites((organizationId) => roomOf(parts, organizationId)),
    ...createImportedTouchWrites((organizationId, told) => {
      const named = readers.interning.named(organizationId);
      const gathering = new TouchGathering({ readers, touches, customers, events }, named, told);
      return { room: { ...roomOf(parts, organizationId), ...gathering.room }, keep: () => gathering.keep() };
    }),
    ...new ErasureWriter(connection, { readers, touches, visitors, money, log }).writes,
    ...affiliateWrites(connection, readers.interning, answers),
    ...importWritesOf(readers, imports, numbering),
    ...settings.writes,
    ...money.writes(settings.putSetting),
    ...webhookWrites(connection, readers, numbering, events),
    pruneEvents({ organizationId, upToKey }) {
      events.prune(readers.interning.organization(organizationId), upToKey);
      return null;
    },
    pruneAnswers: ({ organizationId, before, limit }) => ({
      isLeft: answers.prune(readers.interning.organization(organizationId), before, limit),
    }),
    claimOutbox({ organizationId, holder, now, until }) {
      const organization = readers.interning.organization(organizationId);
      return { claimed: outboxClaims.claim(organization, holder, now, until) };
    },
    releaseOutbox({ organizationId, holder }) {
      outboxClaims.release(readers.interning.organization(organizationId), holder);
      return null;
    },
  };
  const forget = () => {
    numbering.forget();
    readers.interning.forget();
    imports.forget();
    money.forget();
    events.settle();
  };
  const settle = () => {
    imports.keepCounts();
    money.settle();
    return events.settle();
  };
  return { writes, settle, forget };
}

interface RoomParts {
  readonly readers: Readers;
  readonly numbering: Numbering;
  readonly customers: CustomerWriter;
  readonly answers: AnswerWriter;
  readonly timelines: TimelineWriter;
  readonly visitors: VisitorWriter;
  readonly imports: ImportWriter;
  readonly money: Money;
}

function roomOf(parts: RoomParts, organizationId: string): CustomerRoom {
  const { readers, numbering, customers, answers, timelines, visitors, imports, money } = parts;
  const named = readers.interning.named(organizationId);
  const organization = named.number;
  return {
    ...visitorRoomOf(parts, organization),
    find: (customerId) => readers.customers.find(organization, customerId),
    resolve: (customerId) => readers.customers.resolve(organization, customerId),
    findTouch: (givenId) => readers.touches.findGiven(organization, givenId),
    touches: (customerId, removing) =>
      removing === undefined
        ? readers.touches.all(organization, customerId)
        : readers.touches.deciding(organization, customerId, removing),
    findImport: (importKey) => imports.find(organization, importKey),
    countImported: (importKey) => imports.countTouch(organization, importKey),
    nextTouchKey: () => numbering.nextKey(organization, 'touch'),
    apply: (before, change) => customers.apply(named, before, change),
    findAnswer: (once) => answers.find(organization, once),
    keepAnswer: (kept) => answers.keep(organization, kept),
    keepEntries(customerId, entries) {
      for (const entry of entries) timelines.add(organization, customerId, entry);
    },
    moveInto(customerId, target) {
      customers.moveInto(organization, customerId, target);
      timelines.moveAll(organization, customerId, target);
      money.moveInto(organization, customerId, target);
      visitors.moveLinks(organization, customerId, target);
    },
    money: money.roomOf(organization),
  };
}

function visitorRoomOf({ readers, visitors }: RoomParts, organization: number): VisitorRoom {
  return {
    findVisitor: (visitorId) => readers.visitors.find(organization, visitorId),
    saveVisitor: (visitor) => visitors.save(organization, visitor),
    addLink: (link) => visitors.addLink(organization, link),
    visitorTouches: (visitorId) => readers.visitors.touches(organization, visitorId),
    addUnlinkedTouch: (visitorId, added) => visitors.addUnlinkedTouch(organization, visitorId, added),
    nameVisitor: (named) => visitors.name(organization, named),
    moveTouches: (visitorId, moves) => visitors.moveTouches(organization, visitorId, moves),
    removeUnlinkedTouches: (owner, keys) => visitors.removeUnlinkedTouches(organization, owner, keys),
    stripUnlinkedTouches: (owner, touches) => visitors.stripUnlinkedTouches(organization, owner, touches),
    removeVisitor: (visitorId) => visitors.remove(organization, visitorId),
    visitorsBefore: (day, limit) => readers.visitors.unlinkedBefore(organization, day, limit),
  };
}

/** Runs the write named by a message from another thread. */
export function runWrite(writes: Writes, kind: keyof Writes, input: WriteInput<keyof Writes>): unknown {
  // The types were checked where the message was sent: kind and input match.
  const write = writes[kind] as (input: WriteInput<keyof Writes>) => unknown;
  return write(input);
}
