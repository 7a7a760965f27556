import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Instant } from '../domain/time.ts';
import type { Attempt } from '../domain/webhook-delivery.ts';
import { type ConnectionRules, DeniedAddress, openConnection } from './connection.ts';
import { type Destination, destinationOf } from './destination.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Never rejects: whatever goes wrong is a failed attempt. Ends early if `signal` is aborted. */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<Attempt>;

export interface PostOptions extends ConnectionRules {
  readonly now: () => Instant;
  /** From resolving the name to the end of the answer. */
  readonly timeoutMilliseconds?: number;
}

const usualTimeoutMilliseconds = 15_000;
/** How much of an answer is read before the connection is closed, and how much of that is kept. */
const readBytes = 16 * 1024;
const keptCharacters = 1000;

/** Sends requests, each on a connection of its own. A redirection is an answer like any other and is not followed. */
export function createPost({
  now,
  timeoutMilliseconds = usualTimeoutMilliseconds,
  ...rules
}: PostOptions): Post {
  return async (asked, signal) => {
    const initiatedTime = now();
    const begunMilliseconds = performance.now();
    const ended = await exchange(asked, rules, { signal, timeoutMilliseconds });
    const durationMilliseconds = Math.round(performance.now() - begunMilliseconds);
    return { initiatedTime, durationMilliseconds, url: asked.url, ...ended };
  };
}

interface Patience {
  readonly signal: AbortSignal;
  readonly timeoutMilliseconds: number;
}

type Ending = Pick<Attempt, 'responseStatus' | 'error' | 'response'>;

async function exchange(
  { url, headers, body }: PostRequest,
  rules: ConnectionRules,
  { signal: stop, timeoutMilliseconds }: Patience,
): Promise<Ending> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMilliseconds);
  const signal = AbortSignal.any([stop, timeout.signal]);
  try {
    // The signal tells of an abort only once.
    signal.throwIfAborted();
    const destination = destinationOf(url);
    if (destination === null) throw new DeniedAddress();
    const socket = await within(openConnection(destination, rules, signal), signal);
    try {
      return await speak(socket, destination, { headers, body }, signal);
    } finally {
      socket.destroy();
    }
  } catch (error) {
    const reason = timeout.signal.aborted ? 'No answer came in time.' : reasonOf(error);
    return { responseStatus: null, error: reason, response: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Resolving a name cannot be cancelled, so this stops waiting for it once the signal is aborted. */
function within<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    // What follows a signal that lives as long as the service would otherwise be kept for as long.
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function speak(
  socket: Socket,
  { url }: Destination,
  { headers, body }: Pick<PostRequest, 'headers' | 'body'>,
  signal: AbortSignal,
): Promise<Ending> {
  const sent = request({
    method: 'POST',
    path: url.pathname + url.search,
    headers: {
      ...headers,
      host: url.host,
      connection: 'close',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
    setHost: false,
    createConnection: () => socket,
    signal,
  });
  sent.end(body);
  const answer = await answerOf(sent);
  const responseStatus = answer.statusCode ?? 0;
  const text = await beginningOf(answer);
  const isFailure = responseStatus < 200 || responseStatus > 299;
  return { responseStatus, error: null, response: isFailure && text !== '' ? text : null };
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    // No request asks for a change of protocol.
    sent.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('The answer changes the protocol.'));
    });
    sent.on('error', reject);
    sent.on('close', () => reject(new Error('The connection was closed before an answer.')));
  });
}

/** If the answer breaks off or takes too long, returns what has arrived: the status is what counts. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length >= readBytes) break;
    }
  } catch {
    // What has arrived is all there is.
  }
  const text = Buffer.concat(parts).toString('utf8').replaceAll('\0', '\ufffd');
  return text.slice(0, keptCharacters).toWellFormed();
}

/** Says what happened without revealing the addresses and ports behind a name. */
function reasonOf(error: unknown): string {
  if (error instanceof DeniedAddress) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ABORT_ERR') return 'No connection came about in time.';
  if (code !== '') return `The request failed: ${code}.`;
  return error instanceof Error ? error.message : 'The request failed.';
}
