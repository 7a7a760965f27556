import { comesFirst, recordConversion, requireSameConversion } from '../domain/conversion.ts';
import { Failure } from '../domain/failure.ts';
import { refundConversion, requireSameRefund } from '../domain/refund.ts';
import { type CustomerRoom, findForWrite } from './customer-room.ts';
import { doOnce } from './once.ts';
import type { RecordedConversion, RecordedRefund } from './ports/money.ts';
import type { WriteInput, Writes } from './store.ts';

export type ConversionWrites = Pick<Writes, 'recordConversion' | 'recordRefund'>;

/** The writes on conversions, the same for every engine. */
export function createConversionWrites(roomOf: (organizationId: string) => CustomerRoom): ConversionWrites {
  return {
    recordConversion(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customerId }) => customerId,
        () => recordConversionIn(room, input),
      );
    },
    recordRefund(input) {
      const room = roomOf(input.organizationId);
      return doOnce(
        room,
        input,
        ({ customerId }) => customerId,
        () => recordRefundIn(room, input),
      );
    },
  };
}

function recordConversionIn(room: CustomerRoom, input: WriteInput<'recordConversion'>): RecordedConversion {
  const { id, customer } = findForWrite(room, input.customerId);
  const known = room.money.findConversion(input.conversionId);
  if (known !== null) {
    requireSameConversion(known, id, input);
    return { ...known, recorded: false };
  }
  const { now, actor } = input;
  const context = { now, actor, conversionKey: room.money.nextConversionKey() };
  const { change, conversion } = recordConversion(customer, id, input, context);
  room.apply(customer, input.announces ? change : { ...change, events: [] });
  const isFirst = customer === null || comesFirst(customer, conversion.occurredTime);
  room.money.addConversion(id, conversion, isFirst);
  room.money.recredit(id, { key: conversion.key, isFresh: true });
  // Another conversion was the first before.
  if (isFirst && customer !== null && customer.conversionTimes !== null) room.money.recredit(id, 'first');
  return { customerId: id, conversion, recorded: true };
}

function recordRefundIn(room: CustomerRoom, input: WriteInput<'recordRefund'>): RecordedRefund {
  const owned = room.money.findConversion(input.conversionId);
  if (owned === null) throw new Failure('not-found', 'No such conversion.');
  const { customerId } = owned;
  const known = room.money.findRefund(input.refundId);
  if (known !== null) {
    requireSameRefund(known, owned.conversion, input);
    return { ...owned, refund: known.refund, recorded: false };
  }
  const context = { now: input.now, actor: input.actor, refundKey: room.money.nextRefundKey() };
  const { conversion, refund } = refundConversion(owned.conversion, input, context);
  room.money.addRefund({ customerId, conversion }, refund);
  room.money.recredit(customerId, { key: conversion.key, isFresh: false });
  return { customerId, conversion, refund, recorded: true };
}
