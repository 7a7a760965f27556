import type { Conversion, OwnedConversion } from '../../domain/conversion.ts';
import type { OwnedRefund, Refund } from '../../domain/refund.ts';
import { Scope } from '../credit-change.ts';
import type { MoneyRoom, RecreditedPart } from '../money-room.ts';
import type { Numbers } from './turn.ts';

export interface PlacedConversion extends OwnedConversion {
  readonly isFirst: boolean;
}

export interface PlacedRefund {
  readonly customerId: string;
  readonly conversionKey: number;
  readonly refund: Refund;
}

/** The conversions that a batch's writes name, in memory: each write sees what those before it left. */
export class MoneySet implements MoneyRoom {
  readonly #conversions: Map<string, OwnedConversion>;
  readonly #refunds: Map<string, OwnedRefund>;
  readonly #numbers: Numbers;
  /** By key. */
  readonly #added = new Map<number, PlacedConversion>();
  readonly #refunded = new Map<number, OwnedConversion>();
  #newRefunds: PlacedRefund[] = [];
  readonly #dirty = new Map<string, Scope>();

  constructor(conversions: readonly OwnedConversion[], refunds: readonly OwnedRefund[], numbers: Numbers) {
    this.#conversions = new Map(conversions.map((owned) => [owned.conversion.id, owned]));
    this.#refunds = new Map(refunds.map((owned) => [owned.refund.id, owned]));
    this.#numbers = numbers;
  }

  findConversion(conversionId: string): OwnedConversion | null {
    return this.#conversions.get(conversionId) ?? null;
  }

  findRefund(refundId: string): OwnedRefund | null {
    return this.#refunds.get(refundId) ?? null;
  }

  nextConversionKey(): number {
    return this.#numbers.next('conversion');
  }

  nextRefundKey(): number {
    return this.#numbers.next('refund');
  }

  addConversion(customerId: string, conversion: Conversion, isFirst: boolean): void {
    this.#conversions.set(conversion.id, { customerId, conversion });
    this.#added.set(conversion.key, { customerId, conversion, isFirst });
  }

  addRefund({ customerId, conversion }: OwnedConversion, refund: Refund): void {
    this.#conversions.set(conversion.id, { customerId, conversion });
    this.#refunds.set(refund.id, { conversionId: conversion.id, refund });
    const added = this.#added.get(conversion.key);
    if (added === undefined) this.#refunded.set(conversion.key, { customerId, conversion });
    else this.#added.set(conversion.key, { ...added, conversion });
    this.#newRefunds.push({ customerId, conversionKey: conversion.key, refund });
  }

  recredit(customerId: string, part: RecreditedPart): void {
    const scope = this.#dirty.get(customerId) ?? new Scope();
    scope.add(part);
    this.#dirty.set(customerId, scope);
  }

  moveInto(customerId: string, targetCustomerId: string): void {
    const move = <Owned extends { readonly customerId: string }>(owned: Owned): Owned =>
      owned.customerId === customerId ? { ...owned, customerId: targetCustomerId } : owned;
    for (const [id, owned] of this.#conversions) this.#conversions.set(id, move(owned));
    for (const [key, placed] of this.#added) this.#added.set(key, move(placed));
    for (const [key, owned] of this.#refunded) this.#refunded.set(key, move(owned));
    this.#newRefunds = this.#newRefunds.map(move);
    const scope = this.#dirty.get(customerId);
    if (scope === undefined) return;
    this.#dirty.delete(customerId);
    this.recredit(targetCustomerId, 'all');
  }

  get newConversions(): readonly PlacedConversion[] {
    return [...this.#added.values()];
  }

  /** Stored conversions whose refunded amounts have changed. */
  get refundedConversions(): readonly OwnedConversion[] {
    return [...this.#refunded.values()];
  }

  get newRefunds(): readonly PlacedRefund[] {
    return this.#newRefunds;
  }

  /** The customers to be credited again, and which of their conversions. */
  get dirty(): ReadonlyMap<string, Scope> {
    return this.#dirty;
  }
}
