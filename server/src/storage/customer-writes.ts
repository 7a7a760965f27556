import {
  type Customer,
  mergeCustomers,
  putLeadSource,
  removeLeadSource,
  saveCustomer,
} from '../domain/customer.ts';
import { Failure } from '../domain/failure.ts';
import { requireOpen } from '../domain/import.ts';
import { requireSameTouch } from '../domain/repeated-touch.ts';
import { entriesToKeep, removalOfTouches } from '../domain/timeline.ts';
import {
  generatedTouchKey,
  type KnownTouch,
  positionOf,
  type Touch,
  type TouchKey,
} from '../domain/touch.ts';
import { addTouch, removeTouch, removeTouches, stripTouches } from '../domain/touch-change.ts';
import { isUnlinkedOwner } from '../domain/visitor.ts';
import { createConversionWrites } from './conversion-writes.ts';
import {
  type CustomerRoom,
  findForWrite,
  recreditAdded,
  recreditAll,
  recreditWithout,
} from './customer-room.ts';
import { doOnce } from './once.ts';
import type { AddedTouch, WriteInput, Writes } from './store.ts';
import { createVisitorWrites, removeUnlinked, stripUnlinked, visitorWriteKinds } from './visitor-writes.ts';

export const customerWriteKinds = [
  'putLeadSource',
  'deleteLeadSource',
  'addTouch',
  'removeTouch',
  'removeTouches',
  'stripTouches',
  'saveCustomer',
  'mergeCustomers',
  'recordConversion',
  'recordRefund',
  ...visitorWriteKinds,
] as const;

export type CustomerWriteKind = (typeof customerWriteKinds)[number];
export type CustomerWrites = Pick<Writes, CustomerWriteKind>;

/**
 * The writes on customers, the same for every engine: find what is there, let the domain decide, store the outcome. A
 * `Failure` is thrown before anything of its write is stored. `roomOf` fails with `not-found`.
 */
export function createCustomerWrites(roomOf: (organizationId: string) => CustomerRoom): CustomerWrites {
  return {
    ...createVisitorWrites(roomOf),
    putLeadSource(input) {
      const room = roomOf(input.organizationId);
      const { id, customer } = findForWrite(room, input.customerId);
      const context = { now: input.now, actor: input.actor, touchKey: room.nextTouchKey() };
      const change = putLeadSource(customer, id, input.leadSource, input.precondition, context);
      room.apply(customer, change);
      recreditAdded(room, change);
      return { customer: change.customer, created: customer === null || customer.leadSource === null };
    },
    deleteLeadSource(input) {
      const room = roomOf(input.organizationId);
      const customer = room.find(input.customerId);
      const change = removeLeadSource(customer, input.precondition, input.now);
      room.apply(customer, change);
      recreditAll(room, change.customer);
      room.keepEntries(change.customer.id, entriesToKeep(change.events, input.actor, null));
      return null;
    },
    addTouch(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customerId }) => customerId,
        () => {
          const { importKey } = input;
          if (importKey !== undefined) requireOpen(room.findImport(importKey));
          return addTouchIn(room, input);
        },
      );
    },
    removeTouch(input) {
      const room = roomOf(input.organizationId);
      const customer = room.find(input.customerId);
      const key = room.findTouch(input.touchId)?.touch.key ?? generatedTouchKey(input.touchId);
      const touches = customer === null ? [] : room.touches(customer.id, key === null ? [] : [key]);
      const change = removeTouch(customer, touches, input.touchId, input.now);
      room.apply(customer, change);
      recreditWithout(room, change.customer, removedOf(touches, change.effect.keys));
      room.keepEntries(change.customer.id, [removalOfTouches('undo', input)]);
      return null;
    },
    removeTouches(input) {
      const room = roomOf(input.organizationId);
      return isUnlinkedOwner(input.customerId)
        ? removeUnlinked(room, input)
        : withdraw(room, input, removeTouches);
    },
    stripTouches(input) {
      const room = roomOf(input.organizationId);
      return isUnlinkedOwner(input.customerId)
        ? stripUnlinked(room, input)
        : withdraw(room, input, stripTouches);
    },
    saveCustomer(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customer }) => customer.id,
        () => saveCustomerIn(room, input),
      );
    },
    mergeCustomers(input) {
      const room = roomOf(input.organizationId);
      const duplicate = room.find(input.customerId);
      const { customer: target } = findForWrite(room, input.targetCustomerId);
      const change = mergeCustomers(target, duplicate, input.now);
      room.moveInto(input.customerId, change.customer.id);
      room.apply(target, change);
      recreditAll(room, change.customer);
      room.keepEntries(change.customer.id, entriesToKeep(change.events, input.actor, duplicate));
      return null;
    },
    ...createConversionWrites(roomOf),
  };
}

