import type { Customer } from '../domain/customer.ts';
import { moveOfTouches } from '../domain/timeline.ts';
import { hasDetails, type Touch, withoutDetails } from '../domain/touch.ts';
import { addTouch, receiveTouches, releaseTouches, toldTouch } from '../domain/touch-change.ts';
import {
  customerAt,
  firstKeptDay,
  heardOf,
  isSameHit,
  requireUnlinked,
  type VisitorLink,
  type VisitorTouch,
  withLink,
} from '../domain/visitor.ts';
import { type CustomerRoom, findForWrite, recreditAdded, recreditAll } from './customer-room.ts';
import type { WriteInput, Writes } from './store.ts';

export const visitorWriteKinds = ['captureTouch', 'linkVisitor', 'eraseVisitor', 'expireVisitors'] as const;
export type VisitorWriteKind = (typeof visitorWriteKinds)[number];

/** The writes on visitors, the same for every engine. */
export function createVisitorWrites(
  roomOf: (organizationId: string) => CustomerRoom,
): Pick<Writes, VisitorWriteKind> {
  return {
    captureTouch: (input) => captureTouchIn(roomOf(input.organizationId), input),
    linkVisitor: (input) => linkVisitorIn(roomOf(input.organizationId), input),
    eraseVisitor({ organizationId, visitorId }) {
      const room = roomOf(organizationId);
      requireUnlinked(room.findVisitor(visitorId));
      room.removeVisitor(visitorId);
      return null;
    },
    expireVisitors({ organizationId, now, keptDays, limit }) {
      const room = roomOf(organizationId);
      const visitorIds = room.visitorsBefore(firstKeptDay(now, keptDays), limit);
      for (const visitorId of visitorIds) room.removeVisitor(visitorId);
      return { expired: visitorIds.length };
    },
  };
}

type UnlinkedWithdrawal = Pick<WriteInput<'removeTouches'>, 'customerId' | 'touchKeys'>;

/** Removes those of an unlinked visitor's touches that have these keys. */
export function removeUnlinked(room: CustomerRoom, withdrawal: UnlinkedWithdrawal): { touches: number } {
  const keys = touchesNamed(room, withdrawal).map(({ key }) => key);
  room.removeUnlinkedTouches(withdrawal.customerId, keys);
  return { touches: keys.length };
}

/** Clears the details that can identify a person from those of them that have any. */
export function stripUnlinked(room: CustomerRoom, withdrawal: UnlinkedWithdrawal): { touches: number } {
  const stripped = touchesNamed(room, withdrawal).filter(hasDetails).map(withoutDetails);
  room.stripUnlinkedTouches(withdrawal.customerId, stripped);
  return { touches: stripped.length };
}

function touchesNamed(room: CustomerRoom, { customerId, touchKeys }: UnlinkedWithdrawal): readonly Touch[] {
  const wanted = new Set(touchKeys);
  return room
    .touches(customerId)
    .map(({ touch }) => touch)
    .filter(({ key }) => wanted.has(key));
}

function captureTouchIn(room: CustomerRoom, input: WriteInput<'captureTouch'>): { recorded: boolean } {
  const { visitorId, leadSource, clickIdKind, hit, now, actor } = input;
  const visitor = room.findVisitor(visitorId);
  if (isSameHit(visitor?.lastHit ?? null, hit)) return { recorded: false };
  const { occurredTime } = hit;
  const whole = { givenId: null, given: leadSource, origin: 'capture', announces: true } as const;
  const told = { ...whole, clickIdKind, occurredTime };
  const context = { now, actor, touchKey: room.nextTouchKey() };
  const customerId = customerAt(visitor?.links ?? [], occurredTime);
  if (customerId === null) {
    const touch = toldTouch(told, context);
    room.addUnlinkedTouch(visitorId, { touch, givenId: null, clickIdKind, importKey: null });
  } else {
    const customer = room.find(customerId);
    const change = addTouch(customer, customerId, told, context);
    room.apply(customer, change);
    recreditAdded(room, change);
    room.nameVisitor({ visitorId, customerId, touchKey: context.touchKey });
  }
  room.saveVisitor(heardOf(visitor, visitorId, { hit, now }));
  return { recorded: true };
}

function linkVisitorIn(room: CustomerRoom, input: WriteInput<'linkVisitor'>) {
  const { visitorId, customerId: namedId, linkedTime, actor, now } = input;
  const { id: customerId, customer } = findForWrite(room, namedId);
  const visitor = room.findVisitor(visitorId);
  const asked = { visitorId, linkedTime, namedId, customerId, actor };
  const { links, link, added } = withLink(visitor?.links ?? [], asked, now);
  const touches = room.visitorTouches(visitorId);
  const owned = touches.filter(({ touch }) => customerAt(links, touch.occurredTime) === customerId).length;
  if (!added) return { link: { ...link, touches: owned }, added };
  giveTouches(room, { customer, customerId, now, actor, links, touches, visitorId });
  const heard = heardOf(visitor, visitorId, { hit: null, now });
  room.saveVisitor({ ...heard, links, unlinkedDay: null });
  room.addLink(link);
  return { link: { ...link, touches: owned }, added };
}

interface Giving {
  readonly customer: Customer | null;
  /** The customer of the new link, and the only one who can gain touches by it. */
  readonly customerId: string;
  readonly now: number;
  readonly actor: string;
  readonly links: readonly VisitorLink[];
  readonly touches: readonly VisitorTouch[];
  readonly visitorId: string;
}

/** Gives the customer the touches that now belong to it by the links, and takes them from their former owners. */
function giveTouches(
  room: CustomerRoom,
  { customer, customerId, now, actor, links, touches, visitorId }: Giving,
): void {
  const given = touches.filter(
    ({ touch, customerId: before }) =>
      before !== customerId && customerAt(links, touch.occurredTime) === customerId,
  );
  const bereft = new Set(given.map((each) => each.customerId).filter((id) => id !== null));
  const keys = new Set(given.map(({ touch }) => touch.key));
  for (const id of bereft) {
    const before = room.find(id);
    if (before === null) throw new Error('A touch belongs to nobody.');
    room.apply(before, releaseTouches(before, room.touches(id), keys, now));
    recreditAll(room, before);
    room.keepEntries(id, [moveOfTouches({ actor, now })]);
  }
  const moves = given.map(({ touch, customerId: from }) => ({ touchKey: touch.key, from, to: customerId }));
  room.moveTouches(visitorId, moves);
  const received = given.map(({ touch }) => touch);
  const change = receiveTouches(customer, customerId, received, now);
  room.apply(customer, change);
  if (given.length === 0) return;
  recreditAll(room, change.customer);
  room.keepEntries(customerId, [moveOfTouches({ actor, now })]);
}
