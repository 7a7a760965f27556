import { dirname } from 'node:path';

/** What a program asks of the files of a disk. `begun` and `ended` order the two ends of all its calls. */
export type DiskCall = { readonly begun: number; readonly ended: number } & (
  | { readonly kind: 'create' | 'make-directory' | 'remove' | 'sync'; readonly path: string }
  | { readonly kind: 'rename' | 'link'; readonly from: string; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
);

type Entry = 'directory' | FileContent;
/** Path by path what is there from then on; null for nothing. A rename changes two names in one. */
interface NameChange {
  readonly ended: number;
  readonly entries: ReadonlyMap<string, Entry | null>;
}
type ContentChange = Extract<DiskCall, { kind: 'write' | 'truncate' }>;

const sectorBytes = 512;

/**
 * A disk under a directory, and what of it would be left if the power went out: all that was synced, and of the rest any
 * part. Only a sync of a file keeps its content, and only one of a directory keeps the names in it.
 */
export class Disk {
  readonly #root: string;
  readonly #entries = new Map<string, Entry>();
  readonly #kept = new Map<string, Entry>();
  #pending: NameChange[] = [];

  /** `files` are in the root from the start. */
  constructor(root: string, files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#root = root;
    for (const [path, entry] of [[root, 'directory'] as const, ...[...files].map(written)]) {
      this.#entries.set(path, entry);
      this.#kept.set(path, entry);
    }
  }

  run(call: DiskCall): void {
    switch (call.kind) {
      case 'make-directory':
        this.#change(call, [[call.path, 'directory']]);
        return;
      case 'create':
        if (!this.#entries.has(call.path)) this.#change(call, [[call.path, new FileContent()]]);
        return;
      case 'remove':
        this.#change(call, [[call.path, null]]);
        return;
      case 'rename':
      case 'link':
        this.#nameAgain(call);
        return;
      case 'sync':
        if (this.#entries.get(call.path) === 'directory') this.#keepNames(call.path, call.begun);
        else this.#file(call.path).keep(call.begun);
        return;
      default:
        this.#file(call.path).change(call);
    }
  }

  /** The files as the power going out now could leave them. */
  afterPowerCut(random: () => number): ReadonlyMap<string, Uint8Array> {
    const entries = new Map(this.#kept);
    for (const change of partOf(this.#pending, random)) put(entries, change);
    const files = new Map<string, Uint8Array>();
    for (const [path, entry] of entries)
      if (entry !== 'directory' && this.#isReached(entries, dirname(path)))
        files.set(path, entry.afterPowerCut(random));
    return files;
  }

  #isReached(entries: ReadonlyMap<string, Entry>, directory: string): boolean {
    if (entries.get(directory) !== 'directory') return false;
    return directory === this.#root || this.#isReached(entries, dirname(directory));
  }

  #file(path: string): FileContent {
    const entry = this.#entries.get(path);
    if (entry instanceof FileContent) return entry;
    throw new Error(`There is no file ${path}.`);
  }

  #nameAgain({ kind, from, path, ...call }: Extract<DiskCall, { readonly from: string }>): void {
    const named = this.#entries.get(from);
    if (named === undefined || dirname(from) !== dirname(path))
      throw new Error(`No file ${from} can become ${path}.`);
    this.#change(call, [...(kind === 'rename' ? [[from, null] as const] : []), [path, named]]);
  }

  #change(
    { ended }: { readonly ended: number },
    entries: readonly (readonly [string, Entry | null])[],
  ): void {
    const change = { ended, entries: new Map(entries) };
    put(this.#entries, change);
    this.#pending.push(change);
  }

  #keepNames(directory: string, before: number): void {
    const isKept = ({ ended, entries }: NameChange) =>
      ended < before && [...entries.keys()].every((path) => dirname(path) === directory);
    for (const change of this.#pending.filter(isKept)) put(this.#kept, change);
    this.#pending = this.#pending.filter((change) => !isKept(change));
  }
}

class FileContent {
  #kept: Uint8Array = new Uint8Array();
  #pending: ContentChange[] = [];

  change(change: ContentChange): void {
    this.#pending.push(change);
  }

  keep(before: number): void {
    const kept = this.#pending.filter(({ ended }) => ended < before);
    this.#kept = kept.reduce((content, change) => changed(content, change, () => 0), this.#kept);
    this.#pending = this.#pending.filter(({ ended }) => ended >= before);
  }

  afterPowerCut(random: () => number): Uint8Array {
    const left = partOf(this.#pending, random);
    const tearsFrom = random() < 1 / 2 ? left.length - 1 : random() < 1 / 2 ? 0 : left.length;
    // What was never written holds zeros on most disks, and what was there before on some.
    const filling = random() < 1 / 2 ? () => 0 : () => Math.floor(random() * 256);
    return left.reduce((content, change, place) => {
      const parts = place >= tearsFrom && change.kind === 'write' ? torn(change, random) : [change];
      return parts.reduce((before, part) => changed(before, part, filling), content);
    }, this.#kept);
  }
}

function written([path, bytes]: readonly [string, Uint8Array]): readonly [string, Entry] {
  const content = new FileContent();
  content.change({ kind: 'write', path, offset: 0, bytes, begun: -2, ended: -2 });
  content.keep(-1);
  return [path, content];
}

/** None, all, the first ones or any of the changes, in their order. */
function partOf<Change>(changes: readonly Change[], random: () => number): readonly Change[] {
  const choice = random();
  if (choice < 1 / 8) return [];
  if (choice < 1 / 4) return changes;
  if (choice < 5 / 8) return changes.slice(0, Math.floor(random() * (changes.length + 1)));
  return changes.filter(() => random() < 1 / 2);
}

/** The sectors of a write that reached the disk. */
function torn(
  write: Extract<ContentChange, { kind: 'write' }>,
  random: () => number,
): readonly ContentChange[] {
  const parts: ContentChange[] = [];
  const { offset, bytes } = write;
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + sectorBytes - ((offset + from) % sectorBytes));
    if (random() < 1 / 2) parts.push({ ...write, offset: offset + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return parts;
}

function changed(content: Uint8Array, change: ContentChange, filling: () => number): Uint8Array {
  if (change.kind === 'truncate') {
    const cut = new Uint8Array(change.size);
    cut.set(content.subarray(0, change.size));
    return cut;
  }
  const { offset, bytes } = change;
  const size = Math.max(content.length, offset + bytes.length);
  const written = new Uint8Array(size);
  written.set(content);
  for (let gap = content.length; gap < offset; gap++) written[gap] = filling();
  written.set(bytes, offset);
  return written;
}

function put(entries: Map<string, Entry>, change: NameChange): void {
  for (const [path, entry] of change.entries) {
    if (entry === null) entries.delete(path);
    else entries.set(path, entry);
  }
}
