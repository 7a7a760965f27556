import { type OwnAttributionSettings, wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import type { Amounts, CreditQuestion, CreditSums } from '../../domain/credit-sum.ts';
import { FractionSums } from '../../domain/fraction-sums.ts';
import type { WithPauses } from '../../domain/pauses.ts';
import { plus, type Whole, wholeOf } from '../../domain/whole.ts';
import type { CreditsInForce, SpendSum } from '../ports/report.ts';
import { columnsOf } from '../queries/credit-sum.ts';
import type { SpendSumRow } from '../queries/report.ts';

/** Numbers, or integers of any size as decimal text; null where nothing was added up. */
export type Cells = ArrayLike<number | bigint | string | null>;

/** The result of a query by columns; `bucketOf` translates the number in its `bucket` column. */
export interface CreditSumAnswer {
  readonly columns: ReadonlyMap<string, Cells>;
  readonly bucketOf: (number: number) => number;
}

/** Adds up the rows of several queries by bucket and group, model by model. */
export function* creditSumsOf(
  question: CreditQuestion,
  answers: readonly CreditSumAnswer[],
): WithPauses<CreditSums> {
  const models = columnsOf(question);
  const places = new Places();
  const room =
    models.length * answers.reduce((sum, { columns }) => sum + cellsOf(columns, 'bucket').length, 0);
  const [conversions, newCustomers] = [new FractionSums(room), new FractionSums(room)];
  const [revenue, refunds] = [new AmountSums(room), new AmountSums(room)];
  for (const { columns, bucketOf } of answers) {
    const groups = cellsOf(columns, 'group_number');
    const starts = Array.from(
      cellsOf(columns, 'bucket'),
      (bucket, row) => places.of(bucketOf(Number(bucket)), Number(groups[row])) * models.length,
    );
    for (const [model, column] of models.entries()) {
      const added = (measure: string): AddedCells => {
        return { cells: cellsOf(columns, `${measure}_${column}`), starts, model };
      };
      addFractions(conversions, added('conversions'));
      addFractions(newCustomers, added('new_customers'));
      addAmounts(revenue, added('revenue'));
      addAmounts(refunds, added('refunds'));
      yield;
    }
  }
  const { buckets, groups } = places;
  const end = models.length * groups.length;
  return {
    modelCount: models.length,
    buckets,
    groups,
    conversions: conversions.first(end),
    newCustomers: newCustomers.first(end),
    revenue: revenue.first(end),
    refunds: refunds.first(end),
  };
}

/** A column that a query does not select adds nothing. */
function cellsOf(columns: CreditSumAnswer['columns'], name: string): Cells {
  return columns.get(name) ?? [];
}

/** Assigns each pair of bucket and group its place among the sums. */
class Places {
  readonly buckets: number[] = [];
  readonly groups: number[] = [];
  readonly #known = new Map<number, Map<number, number>>();

  of(bucket: number, group: number): number {
    const ofBucket = this.#known.get(bucket) ?? new Map<number, number>();
    const known = ofBucket.get(group);
    if (known !== undefined) return known;
    const place = this.groups.push(group) - 1;
    this.buckets.push(bucket);
    this.#known.set(bucket, ofBucket.set(group, place));
    return place;
  }
}

/** The cells of one column. `starts` says where the measures of each row's sum begin; `model` is the offset among them. */
interface AddedCells {
  readonly cells: Cells;
  readonly starts: readonly number[];
  readonly model: number;
}

function addFractions(to: FractionSums, { cells, starts, model }: AddedCells): void {
  for (let row = 0; row < cells.length; row++) to.add((starts[row] ?? 0) + model, Number(cells[row] ?? 0));
}

function addAmounts(to: AmountSums, { cells, starts, model }: AddedCells): void {
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] ?? 0;
    to.add((starts[row] ?? 0) + model, typeof cell === 'number' ? cell : wholeOf(cell));
  }
}

/** Sums of amounts, held as numbers while these are exact: a typed array is passed between threads in one piece. */
class AmountSums {
  #sums: Float64Array | Whole[];

  constructor(room: number) {
    this.#sums = new Float64Array(room);
  }

  add(at: number, amount: Whole): void {
    const sum = plus(this.#sums[at] ?? 0, amount);
    if (this.#sums instanceof Float64Array) {
      if (typeof sum === 'number') {
        this.#sums[at] = sum;
        return;
      }
      this.#sums = Array.from<Whole>(this.#sums);
    }
    this.#sums[at] = sum;
  }

  first(count: number): Amounts {
    return this.#sums instanceof Float64Array ? this.#sums.subarray(0, count) : this.#sums.slice(0, count);
  }
}

/** Without a live version the first one is in force, by default settings. */
export function creditsInForceOf(
  row: { readonly settings_version: number; readonly content: string | null } | undefined,
): CreditsInForce {
  const { settings_version: settingsVersion, content } = row ?? { settings_version: 1, content: null };
  const own = content === null ? null : (JSON.parse(content) as OwnAttributionSettings);
  return { settingsVersion, settings: wholeAttributionSettings(own) };
}

export function spendSumOf(row: SpendSumRow): SpendSum {
  const { sub_affiliate: subAffiliate, sales_agent: salesAgent, amount, ...same } = row;
  return { ...same, subAffiliate, salesAgent, amount: BigInt(amount) };
}
