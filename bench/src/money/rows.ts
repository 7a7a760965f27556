import type { Conversion } from '../../../server/src/domain/conversion.ts';
import type { Customer } from '../../../server/src/domain/customer.ts';
import type { LeadSource } from '../../../server/src/domain/lead-source.ts';
import type { Touch } from '../../../server/src/domain/touch.ts';
import type { ConversionRow, RefundRow } from '../../../server/src/storage/money-schema.ts';
import { conversionRowOf, refundRowOf } from '../../../server/src/storage/rows/conversion.ts';
import { customerRowOf } from '../../../server/src/storage/rows/customer.ts';
import { touchRowOf } from '../../../server/src/storage/rows/touch.ts';
import type { CustomerRow, TouchRow, TupleRow } from '../../../server/src/storage/schema.ts';
import { tupleOf, tupleRowOf } from '../../../server/src/storage/tuple.ts';
import { fillActor } from '../fill-through-port.ts';
import { customerIdOf } from '../traffic.ts';
import { leadSourceOf } from './lead-sources.ts';
import {
  amountAt,
  coursesOf,
  leadSourceAt,
  type MoneyCourses,
  type MoneyPlan,
  type Occurrence,
  refundOf,
} from './plan.ts';

export const currency = 'EUR';
export const actorId = 1;

export type RowOrder = 'by-time' | 'by-customer';

/** The rows that a plan leaves in an organization's tables, as the storage would write them; all but credits. */
export class MoneyRows {
  readonly #plan: MoneyPlan;
  readonly #organizationId: number;
  readonly #courses: MoneyCourses;
  readonly #leadSources: readonly LeadSource[];
  readonly #customerIds: readonly string[];

  constructor(plan: MoneyPlan, organizationId: number) {
    this.#plan = plan;
    this.#organizationId = organizationId;
    this.#courses = coursesOf(plan);
    this.#leadSources = Array.from({ length: plan.leadSources }, (_, number) => leadSourceOf(number));
    this.#customerIds = Array.from({ length: plan.customers }, (_, customer) => customerIdOf(customer));
  }

  customerId(customer: number): string {
    return this.#customerIds[customer] ?? '';
  }

  leadSource({ place }: Occurrence): LeadSource {
    const leadSource = this.#leadSources[leadSourceAt(place, this.#plan)];
    if (leadSource === undefined) throw new RangeError('There is no such lead source.');
    return { ...leadSource, path: `https://shop.example/products/${place}` };
  }

  *tuples(): Generator<TupleRow> {
    for (const [number, leadSource] of this.#leadSources.entries()) {
      yield tupleRowOf(this.#organizationId, number + 1, tupleOf(leadSource));
    }
  }

  *touches(order: RowOrder): Generator<TouchRow> {
    for (const occurrence of this.#inOrder('touches', order)) {
      const tupleId = leadSourceAt(occurrence.place, this.#plan) + 1;
      const place = { ...this.#placeOf(occurrence), tupleId, importKey: null, givenId: null };
      yield touchRowOf(this.#touchOf(occurrence), place);
    }
  }

  *customers(): Generator<CustomerRow> {
    for (let customer = 0; customer < this.#plan.customers; customer++) {
      yield customerRowOf(this.#organizationId, this.#customerOf(customer));
    }
  }

  *conversions(order: RowOrder): Generator<ConversionRow> {
    for (const occurrence of this.#inOrder('conversions', order)) {
      const isFirst = occurrence.place < this.#plan.customers;
      yield conversionRowOf(conversionOf(occurrence), { ...this.#placeOf(occurrence), isFirst });
    }
  }

  *refunds(order: RowOrder): Generator<RefundRow> {
    for (const occurrence of this.#inOrder('conversions', order)) {
      const refund = refundOf(occurrence);
      if (refund === null) continue;
      const { place, time, amount } = refund;
      const id = `ref_${String(place).padStart(26, '0')}`;
      yield refundRowOf(
        { key: place + 1, id, amount, occurredTime: time, createdTime: time, actor: fillActor },
        { ...this.#placeOf(occurrence), conversionKey: occurrence.place + 1 },
      );
    }
  }

  *#inOrder(course: keyof MoneyCourses, order: RowOrder): Generator<Occurrence> {
    if (order === 'by-time') {
      yield* this.#courses[course].byTime();
      return;
    }
    for (let customer = 0; customer < this.#plan.customers; customer++) {
      yield* this.#courses[course].of(customer);
    }
  }

  #placeOf({ customer }: Occurrence) {
    return { organizationId: this.#organizationId, customerId: this.customerId(customer), actorId };
  }

  #touchOf(occurrence: Occurrence): Touch {
    const { place, time } = occurrence;
    return {
      key: place + 1,
      occurredTime: time,
      recordedTime: time,
      origin: 'api',
      actor: fillActor,
      leadSource: this.leadSource(occurrence),
    };
  }

  /** The customer after everything it did. */
  #customerOf(customer: number): Customer {
    const touches = this.#courses.touches.of(customer).map((touch) => this.#touchOf(touch));
    const times = this.#courses.conversions.of(customer).map(({ time }) => time);
    const [original, current] = [touches[0], touches.at(-1)];
    const [first, latest] = [times[0], times.at(-1)];
    if (original === undefined || current === undefined || first === undefined || latest === undefined) {
      throw new RangeError('A customer did nothing.');
    }
    // A customer who buys before any touch is created by the purchase.
    const isEarlier = first < original.occurredTime;
    const revision = touches.length + (isEarlier ? 1 : 0);
    return {
      id: this.customerId(customer),
      websiteId: null,
      customFields: {},
      revision,
      createdTime: Math.min(first, original.occurredTime),
      updatedTime: current.occurredTime,
      leadSourceRevision: touches.length,
      conversionTimes: { first, latest },
      leadSource: {
        original,
        current,
        latestOccurredTime: current.occurredTime,
        createdTime: original.occurredTime,
        updatedTime: current.occurredTime,
      },
    };
  }
}

export function conversionOf(occurrence: Occurrence): Conversion {
  const { place, time } = occurrence;
  const refund = refundOf(occurrence);
  return {
    key: place + 1,
    id: `cnv_${String(place).padStart(26, '0')}`,
    occurredTime: time,
    createdTime: time,
    updatedTime: refund?.time ?? time,
    type: null,
    amount: amountAt(place),
    currency,
    refundedAmount: refund?.amount ?? 0,
    orderId: null,
    metadata: {},
    actor: fillActor,
  };
}
