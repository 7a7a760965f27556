import type { CreditSettings } from '../../src/domain/credit.ts';
import { creditsOf } from '../../src/domain/credit.ts';
import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';
import { currencyDigits, formatAmount } from '../../src/domain/money.ts';
import { isDirect } from '../../src/domain/touch.ts';
import type { StoreRoom } from './store-room.ts';

interface WorldTouch {
  readonly key: number;
  readonly occurredTime: number;
  readonly leadSource: LeadSource;
}

interface WorldRefund {
  readonly key: number;
  readonly occurredTime: number;
  readonly amount: number;
}

export interface WorldConversion {
  readonly id: string;
  readonly customerId: string;
  readonly key: number;
  readonly occurredTime: number;
  readonly amount: number;
  readonly currency: string;
  readonly refunds: WorldRefund[];
}

/** What one touch is given of a conversion, and of each of its refunds. */
export interface WorldCredit {
  readonly conversion: WorldConversion;
  /** Null for what no touch led to. */
  readonly touch: WorldTouch | null;
  readonly isFirst: boolean;
  readonly byModel: Readonly<
    Record<
      string,
      { weight: number; amount: number; refunds: readonly { occurredTime: number; amount: number }[] }
    >
  >;
}

export interface WorldSize {
  readonly customers: number;
  readonly touchesEach: number;
  readonly conversionsEach: number;
  readonly from: number;
  readonly until: number;
}

const sources = ['google', 'bing', 'Gööglé', '=cmd', '\u{1F600}', '', null] as const;
const media = ['cpc', 'organic', 'email', null] as const;
const paths = ['/', '/a', null] as const;

/** Customers with touches, conversions and refunds at random moments, in a store and, beside it, in plain arrays. */
export class MoneyWorld {
  readonly touches = new Map<string, WorldTouch[]>();
  readonly conversions: WorldConversion[] = [];
  readonly #room: StoreRoom;
  readonly #random: () => number;

  constructor(room: StoreRoom, random: () => number) {
    this.#room = room;
    this.#random = random;
  }

  async fill({ customers, touchesEach, conversionsEach, from, until }: WorldSize): Promise<void> {
    const moment = () => from + Math.floor(this.#random() * (until - from));
    for (let number = 0; number < customers; number++) {
      const id = `c${number}`;
      for (let count = this.#upTo(touchesEach); count > 0; count--) {
        await this.touch(id, this.facts(), moment());
      }
      for (let count = this.#upTo(conversionsEach); count > 0; count--) {
        const conversion = await this.convert(id, Math.floor(this.#random() * 10_000), moment());
        for (let part = this.#upTo(2); part > 0; part--) {
          const left = conversion.amount - sum(conversion.refunds.map(({ amount }) => amount));
          const amount = Math.floor(this.#random() * left);
          if (amount > 0) await this.refund(conversion, amount, Math.max(conversion.occurredTime, moment()));
        }
      }
    }
  }

  facts(): Partial<LeadSource> {
    return { source: this.#of(sources), medium: this.#of(media), path: this.#of(paths) };
  }

  async touch(customerId: string, facts: Partial<LeadSource>, occurredTime: number): Promise<void> {
    const { touch } = await this.#room.add(customerId, facts, { occurredTime });
    const touches = this.touches.get(customerId) ?? [];
    touches.push({ key: touch.key, occurredTime, leadSource: completeLeadSource(facts) });
    touches.sort((one, other) => one.occurredTime - other.occurredTime || one.key - other.key);
    this.touches.set(customerId, touches);
  }

  async convert(
    customerId: string,
    amount: number,
    occurredTime: number,
    currency = 'EUR',
  ): Promise<WorldConversion> {
    const { conversion } = await this.#room.store.write('recordConversion', {
      ...this.#write(),
      customerId,
      announces: true,
      conversionId: `v${this.conversions.length}`,
      occurredTime,
      amount,
      currency,
      type: undefined,
      orderId: undefined,
      metadata: undefined,
    });
    const { id, key } = conversion;
    const kept = { id, customerId, key, occurredTime, amount, currency, refunds: [] };
    this.conversions.push(kept);
    return kept;
  }

  async refund(conversion: WorldConversion, amount: number, occurredTime: number): Promise<void> {
    const { refund } = await this.#room.store.write('recordRefund', {
      ...this.#write(),
      conversionId: conversion.id,
      refundId: `r${conversion.id}_${conversion.refunds.length}`,
      amount: formatAmount(amount, currencyDigits(conversion.currency) ?? 0),
      occurredTime,
    });
    conversion.refunds.push({ key: refund.key, occurredTime, amount });
  }

  /** Every credit there should be. */
  credits(settings: CreditSettings): readonly WorldCredit[] {
    return this.conversions.flatMap((conversion) => {
      const touches = this.touches.get(conversion.customerId) ?? [];
      const seen = touches.map((touch) => ({ ...touch, isDirect: isDirect(touch.leadSource) }));
      const { touchKeys, refundKeys, models } = creditsOf(seen, conversion, conversion.refunds, settings);
      const timeOf = new Map(conversion.refunds.map(({ key, occurredTime }) => [key, occurredTime]));
      return touchKeys.map((key, index) => {
        const byModel = Object.entries(models).map(([model, { weights, amounts, refunded }]) => {
          const refunds = refundKeys.map((refundKey, place) => ({
            occurredTime: timeOf.get(refundKey) ?? 0,
            amount: refunded[place]?.[index] ?? 0,
          }));
          return [model, { weight: weights[index] ?? 0, amount: amounts[index] ?? 0, refunds }] as const;
        });
        return {
          conversion,
          touch: touches.find((touch) => touch.key === key) ?? null,
          isFirst: this.#isFirst(conversion),
          byModel: Object.fromEntries(byModel),
        };
      });
    });
  }

  #isFirst({ customerId, occurredTime, key }: WorldConversion): boolean {
    const own = this.conversions.filter((other) => other.customerId === customerId);
    return own.every(
      (other) =>
        other.occurredTime > occurredTime || (other.occurredTime === occurredTime && other.key >= key),
    );
  }

  #upTo(count: number): number {
    return Math.floor(this.#random() * (count + 1));
  }

  #of<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)] as Value;
  }

  #write() {
    return { organizationId: this.#room.organizationId, actor: 'key_test', now: this.#room.now };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
