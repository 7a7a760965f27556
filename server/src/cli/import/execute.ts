import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@leadsource/client';
import { ulid } from '../../domain/identifier.ts';
import type { AccessOptions } from '../access-options.ts';
import { jsonText } from '../document.ts';
import { Incomplete, UsageError } from '../faults.ts';
import { grouped, type Progress, progressFor } from '../progress.ts';
import { clientFor, explainRefusal, urlIn } from '../service-access.ts';
import type { Surroundings } from '../surroundings.ts';
import {
  type Checkpoint,
  type ImportCounts,
  identityOf,
  noCounts,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import type { ImportKind } from './kind.ts';
import { type Mapping, mappingOf } from './mapping.ts';
import { type FileOptions, type OpenedFile, openFile } from './opened-file.ts';
import { type Preset, type PresetName, presets } from './presets.ts';
import { type Rejections, rejectionsIn } from './rejections.ts';
import { type ImportRun, type Reached, runImport } from './run.ts';
import { rowFaults, sendRows } from './sending.ts';
import { type TimeForm, type ZoneOfWall, zoneOfWall } from './written-time.ts';

/** For the answer to one call, which keeps thousands of rows. */
const patience = { timeoutMilliseconds: 120_000 };

export interface ImportOptions extends AccessOptions, Partial<FileOptions> {
  readonly kind?: ImportKind;
  readonly preset?: PresetName;
  readonly map?: ReadonlyMap<string, string>;
  readonly set?: ReadonlyMap<string, string>;
  readonly mapping?: string;
  readonly times?: TimeForm;
  readonly timezone?: ZoneOfWall;
  readonly decimalComma?: true;
  readonly dryRun?: true;
  readonly rejected?: string;
  readonly equalRows: 'same' | 'apart';
  readonly announce?: true;
  readonly restart?: true;
  readonly json?: true;
}

/** Does what `leadsource import` is asked for. Fails with `Incomplete` where some records were rejected. */
export async function executeImport(
  surroundings: Surroundings,
  path: string,
  options: ImportOptions,
): Promise<void> {
  const { encoding = null, format = null, delimiter = null } = options;
  const file = await openFile(path, { encoding, format, delimiter });
  const mapping = mappingFor(file, options);
  const client = options.dryRun === true ? null : clientFor(surroundings, options, patience);
  const rejectedPath = options.rejected ?? `${path}.rejected`;
  const memory = client === null ? forgetting() : remembering(surroundings, file, mapping, options);
  const { begun } = memory;
  if (begun.lines > 0)
    surroundings.err(`Going on behind line ${grouped(begun.lines)}, where a run was broken off.\n`);
  // The service may be on this machine, and others wait for it.
  if (client !== null) surroundings.giveWay?.();
  using rejections = rejectionsIn(rejectedPath, file.header, begun.rejectedBytes);
  using progress = await progressFor(surroundings, options.json === true);
  const run = {
    ...{ file, mapping, rejections, send: senderFor(client, mapping.kind, memory.importId, options) },
    equalRowsAreOne: options.equalRows === 'same',
    faultsOf: rowFaults[mapping.kind],
    begun: { lines: begun.lines, counts: begun.counts, bytes: 0 },
    onReached: onReached(file, rejections, progress, memory.keep),
  } satisfies ImportRun;
  const counts = await runImport(run).catch((error) => {
    throw explainRefusal(error, options.url ?? urlIn(surroundings.environment));
  });
  progress[Symbol.dispose]();
  memory.forget();
  report(surroundings, options, { counts, kind: mapping.kind, importId: memory.importId, rejectedPath });
  if (counts.rejected > 0) throw new Incomplete();
}

function mappingFor({ header }: OpenedFile, options: ImportOptions): Mapping {
  const { times = null, timezone = zoneOfWall('UTC'), decimalComma } = options;
  const preset: Preset | null = options.preset === undefined ? null : presets[options.preset];
  if (preset !== null && options.kind !== undefined && options.kind !== preset.kind) {
    throw new UsageError(`The preset ${options.preset} has ${preset.kind}, not ${options.kind}.`);
  }
  const more = options.mapping === undefined ? { map: {}, set: {} } : readMapping(options.mapping);
  return mappingOf({
    kind: preset?.kind ?? options.kind ?? 'touches',
    preset,
    given: new Map([...Object.entries(more.map), ...(options.map ?? [])]),
    constants: new Map([...Object.entries(more.set), ...(options.set ?? [])]),
    times,
    zone: timezone,
    decimalComma: decimalComma === true,
    columns: header?.columns ?? null,
  });
}

type Texts = Readonly<Record<string, string>>;

function readMapping(path: string): { readonly map: Texts; readonly set: Texts } {
  const wrong = new UsageError(`${path} is no JSON object {"map": {column: field}, "set": {field: value}}.`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw error instanceof SyntaxError ? wrong : error;
  }
  const { map = {}, set = {}, ...others } = Object(value) as Readonly<Record<string, unknown>>;
  if (!isTexts(map) || !isTexts(set) || Object.keys(others).length > 0) throw wrong;
  return { map, set };
}

function isTexts(value: unknown): value is Texts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

/** What is known of how far an import is, from run to run. */
interface Memory {
  readonly importId: string | null;
  readonly begun: Pick<Checkpoint, 'lines' | 'counts' | 'rejectedBytes'>;
  readonly keep: (reached: Reached, rejectedBytes: number) => void;
  readonly forget: () => void;
}

const beginning = { lines: 0, counts: noCounts, rejectedBytes: 0 } as const;

function forgetting(): Memory {
  return { importId: null, begun: beginning, keep: () => {}, forget: () => {} };
}

function remembering(
  { now, random, environment }: Surroundings,
  { path }: OpenedFile,
  mapping: Mapping,
  options: ImportOptions,
): Memory {
  const { rows, zone: _zone, ...rest } = mapping;
  const url = options.url ?? urlIn(environment);
  const texts = rows.map(({ columns, constants, needs }) => [[...columns], [...constants], needs]);
  const identity = identityOf(path, [
    url,
    options.equalRows,
    rest.kind,
    rest.times,
    rest.decimalComma,
    texts,
  ]);
  const place = `${path}.importing`;
  const known = options.restart === true ? null : readCheckpoint(place, identity);
  const importId = known?.importId ?? `imp_${ulid(now(), random(16))}`;
  // Before the first row is sent, so that whatever happens all rows belong to one import.
  if (known === null) writeCheckpoint(place, { identity, importId, ...beginning });
  return {
    importId,
    begun: known ?? beginning,
    keep: ({ lines, counts }, rejectedBytes) =>
      writeCheckpoint(place, { identity, importId, lines, counts, rejectedBytes }),
    forget: () => removeCheckpoint(place),
  };
}

function senderFor(
  client: Client | null,
  kind: ImportKind,
  importId: string | null,
  { announce }: ImportOptions,
): ImportRun['send'] {
  if (client === null || importId === null) return null;
  const announces = announce === true;
  return (lines) => sendRows(client, lines, { kind, importId, announces, wait: (time) => pause(time) });
}

/** Keeps how far the import is, and shows it: of how many rows is estimated from how much of the file is read. */
function onReached(
  { bytes: allBytes }: OpenedFile,
  rejections: Rejections,
  progress: Progress,
  keep: Memory['keep'],
): (reached: Reached) => void {
  return (reached) => {
    keep(reached, rejections.flush());
    const { added, known } = reached.counts;
    const done = added + known;
    const total = reached.bytes === 0 ? done : Math.round((done / reached.bytes) * allBytes);
    progress.watch('importing', done, Math.max(done, total));
  };
}

interface Result {
  readonly counts: ImportCounts;
  readonly kind: ImportKind;
  readonly importId: string | null;
  readonly rejectedPath: string;
}

function report(
  { out, err }: Surroundings,
  { json, dryRun }: ImportOptions,
  { counts, kind, importId, rejectedPath }: Result,
): void {
  const rejectedFile = counts.rejected > 0 ? rejectedPath : null;
  if (json === true) {
    out(jsonText({ kind, dryRun: dryRun === true, importId, ...counts, rejectedFile }));
    return;
  }
  const { added, known, rejected, passedOver } = counts;
  const parts = [
    `${grouped(added)} ${dryRun === true ? 'rows would be sent' : 'rows added'}`,
    ...(known > 0 ? [`${grouped(known)} there already`] : []),
    ...(passedOver > 0 ? [`${grouped(passedOver)} records passed over`] : []),
    ...(rejected > 0 ? [`${grouped(rejected)} records rejected`] : []),
  ];
  out(`${parts.join(', ')}.\n`);
  if (rejectedFile !== null) err(`Rejected records, with reasons, are in ${rejectedFile}.\n`);
  // The others belong to none yet.
  if (kind === 'touches' && importId !== null && added > 0) err(`The import is ${importId}.\n`);
}
