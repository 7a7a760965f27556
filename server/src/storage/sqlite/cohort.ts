import { type Compilable, type RawBuilder, sql } from 'kysely';
import { attributionModels } from '../../domain/attribution-models.ts';
import { ungrouped } from '../../domain/credit-sum.ts';
import { leadingCount } from '../../domain/leading-count.ts';
import type { Cohorts } from '../../domain/published-report.ts';
import type { Instant } from '../../domain/time.ts';
import { plus, type Whole } from '../../domain/whole.ts';
import { modelColumns } from '../money-schema.ts';
import { groupOf } from '../paths.ts';
import type { CohortQuestion } from '../ports/report.ts';
import type { ReportDialect } from '../queries/credit-sum.ts';
import { raw } from '../queries/raw.ts';

type Dialect = Pick<ReportDialect, 'query' | 'counted'>;
/** The cells of a row; the tuple is that of the one touch that the conversion is credited to. */
type FirstConversion = readonly [customerId: string, key: number, occurredTime: Instant, tupleId: number];
/** Any conversion, with the key of its customer's first. Amounts are in minor units. */
type Payment = readonly [firstKey: number, occurredTime: Instant, amount: number, refundedAmount: number];

const usualPaymentsAtOnce = 20_000;
/** How many payments of a customer are expected before any were read. */
const usualPaymentsOfCustomer = 200;

/**
 * Sums up what customers paid who first paid in the period, a page of customers after the other: `read` answers with cells. At
 * once it holds all conversions of a page's customers, who are as many as had about so many on the page before, and the sums.
 */
export function gatherCohorts(
  dialect: Dialect,
  organizationId: number,
  question: CohortQuestion,
  read: (asked: Compilable<unknown>) => readonly (readonly unknown[])[],
  paymentsAtOnce = usualPaymentsAtOnce,
): Cohorts {
  const gathering = new Gathering(question);
  let [after, limit] = ['', Math.ceil(paymentsAtOnce / usualPaymentsOfCustomer)];
  for (;;) {
    const asked = firstConversions(dialect, organizationId, question, { after, limit });
    const firsts = read(asked) as unknown as readonly FirstConversion[];
    const to = firsts.at(-1)?.[0];
    if (to === undefined) return gathering.cohorts;
    const payments = read(paymentsOf(dialect, organizationId, question, { after, to }));
    gathering.add(firsts, payments as unknown as readonly Payment[]);
    [after, limit] = [to, Math.ceil((firsts.length * paymentsAtOnce) / Math.max(payments.length, 1))];
  }
}

/** The first conversions of customers after one, by customer. */
export function firstConversions(
  dialect: Dialect,
  organizationId: number,
  question: CohortQuestion,
  { after, limit }: { readonly after: string; readonly limit: number },
): Compilable<unknown> {
  const weight = sql.ref(`k.weight_${modelColumns[attributionModels.indexOf(question.model)]}`);
  return raw(
    dialect.query,
    sql`
      select f.customer_id, f.conversion_key, f.occurred_time, k.tuple_id
      from customers as u cross join conversions as f cross join credits as k
      where ${isFirst(dialect, organizationId, question)} and u.customer_id > ${after}
        and k.organization_id = ${organizationId} and k.settings_version = ${question.settingsVersion}
        and k.conversion_key = f.conversion_key and ${weight} > 0
      order by u.customer_id
      limit ${limit}`,
  );
}

/** All conversions of such customers after one and up to another, in the same order. */
export function paymentsOf(
  dialect: Dialect,
  organizationId: number,
  question: CohortQuestion,
  { after, to }: { readonly after: string; readonly to: string },
): Compilable<unknown> {
  return raw(
    dialect.query,
    sql`
      select f.conversion_key, c.occurred_time, c.amount, c.refunded_amount
      from customers as u cross join conversions as f cross join conversions as c
      where ${isFirst(dialect, organizationId, question)} and u.customer_id > ${after} and u.customer_id <= ${to}
        and ${dialect.counted('c.conversion_key')} and c.organization_id = ${organizationId}
        and c.customer_id = u.customer_id and c.currency = ${question.currency}
        and +c.occurred_time < ${question.spans.at(-1)?.until ?? 0}
      order by u.customer_id`,
  );
}

/**
 * Customers tell when they first paid, and what each paid lies together: by the index of times, each conversion of the period
 * would be looked up on another page.
 */
function isFirst(
  { counted }: Dialect,
  organizationId: number,
  { currency, period }: CohortQuestion,
): RawBuilder<unknown> {
  return sql`
    ${counted('u.created_time')} and u.organization_id = ${organizationId}
      and u.first_conversion_time >= ${period.start} and u.first_conversion_time < ${period.end}
      and ${counted('f.conversion_key')} and f.organization_id = ${organizationId}
      and f.customer_id = u.customer_id and f.is_first = 1 and f.currency = ${currency}`;
}

class Gathering {
  readonly #question: CohortQuestion;
  readonly #groupOf: (tupleId: number) => number | undefined;
  readonly #groups = new Map<number, GroupSums>();

  constructor(question: CohortQuestion) {
    this.#question = question;
    this.#groupOf = groupOf(question.groups);
  }

  /** Takes the first conversions of customers, and all conversions of each of them, in the same order. */
  add(firsts: readonly FirstConversion[], payments: readonly Payment[]): void {
    let place = 0;
    for (const [, firstKey, firstTime, tupleId] of firsts) {
      const sums = this.#sumsOf(this.#groupOf(tupleId) ?? ungrouped(tupleId));
      const cohort = this.#spanAt(firstTime);
      sums.customers += 1;
      for (; payments[place]?.[0] === firstKey; place++) {
        const [, occurredTime, amount, refunded] = payments[place] as Payment;
        sums.add(cohort, this.#spanAt(occurredTime), amount, refunded);
      }
    }
  }

  get cohorts(): Cohorts {
    return {
      sums: [...this.#groups].flatMap(([group, { sums }]) => sums.map((sum) => ({ group, ...sum }))),
      customers: new Map(Array.from(this.#groups, ([group, { customers }]) => [group, customers])),
    };
  }

  /** The number of the span around a moment; the first span begins no later. */
  #spanAt(moment: Instant): number {
    const { spans } = this.#question;
    return spans[leadingCount(spans, ({ from }) => from <= moment) - 1]?.bucket ?? 0;
  }

  #sumsOf(group: number): GroupSums {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const sums = new GroupSums();
    this.#groups.set(group, sums);
    return sums;
  }
}

interface Paid {
  readonly cohort: number;
  readonly bucket: number;
  conversions: number;
  revenue: Whole;
  refunds: Whole;
}

class GroupSums {
  customers = 0;
  /** By cohort, then by bucket. */
  readonly #paid: Paid[][] = [];

  add(cohort: number, bucket: number, amount: number, refunded: number): void {
    const paid = this.#paidIn(cohort, bucket);
    paid.conversions += 1;
    paid.revenue = plus(paid.revenue, amount);
    paid.refunds = plus(paid.refunds, refunded);
  }

  get sums() {
    // Without the places that nobody paid in.
    return this.#paid.flat().map(({ revenue, refunds, ...same }) => {
      return { ...same, revenue: BigInt(revenue), refunds: BigInt(refunds) };
    });
  }

  #paidIn(cohort: number, bucket: number): Paid {
    const row = this.#paid[cohort] ?? [];
    const paid = row[bucket] ?? { cohort, bucket, conversions: 0, revenue: 0, refunds: 0 };
    row[bucket] = paid;
    this.#paid[cohort] = row;
    return paid;
  }
}