function saveCustomerIn(room: CustomerRoom, input: WriteInput<'saveCustomer'>) {
  const { id, customer } = findForWrite(room, input.customerId);
  const context = { now: input.now, actor: input.actor, touchKey: room.nextTouchKey() };
  const change = saveCustomer(customer, id, input, context);
  room.apply(customer, change);
  recreditAdded(room, change);
  return { customer: change.customer, created: customer === null };
}

/** Confirming a touch that is about to be removed would mislead its sender. */
const beingUndone = 'Its import is being undone: send it again once that has ended.';

/** Call only where the touch's import is known to be open. */
export function addTouchIn(room: CustomerRoom, input: WriteInput<'addTouch'>): AddedTouch {
  const { id, customer } = findForWrite(room, input.customerId);
  const known = input.givenId === null ? null : room.findTouch(input.givenId);
  if (known !== null) {
    requireSameTouch(known, id, input);
    if (known.isBeingUndone) throw new Failure('conflict', beingUndone);
    return addedTouch(customer, known.touch, { givenId: input.givenId, added: false });
  }
  const context = { now: input.now, actor: input.actor, touchKey: room.nextTouchKey() };
  const change = addTouch(customer, id, input, context);
  room.apply(customer, change);
  recreditAdded(room, change);
  const { touch, importKey } = change.effect.added;
  if (importKey !== null) room.countImported(importKey);
  return addedTouch(change.customer, touch, { givenId: input.givenId, added: true });
}

/** The timeline records removals even if webhooks are not told. */
function withdraw(
  room: CustomerRoom,
  { customerId, touchKeys: keys, cause, announces, actor, now }: WriteInput<'removeTouches'>,
  decide: typeof removeTouches | typeof stripTouches,
): { touches: number } {
  const customer = room.find(customerId);
  if (customer === null) return { touches: 0 };
  const touches = room.touches(customer.id, keys);
  const change = decide(customer, touches, { keys, cause, now });
  if (change === null) return { touches: 0 };
  const { effect } = change;
  room.apply(customer, announces ? change : { ...change, events: [] });
  // Of what credits depend on, nothing is stripped.
  if (effect.kind === 'strips') return { touches: effect.touches.length };
  recreditWithout(room, change.customer, removedOf(touches, effect.keys));
  room.keepEntries(customer.id, [removalOfTouches(cause, { actor, now })]);
  return { touches: effect.keys.length };
}

function removedOf(touches: readonly KnownTouch[], keys: readonly TouchKey[]): readonly Touch[] {
  const removed = new Set(keys);
  return touches.map(({ touch }) => touch).filter(({ key }) => removed.has(key));
}

function addedTouch(
  customer: Customer | null,
  touch: Touch,
  told: Pick<AddedTouch, 'givenId' | 'added'>,
): AddedTouch {
  if (customer === null || customer.leadSource === null) throw new Error('A touch belongs to nobody.');
  const { original, current } = customer.leadSource;
  const position = positionOf(touch.key, original.key, current.key);
  return { customerId: customer.id, touch, position, ...told };
}
