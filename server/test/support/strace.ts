import { spawnSync } from 'node:child_process';

/** One call of the traced processes. Line numbers of the trace order its two ends among those of all threads. */
export interface SystemCall {
  readonly thread: number;
  readonly name: string;
  /** As strace writes them, with every text in hexadecimal. */
  readonly given: string;
  /** Negative where the call failed; null where the process was killed within it. */
  readonly result: number | null;
  readonly begun: number;
  readonly ended: number;
}

export interface Tracing {
  readonly calls: readonly string[];
  /** Only calls on these files, where given. */
  readonly paths?: readonly string[];
  /** What is to be done to which call, such as `error=EIO:when=3`; the count is each thread's own. */
  readonly injection?: string;
  /** Those of the calls that it is done to: all where this is missing. */
  readonly injectedCalls?: readonly string[];
  readonly tracePath: string;
}

const longestText = 1_000_000;

/** What is missing for strace to be used here; null where nothing is. */
export function lackOfStrace(): string | null {
  const { status, error } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']);
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? null : 'strace may not trace here';
}

/** A command that runs the rest of the line traced, as the direct child of who starts it. */
export function straceCommand({
  calls,
  paths = [],
  injection,
  injectedCalls = calls,
  tracePath,
}: Tracing): readonly string[] {
  return [
    'strace',
    '-D',
    '-f',
    // Much faster, but a signal that is injected gets lost.
    ...(injection?.includes('signal=') ? [] : ['--seccomp-bpf']),
    '-yy',
    '-xx',
    ...['-s', String(longestText)],
    ...['-o', tracePath],
    ...['-e', `trace=${calls.join(',')}`],
    ...paths.flatMap((path) => ['-P', path]),
    ...(injection === undefined ? [] : ['-e', `inject=${injectedCalls.join(',')}:${injection}`]),
  ];
}

/** The calls of a trace, in the order in which they ended; its lines are counted from `firstLine`. */
export function readTrace(trace: string, firstLine = 0): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<number, { text: string; line: number }>();
  for (const [place, text] of trace.split('\n').entries()) {
    const line = firstLine + place;
    const [, thread = '', said = ''] = /^(\d+) +(.*)$/.exec(text) ?? [];
    if (said.endsWith('<unfinished ...>')) {
      unfinished.set(Number(thread), { text: said.slice(0, -'<unfinished ...>'.length).trimEnd(), line });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>/.exec(said)?.[0];
    const begun = resumed === undefined ? undefined : unfinished.get(Number(thread));
    const whole = resumed === undefined ? said : (begun?.text ?? '') + said.slice(resumed.length);
    const [, name, given = '', result = ''] = /^(\w+)\((.*)\) += (-?\d+|\?)/.exec(whole) ?? [];
    if (name === undefined) continue;
    calls.push({
      thread: Number(thread),
      name,
      given,
      result: result === '?' ? null : Number(result),
      begun: begun?.line ?? line,
      ended: line,
    });
  }
  return calls;
}

/** The texts in quotation marks among what a call was given. */
export function textsOf({ given }: SystemCall): readonly Buffer[] {
  return [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, text = '']) => bytesOf(text));
}

/** What the descriptor that a call was given first leads to; null where there is none, or where it was removed. */
export function descriptorOf({ given }: SystemCall): string | null {
  const [, text, removed] = /^\d+<([^>]*(?:->)?[^>]*)>(\(deleted\))?/.exec(given) ?? [];
  return text === undefined || removed !== undefined ? null : decoded(text);
}

function decoded(text: string): string {
  return text.startsWith('\\x') ? bytesOf(text).toString() : text;
}

function bytesOf(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal.replaceAll('\\x', ''), 'hex');
}
