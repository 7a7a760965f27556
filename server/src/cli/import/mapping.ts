import { leadSourceFields } from '../../domain/lead-source.ts';
import { UsageError } from '../faults.ts';
import { type ImportKind, importFields } from './kind.ts';
import type { PresetRow, RowPart, TextsOfColumns } from './preset-row.ts';
import type { Preset } from './presets.ts';
import type { TimeForm, ZoneOfWall } from './written-time.ts';

/** How the records of a file become rows to send. */
export interface Mapping {
  readonly kind: ImportKind;
  /** A record becomes a row by each of these, unless it lacks what that one needs. */
  readonly rows: readonly RowMapping[];
  readonly times: TimeForm | null;
  readonly zone: ZoneOfWall;
  readonly decimalComma: boolean;
  /** Which records are imported; null for all. */
  readonly only: TextsIn | null;
  /** Texts that mean as little as an empty cell. A list, since a set would hash every cell of a file. */
  readonly unknowns: readonly string[];
}

export interface FieldSources {
  /** For each field, the columns that may hold it: the first that has a value counts. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly constants: ReadonlyMap<string, string>;
}

export interface RowMapping extends FieldSources {
  readonly needs: readonly string[];
  /** Sources that replace the row's own, by the plain form of the text in a column; null if there are none. */
  readonly cases: {
    readonly columns: readonly string[];
    readonly byText: ReadonlyMap<string, FieldSources>;
  } | null;
  /** What is subtracted from the amount, and which records have to state it; null if nothing is. */
  readonly deduction: { readonly columns: readonly string[]; readonly requiredBy: TextsIn } | null;
}

/** Looks for texts in the first of the columns that has a value, in lower case. */
export interface TextsIn {
  readonly columns: readonly string[];
  readonly texts: ReadonlySet<string>;
}

export interface MappingRequest {
  readonly kind: ImportKind;
  readonly preset: Preset | null;
  /** Fields by column, as given by the operator. */
  readonly given: ReadonlyMap<string, string>;
  readonly constants: ReadonlyMap<string, string>;
  readonly times: TimeForm | null;
  readonly zone: ZoneOfWall;
  readonly decimalComma: boolean;
  /** The columns of the file; null if each record may have its own. */
  readonly columns: readonly string[] | null;
}

/**
 * The mapping that is asked for: the preset's, or columns named like fields, overridden by what the operator gave. Fails with a
 * plain sentence if it names what does not exist, or leaves a required field without a column.
 */
export function mappingOf(request: MappingRequest): Mapping {
  const { kind, preset, times, zone, decimalComma } = request;
  const resolve = resolver(request.columns);
  requireKnown(request);
  const basis: readonly PresetRow[] = preset?.rows ?? [{ columns: columnsOfOurOwn(kind) }];
  const rows = basis.flatMap((row) => rowMappings(row, request, resolve));
  if (rows.length === 0) {
    throw new UsageError(
      `No column says where a customer came from, as the preset expects. ${listed(request.columns ?? [])}`,
    );
  }
  for (const row of rows) requireComplete(request, row);
  return {
    kind,
    rows,
    times: times ?? preset?.times ?? null,
    zone,
    decimalComma,
    only: preset?.only === undefined ? null : textsIn(preset.only, resolve),
    unknowns: preset?.unknowns ?? [],
  };
}

