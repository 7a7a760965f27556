import type { Conversion, Metadata } from '../../domain/conversion.ts';
import type { Refund } from '../../domain/refund.ts';
import { parseKeptJson } from '../../domain/strict-json.ts';
import type { ConversionRow, RefundRow } from '../money-schema.ts';

export function conversionOf(row: Omit<ConversionRow, 'actor_id' | 'is_first'>, actor: string): Conversion {
  return {
    key: row.conversion_key,
    id: row.conversion_id,
    occurredTime: row.occurred_time,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
    type: row.type,
    amount: row.amount,
    currency: row.currency,
    refundedAmount: row.refunded_amount,
    orderId: row.order_id,
    metadata: row.metadata === null ? {} : (parseKeptJson(row.metadata) as Metadata),
    actor,
  };
}

export interface ConversionPlace {
  readonly organizationId: number;
  readonly customerId: string;
  readonly actorId: number;
  readonly isFirst: boolean;
}

export function conversionRowOf(
  conversion: Conversion,
  { organizationId, customerId, actorId, isFirst }: ConversionPlace,
): ConversionRow {
  const metadata = JSON.stringify(conversion.metadata);
  return {
    organization_id: organizationId,
    customer_id: customerId,
    conversion_key: conversion.key,
    conversion_id: conversion.id,
    occurred_time: conversion.occurredTime,
    created_time: conversion.createdTime,
    updated_time: conversion.updatedTime,
    type: conversion.type,
    amount: conversion.amount,
    currency: conversion.currency,
    refunded_amount: conversion.refundedAmount,
    order_id: conversion.orderId,
    metadata: metadata === '{}' ? null : metadata,
    actor_id: actorId,
    is_first: isFirst ? 1 : 0,
  };
}

export function refundOf(row: Omit<RefundRow, 'actor_id'>, actor: string): Refund {
  return {
    key: row.refund_key,
    id: row.refund_id,
    amount: row.amount,
    occurredTime: row.occurred_time,
    createdTime: row.created_time,
    actor,
  };
}

export interface RefundPlace {
  readonly organizationId: number;
  readonly customerId: string;
  readonly conversionKey: number;
  readonly actorId: number;
}

export function refundRowOf(refund: Refund, place: RefundPlace): RefundRow {
  return {
    organization_id: place.organizationId,
    customer_id: place.customerId,
    conversion_key: place.conversionKey,
    refund_key: refund.key,
    refund_id: refund.id,
    amount: refund.amount,
    occurred_time: refund.occurredTime,
    created_time: refund.createdTime,
    actor_id: place.actorId,
  };
}
