import type { CreditMeasures, CreditSums } from './credit-sum.ts';
import { FractionSums } from './fraction-sums.ts';
import { plus, type Whole } from './whole.ts';

/** What a row of a report says, by each model. */
export interface ReportCredit {
  readonly measures: readonly CreditMeasures[];
  readonly spend: bigint;
}

/** Adds up one row of a report. In place, since thousands of sums pass through here for each model. */
export class CreditAdding {
  readonly #modelCount: number;
  /** Conversions of each model, then new customers of each. */
  readonly #fractions: FractionSums;
  readonly #revenue: Whole[];
  readonly #refunds: Whole[];
  #spend = 0n;

  constructor(modelCount: number) {
    this.#modelCount = modelCount;
    this.#fractions = new FractionSums(2 * modelCount);
    this.#revenue = Array<Whole>(modelCount).fill(0);
    this.#refunds = Array<Whole>(modelCount).fill(0);
  }

  /** Adds the sum at this index. */
  addSum({ modelCount, conversions, newCustomers, revenue, refunds }: CreditSums, place: number): void {
    const start = place * modelCount;
    for (let model = 0; model < modelCount; model++) {
      const at = start + model;
      this.#add(model, conversions[at] ?? 0, newCustomers[at] ?? 0, revenue[at] ?? 0, refunds[at] ?? 0);
    }
  }

  addCredit({ measures, spend }: ReportCredit): void {
    for (const [model, { conversions, newCustomers, revenue, refunds }] of measures.entries()) {
      this.#add(model, conversions, newCustomers, revenue, refunds);
    }
    this.#spend += spend;
  }

  addSpend(amount: bigint): void {
    this.#spend += amount;
  }

  get credit(): ReportCredit {
    const measures = this.#revenue.map(
      (revenue, model): CreditMeasures => ({
        conversions: this.#fractions.at(model),
        newCustomers: this.#fractions.at(this.#modelCount + model),
        revenue: BigInt(revenue),
        refunds: BigInt(this.#refunds[model] ?? 0),
      }),
    );
    return { measures, spend: this.#spend };
  }

  #add(model: number, conversions: number, newCustomers: number, revenue: Whole, refunds: Whole): void {
    this.#fractions.add(model, conversions);
    this.#fractions.add(this.#modelCount + model, newCustomers);
    this.#revenue[model] = plus(this.#revenue[model] ?? 0, revenue);
    this.#refunds[model] = plus(this.#refunds[model] ?? 0, refunds);
  }
}