/** A table without any of the columns that a row needs never yields that row. */
function rowMappings(row: PresetRow, request: MappingRequest, resolve: Resolve): readonly RowMapping[] {
  const { needs, needsLeadSource, cases, deduction } = row;
  const parts = (cases?.byText ?? []).map(([text, part]) => {
    return [plain(text), sourcesOf(together(row, part), request, resolve)] as const;
  });
  const otherwise = sourcesOf(together(row, cases?.otherwise ?? { columns: {} }), request, resolve);
  const needed = [
    ...(needs ?? []).flatMap(resolve),
    ...(needsLeadSource ? leadSourceFields.flatMap((field) => otherwise.columns.get(field) ?? []) : []),
  ];
  if (needed.length === 0 && (needs !== undefined || needsLeadSource)) return [];
  const mapping: RowMapping = {
    ...otherwise,
    needs: needed,
    cases: cases === undefined ? null : { columns: cases.columns.flatMap(resolve), byText: new Map(parts) },
    deduction:
      deduction === undefined
        ? null
        : {
            columns: deduction.columns.flatMap(resolve),
            requiredBy: textsIn(deduction.requiredBy, resolve),
          },
  };
  return [mapping];
}

function together(one: RowPart, other: RowPart): RowPart {
  return {
    columns: { ...one.columns, ...other.columns },
    constants: { ...one.constants, ...other.constants },
  };
}

/** What the preset says, overridden by what the operator says. */
function sourcesOf(
  { columns, constants = {} }: RowPart,
  request: MappingRequest,
  resolve: Resolve,
): FieldSources {
  const byField = new Map<string, readonly string[]>();
  const told = new Set(request.given.values());
  for (const [field, names] of Object.entries(columns)) {
    if (!told.has(field)) byField.set(field, names.flatMap(resolve));
  }
  for (const [column, field] of request.given) byField.set(field, [column]);
  return { columns: byField, constants: new Map([...Object.entries(constants), ...request.constants]) };
}

function textsIn({ columns, texts }: TextsOfColumns, resolve: Resolve): TextsIn {
  return { columns: columns.flatMap(resolve), texts: new Set(texts) };
}

function columnsOfOurOwn(kind: ImportKind): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.keys(importFields[kind]).map((field) => [field, [field]]));
}

type Resolve = (name: string) => readonly string[];

/**
 * Finds the column that a name stands for, ignoring case, spaces and punctuation. If records have columns of their own, any name
 * will do.
 */
function resolver(columns: readonly string[] | null): Resolve {
  if (columns === null) return (name) => [name];
  const byPlainName = Map.groupBy(columns, plain);
  return (name) => {
    const [column, other] = byPlainName.get(plain(name)) ?? [];
    if (other === undefined) return column === undefined ? [] : [column];
    const both = [column, other].map((each) => JSON.stringify(each)).join(' and ');
    throw new UsageError(`The columns ${both} have the same name: --map says which fills which field.`);
  };
}

/** A name, or a text that serves as one, without the case, spaces and punctuation in which exports differ. */
export function plain(name: string): string {
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
  throw new UsageError(`No column fills ${missing.join(', ')}: ${example} names one. ${listed(columns)}`);
}

function hasSource({ columns, constants }: RowMapping, field: string): boolean {
  return constants.has(field) || (columns.get(field)?.length ?? 0) > 0;
}

/** What a file of rejected records has before the cells of the record. */
const columnsOfRejections = ['line', 'reason'];

/** A sentence about the columns of a file that fill no field; null if there are none. A preset leaves some out on purpose. */
export function sentenceAboutUnused({ preset, columns }: MappingRequest, { rows }: Mapping): string | null {
  if (preset !== null || columns === null) return null;
  const used = new Set(rows.flatMap((row) => [...row.columns.values()].flat()));
  const unused = columns.filter((column) => !used.has(column) && !columnsOfRejections.includes(column));
  const [first] = unused;
  if (first === undefined) return null;
  const example = `--map ${JSON.stringify(`${first}=FIELD`)} uses one`;
  return `Columns that fill no field: ${named(unused)}. ${example}.`;
}

function listed(columns: readonly string[]): string {
  return `The file has the columns ${named(columns)}.`;
}

const namedColumns = 30;

function named(columns: readonly string[]): string {
  const names = columns.slice(0, namedColumns).map((column) => JSON.stringify(column));
  const more = columns.length > namedColumns ? ` and ${columns.length - namedColumns} more` : '';
  return `${names.join(', ')}${more}`;
}
