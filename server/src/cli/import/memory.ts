import { grouped } from '../progress.ts';
import {
  type Checkpoint,
  endOf,
  noCounts,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import type { ImportKind } from './kind.ts';
import type { Reached } from './run.ts';

/** Remembers from run to run how far an import is. */
export interface Memory {
  readonly importId: string | null;
  readonly begun: Pick<Checkpoint, 'lines' | 'counts' | 'rejectedBytes'>;
  readonly keep: (reached: Reached, rejectedBytes: number) => void;
  readonly forget: () => void;
}

export interface MemoryRequest {
  /** Path of the checkpoint. */
  readonly path: string;
  /** Stands for everything that decides which rows reach whom: a run that differs in any of it begins anew. */
  readonly identity: string;
  readonly kind: ImportKind;
  readonly rejectedPath: string;
  readonly newImportId: () => string;
  readonly isRestart: boolean;
  /** Whether the service still has what the checkpoint claims. */
  readonly isKept: (checkpoint: Checkpoint) => Promise<boolean>;
  readonly tell: (line: string) => void;
}

const beginning = { lines: 0, counts: noCounts, rejectedBytes: 0, rejectedEnd: '' } as const;

export function forgetting(): Memory {
  return { importId: null, begun: beginning, keep: () => {}, forget: () => {} };
}

/** Continues a run with the same request that broke off, unless what it brought is gone; otherwise begins anew. */
export async function remembering(request: MemoryRequest): Promise<Memory> {
  const { path, identity, kind, rejectedPath } = request;
  const known = await knownRun(request);
  const importId = known?.importId ?? request.newImportId();
  // Written before the first row is sent, so that all rows belong to one import, whatever happens.
  if (known === null) writeCheckpoint(path, { identity, kind, importId, ...beginning });
  return {
    importId,
    begun: known ?? beginning,
    keep: ({ lines, counts }, rejectedBytes) => {
      const rejectedEnd = endOf(rejectedPath, rejectedBytes);
      writeCheckpoint(path, { identity, kind, importId, lines, counts, rejectedBytes, rejectedEnd });
    },
    forget: () => removeCheckpoint(path),
  };
}

/** The run to continue; null if there is none. If one broke off, tells the operator whether it is continued. */
async function knownRun(request: MemoryRequest): Promise<Checkpoint | null> {
  const found = request.isRestart ? null : readCheckpoint(request.path);
  if (found === null) return null;
  const reason = await reasonToBeginAnew(found, request);
  if (found.lines > 0) {
    const line = `Continuing after line ${grouped(found.lines)}, where an earlier run broke off.`;
    request.tell(reason === null ? line : `Starting over: ${reason}`);
  }
  return reason === null ? found : null;
}

async function reasonToBeginAnew(found: Checkpoint, request: MemoryRequest): Promise<string | null> {
  const { kind, importId } = found;
  if (found.identity !== request.identity) {
    const place = kind === 'touches' ? `, as the import ${importId}` : '';
    return `the run that broke off was for another file, service or key, or had other options. What it imported stays${place}.`;
  }
  if (!isAsLeft(request.rejectedPath, found))
    return `${request.rejectedPath} is not as the earlier run left it.`;
  // A run without a line has nothing to lose, and its import is created with the first line.
  if (found.lines === 0 || (await request.isKept(found))) return null;
  return `the service does not have what the earlier run imported, or has undone it.`;
}

function isAsLeft(rejectedPath: string, { rejectedBytes, rejectedEnd }: Checkpoint): boolean {
  const end = endOf(rejectedPath, rejectedBytes);
  return rejectedEnd === undefined ? rejectedBytes === 0 || end !== '' : end === rejectedEnd;
}
