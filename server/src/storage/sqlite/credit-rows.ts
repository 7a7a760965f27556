import type { CreditRows } from '../credit.ts';
import { creditColumns } from '../money-columns.ts';
import type { CreditRow } from '../money-schema.ts';
import { creditWrites } from '../queries/credit.ts';
import type { DeltasByPeriod, RollUps } from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { OpenSums } from './open-sums.ts';
import { RollUpWriter } from './roll-up.ts';
import { type Cells, placesOf, RowAdding } from './row-adding.ts';

/** Adds and removes rows of credits and adds to their sums, inside a transaction. */
export class CreditRowWriter {
  readonly #openSums: OpenSums;
  readonly #rollUps: RollUpWriter;
  readonly #credits: RowAdding<CreditRow>;
  readonly #statements: PreparedQueries<typeof statements>;

  constructor(connection: Connection, openSums: OpenSums) {
    this.#openSums = openSums;
    this.#rollUps = new RollUpWriter(connection);
    this.#credits = new RowAdding<CreditRow>(connection, {
      statement: (rows) => query.insertInto('credits').values(placesOf(creditColumns, rows)),
      append: appendCredit,
    });
    this.#statements = connection.prepareAll(statements);
  }

  remove({ credits, refundCredits }: CreditRows): void {
    for (const row of credits) this.#statements().removeCredit.run({ ...row });
    for (const row of refundCredits) this.#statements().removeRefundCredit.run({ ...row });
  }

  add({ credits, refundCredits }: CreditRows): void {
    this.#credits.add(credits);
    for (const row of refundCredits) this.#statements().addRefundCredit.run({ ...row });
  }

  rollUp(organizationId: number, rollUps: RollUps): void {
    this.addSums(organizationId, rollUps.deltas);
    this.#openSums.add(organizationId, rollUps.leftOut);
  }

  addSums(organizationId: number, deltas: DeltasByPeriod): void {
    this.#rollUps.add(organizationId, deltas);
  }
}

/** In the order of `creditColumns`, written out: looking members up by name would cost more than all the rest. */
function appendCredit(cells: Cells, row: CreditRow): void {
  cells.push(
    row.organization_id,
    row.settings_version,
    row.conversion_key,
    row.touch_key,
    row.tuple_id,
    row.weight_first,
    row.weight_last,
    row.weight_last_non_direct,
    row.weight_linear,
    row.weight_position_based,
    row.weight_time_decay,
    row.amount_first,
    row.amount_last,
    row.amount_last_non_direct,
    row.amount_linear,
    row.amount_position_based,
    row.amount_time_decay,
  );
}

function statements() {
  const { removeCredit, addRefundCredit, removeRefundCredit } = creditWrites(query);
  return { removeCredit, addRefundCredit, removeRefundCredit };
}
