import { readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, ProblemError } from '@leadsource/client';
import { ulid } from '../../domain/identifier.ts';
import type { AccessOptions } from '../access-options.ts';
import { jsonText } from '../document.ts';
import { Incomplete, UsageError } from '../faults.ts';
import { counted, grouped, type Progress, progressFor } from '../progress.ts';
import { callerDigest, clientFor, explainRefusal, urlIn } from '../service-access.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Checkpoint, type ImportCounts, identityOf } from './checkpoint.ts';
import type { ImportKind } from './kind.ts';
import { type Mapping, type MappingRequest, mappingOf, sentenceAboutUnused } from './mapping.ts';
import { forgetting, type Memory, remembering } from './memory.ts';
import { type FileOptions, type OpenedFile, openFile } from './opened-file.ts';
import { patienceOf } from './patience.ts';
import { type Preset, type PresetName, presets } from './presets.ts';
import { type Rejections, rejectionsIn, removeRejections } from './rejections.ts';
import { type ImportRun, type Reached, runImport } from './run.ts';
import { faultsWithoutService, rowFaults, sendRows } from './sending.ts';
import { type TimeForm, zoneOfWall } from './written-time.ts';

export interface ImportOptions extends AccessOptions, Partial<FileOptions> {
  readonly kind?: ImportKind;
  readonly preset?: PresetName;
  readonly map?: ReadonlyMap<string, string>;
  readonly set?: ReadonlyMap<string, string>;
  readonly mapping?: string;
  readonly times?: TimeForm;
  readonly timezone?: string;
  readonly decimalComma?: true;
  readonly dryRun?: true;
  readonly rejected?: string;
  readonly equalRows: 'same' | 'apart';
  readonly announce?: true;
  readonly restart?: true;
  readonly json?: true;
}

/** Executes `leadsource import`. Fails with `Incomplete` if some records were rejected. */
export async function executeImport(
  surroundings: Surroundings,
  path: string,
  options: ImportOptions,
): Promise<void> {
  const { encoding = null, format = null, delimiter = null } = options;
  const file = await openFile(path, { encoding, format, delimiter });
  const request = mappingRequest(file, options);
  const mapping = mappingOf(request);
  const client = options.dryRun === true ? null : patientClient(surroundings, options);
  const rejectedPath = options.rejected ?? `${path}.rejected`;
  requireAnother(path, rejectedPath);
  const unused = sentenceAboutUnused(request, mapping);
  if (unused !== null) surroundings.err(`${unused}\n`);
  const explained = (error: unknown): never => {
    throw explainRefusal(error, options.url ?? urlIn(surroundings.environment));
  };
  const reading = { file, mapping, rejectedPath };
  const memory =
    client === null ? forgetting() : await memoryOf(client, surroundings, reading, options).catch(explained);
  const { begun } = memory;
  // The service may run on this machine, and others wait for it.
  if (client !== null) surroundings.giveWay?.();
  using rejections = rejectionsIn(rejectedPath, file, begun.rejectedBytes);
  using progress = await progressFor(surroundings, options.json === true);
  const run = {
    ...{ file, mapping, rejections, send: senderFor(client, mapping.kind, memory.importId, options) },
    equalRowsAreOne: options.equalRows === 'same',
    faultsOf:
      client === null ? faultsWithoutService(mapping.kind, surroundings.now) : rowFaults[mapping.kind],
    begun: { lines: begun.lines, counts: begun.counts, bytes: 0 },
    onReached: onReached(file, rejections, progress, memory.keep),
  } satisfies ImportRun;
  const counts = await runImport(run).catch(explained);
  progress[Symbol.dispose]();
  memory.forget();
  report(surroundings, options, { counts, kind: mapping.kind, importId: memory.importId, rejectedPath });
  // A dry run knows nothing of what only the service refuses.
  if (client !== null && counts.rejected === 0) removeRejections(rejectedPath);
  if (counts.rejected > 0) throw new Incomplete();
}

function patientClient(surroundings: Surroundings, options: ImportOptions): Client {
  const tell = (line: string) => surroundings.err(`${line}\n`);
  const patience = patienceOf(tell, (time, signal) => pause(time, undefined, { signal }));
  return clientFor(surroundings, options, patience);
}

