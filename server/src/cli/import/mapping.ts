import { UsageError } from '../faults.ts';
import { type ImportKind, importFields } from './kind.ts';
import type { Preset } from './presets.ts';
import type { TimeForm, ZoneOfWall } from './written-time.ts';

/** How the records of a file become what is sent. */
export interface Mapping {
  readonly kind: ImportKind;
  /** A record becomes a row for each, unless it lacks what that one needs. */
  readonly rows: readonly RowMapping[];
  readonly times: TimeForm | null;
  readonly zone: ZoneOfWall;
  readonly decimalComma: boolean;
  readonly only: { readonly columns: readonly string[]; readonly texts: ReadonlySet<string> } | null;
}

export interface RowMapping {
  /** For each field, the columns that may have it, the first with something in it first. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly constants: ReadonlyMap<string, string>;
  readonly needs: readonly string[];
}

export interface MappingRequest {
  readonly kind: ImportKind;
  readonly preset: Preset | null;
  /** Fields by columns, from the operator. */
  readonly given: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, string>;
  readonly times: TimeForm | null;
  readonly zone: ZoneOfWall;
  readonly decimalComma: boolean;
  /** The file's; null where each record may have its own. */
  readonly columns: readonly string[] | null;
}

/**
 * The mapping that is asked for: that of the preset, or columns called like fields, and over it what the operator gave.
 * Fails with a plain line where it names what is not there, or leaves a field without a column that must have one.
 */
export function mappingOf(request: MappingRequest): Mapping {
  const { kind, preset, times, zone, decimalComma } = request;
  const resolve = resolver(request.columns);
  requireKnown(request);
  const basis = preset?.rows ?? [{ columns: columnsOfOurOwn(kind) }];
  const rows = basis.map((row): RowMapping => {
    const columns = new Map<string, readonly string[]>();
    for (const [field, names] of Object.entries(row.columns)) columns.set(field, names.flatMap(resolve));
    for (const [column, field] of request.given) columns.set(field, [column]);
    const presetConstants = 'constants' in row ? Object.entries(row.constants ?? {}) : [];
    const constants = new Map([...presetConstants, ...request.constants]);
    const needs = 'needs' in row ? (row.needs ?? []).flatMap(resolve) : [];
    return { columns, constants, needs };
  });
  const wanted = rows.filter((row, place) => !lacksItsNeeds(row, basis[place]));
  for (const row of wanted) requireComplete(request, row);
  const only = preset?.only;
  return {
    kind,
    rows: wanted,
    times: times ?? preset?.times ?? null,
    zone,
    decimalComma,
    only: only === undefined ? null : { columns: only.columns.flatMap(resolve), texts: new Set(only.texts) },
  };
}

/** A table without any of the columns that a row needs never has that row. */
function lacksItsNeeds(row: RowMapping, basis: { readonly needs?: readonly string[] } | undefined): boolean {
  return basis?.needs !== undefined && row.needs.length === 0;
}

function columnsOfOurOwn(kind: ImportKind): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.keys(importFields[kind]).map((field) => [field, [field]]));
}

/** Finds the columns that a name stands for, whatever its case, spaces and punctuation; any where records have their own. */
function resolver(columns: readonly string[] | null): (name: string) => readonly string[] {
  if (columns === null) return (name) => [name];
  const byPlainName = new Map(columns.map((column) => [plain(column), column]));
  return (name) => {
    const column = byPlainName.get(plain(name));
    return column === undefined ? [] : [column];
  };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function requireKnown({ kind, given, constants, columns }: MappingRequest): void {
  const fields = Object.keys(importFields[kind]);
  for (const field of [...given.values(), ...constants.keys()]) {
    if (!fields.includes(field)) {
      throw new UsageError(
        `There is no field ${JSON.stringify(field)} in ${kind}, only ${fields.join(', ')}.`,
      );
    }
  }
  for (const column of given.keys()) {
    if (columns === null || columns.includes(column)) continue;
    throw new UsageError(`There is no column ${JSON.stringify(column)}. ${listed(columns)}`);
  }
}

function requireComplete({ kind, columns }: MappingRequest, row: RowMapping): void {
  if (columns === null) return;
  const missing = Object.entries(importFields[kind])
    .filter(([field, { isRequired }]) => isRequired && !hasSource(row, field))
    .map(([field]) => field);
  if (missing.length === 0) return;
  const example = `--map ${JSON.stringify(`${columns[0] ?? 'column'}=${missing[0]}`)}`;
  throw new UsageError(`No column gives ${missing.join(', ')}: ${example} names one. ${listed(columns)}`);
}

function hasSource({ columns, constants }: RowMapping, field: string): boolean {
  return constants.has(field) || (columns.get(field)?.length ?? 0) > 0;
}

const listedColumns = 30;

function listed(columns: readonly string[]): string {
  const names = columns.slice(0, listedColumns).map((column) => JSON.stringify(column));
  const more = columns.length > listedColumns ? ` and ${columns.length - listedColumns} more` : '';
  return `The file has the columns ${names.join(', ')}${more}.`;
}
