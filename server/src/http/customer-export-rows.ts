import { type HeldKind, type HeldType, heldColumns } from '../domain/customer-export.ts';
import { cleanFraction } from '../domain/fraction-sums.ts';
import { currencyDigits, formatAmount } from '../domain/money.ts';
import { parseKeptJson } from '../domain/strict-json.ts';
import { formatInstant } from '../domain/time.ts';
import { touchId, touchOrigins } from '../domain/touch.ts';
import type { HeldRow } from '../storage/store.ts';
import { nested } from './dotted-members.ts';

type Cell = string | number;
type Show = (cell: Cell, row: HeldRow, name: string) => unknown;

/** How a cell of each type is shown if it is not null. */
const shows: Readonly<Record<HeldType, Show>> = {
  text: (cell) => cell,
  integer: (cell) => cell,
  number: (cell) => cell,
  fraction: (cell) => cleanFraction(Number(cell)),
  time: (cell) => formatInstant(Number(cell)),
  flag: (cell) => cell === 1,
  json: (cell) => parseKeptJson(String(cell)),
  origin: (cell) => touchOrigins[Number(cell)],
  touch: (cell, row, name) => touchIdOf(Number(cell), row[`${name}.given`]),
  amount: (cell, row) => formatAmount(BigInt(cell), currencyDigits(String(row['currency'])) ?? 0),
};

/** A row as an export shows it. */
export function heldDocument(kind: HeldKind, row: HeldRow): object {
  return nested(
    Object.entries(heldColumns[kind]).map(([name, type]) => {
      const cell = row[name];
      if (cell === undefined) throw new Error(`A row of ${kind} lacks ${name}.`);
      return [name, cell === null ? null : shows[type](cell, row, name)] as const;
    }),
  );
}

/** Null for key 0, which stands for no touch. */
function touchIdOf(key: number, givenId: Cell | null | undefined): string | null {
  return key === 0 ? null : touchId({ touch: { key }, givenId: givenId == null ? null : String(givenId) });
}