/** Otherwise, rejected records would overwrite what is yet to be read. */
function requireAnother(path: string, rejectedPath: string): void {
  const [read, written] = [path, rejectedPath].map((each) => statSync(each, { throwIfNoEntry: false }));
  if (read === undefined || written === undefined) return;
  if (read.dev !== written.dev || read.ino !== written.ino) return;
  throw new UsageError('--rejected names the file that is read: name another.');
}

/** A file, how it is read, and where rejected records go. */
interface Reading {
  readonly file: OpenedFile;
  readonly mapping: Mapping;
  readonly rejectedPath: string;
}

function mappingRequest({ header }: OpenedFile, options: ImportOptions): MappingRequest {
  const { times = null, timezone = 'UTC', decimalComma } = options;
  const preset: Preset | null = options.preset === undefined ? null : presets[options.preset];
  if (preset !== null && options.kind !== undefined && options.kind !== preset.kind) {
    throw new UsageError(`The preset ${options.preset} has ${preset.kind}, not ${options.kind}.`);
  }
  const more = options.mapping === undefined ? { map: {}, set: {} } : readMapping(options.mapping);
  return {
    kind: preset?.kind ?? options.kind ?? 'touches',
    preset,
    given: new Map([...Object.entries(more.map), ...(options.map ?? [])]),
    constants: new Map([...Object.entries(more.set), ...(options.set ?? [])]),
    times,
    zone: zoneOfWall(timezone),
    decimalComma: decimalComma === true,
    columns: header?.columns ?? null,
  };
}

type Texts = Readonly<Record<string, string>>;

function readMapping(path: string): { readonly map: Texts; readonly set: Texts } {
  const wrong = new UsageError(
    `${path} is not a JSON object {"map": {column: field}, "set": {field: value}}.`,
  );
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse(readFileSync(path, 'utf8').replace(/^\ufeff/, ''));
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

/** Remembers, from run to run, how far the import in the service is. */
function memoryOf(
  client: Client,
  surroundings: Surroundings,
  { file, mapping, rejectedPath }: Reading,
  options: ImportOptions,
): Promise<Memory> {
  const { timezone = 'UTC', equalRows } = options;
  const { now, random, environment, err } = surroundings;
  const caller = callerDigest(surroundings, options);
  const identity = identityOf(file.path, [
    ...[options.url ?? urlIn(environment), caller, file.header, file.options.encoding],
    ...[mapping, timezone, equalRows, rejectedPath],
  ]);
  return remembering({
    ...{ path: `${file.path}.importing`, identity, kind: mapping.kind, rejectedPath },
    newImportId: () => `imp_${ulid(now(), random(16))}`,
    isRestart: options.restart === true,
    isKept: (checkpoint) => isKept(client, checkpoint),
    tell: (line) => err(`${line}\n`),
  });
}

/** Whether the service has what an earlier run claims to have brought. If the key may not ask, the claim is trusted. */
async function isKept(client: Client, { kind, importId, counts }: Checkpoint): Promise<boolean> {
  if (kind !== 'touches') return true;
  try {
    const { status, addedTouches } = await client.getImport({ id: importId });
    return status === 'open' && addedTouches >= counts.added;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.status === 404) return false;
    if (error.status === 403) return true;
    throw error;
  }
}

function senderFor(
  client: Client | null,
  kind: ImportKind,
  importId: string | null,
  { announce }: ImportOptions,
): ImportRun['send'] {
  if (client === null || importId === null) return null;
  const announces = announce === true;
  const wait = (time: number) => pause(time);
  return ({ lines, firstLines, generatedIds }) =>
    sendRows(client, lines, { kind, importId, announces, generatedIds, firstLines, wait });
}

/** Saves how far the import is, and shows it. The total of rows is estimated from how much of the file has been read. */
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
  // The service does not tell whether a row of spend took another's place.
  const done = kind === 'spend' ? 'added or replaced' : 'added';
  const parts = [
    `${counted(added, 'row')} ${dryRun === true ? 'would be sent' : done}`,
    ...(known > 0 ? [`${grouped(known)} already there`] : []),
    ...(passedOver > 0 ? [`${counted(passedOver, 'record')} skipped`] : []),
    ...(rejected > 0 ? [`${counted(rejected, 'record')} rejected`] : []),
  ];
  out(`${parts.join(', ')}.\n`);
  if (rejectedFile !== null) err(`Rejected records, with reasons, are in ${rejectedFile}.\n`);
  // Other kinds do not belong to an import yet.
  if (kind === 'touches' && importId !== null && added > 0) err(`The import is ${importId}.\n`);
}
