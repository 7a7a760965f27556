import { LeadsourceError, NetworkError, ProblemError, TimeoutError } from './errors.ts';
import type { CallOptions, ClientOptions } from './options.ts';
import type { PreparedRequest, Repeat } from './request.ts';

/** A successful answer. */
export interface Answer {
  readonly response: Response;
  /** The parsed content if it is JSON; otherwise the content is still to be read from the response. */
  readonly json?: { readonly value: unknown };
  /** Translates a failure to read the response into the error that callers see. */
  readonly faultOf: (cause: unknown) => unknown;
  /** To be called once no more of the answer is wanted. */
  readonly end: () => void;
}

type SendOptions = CallOptions & Pick<ClientOptions, 'fetch' | 'wait'>;

const firstBackoffMilliseconds = 500;
const longestBackoffMilliseconds = 8_000;
/** Timers that are set for longer, such as for `Infinity`, run at once. */
const longestTimerMilliseconds = 2 ** 31 - 1;
/** Statuses that invite another attempt: the request was too late, rate limited, or stopped on its way. */
const passing: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Makes a call, repeating it where that is safe and may help. Fails with a `LeadsourceError` or the signal's reason. */
export async function send(prepare: () => Promise<PreparedRequest>, options: SendOptions): Promise<Answer> {
  const { retries = 2, longestWaitSeconds = 60, wait = waitFor, signal } = options;
  for (let attempt = 0; ; attempt += 1) {
    const request = await prepared(prepare(), signal);
    try {
      return await attemptOnce(request, options);
    } catch (error) {
      if (attempt >= retries || !mayRepeat(error, request.repeat, attempt)) throw error;
      const backoff = Math.min(longestBackoffMilliseconds, firstBackoffMilliseconds * 2 ** attempt);
      const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) : 0;
      if (asked > longestWaitSeconds) throw error;
      // The random part keeps callers that were refused together from coming back together.
      await wait(asked * 1000 + backoff * Math.random(), signal);
    }
  }
}

/** The request, unless the signal ends the call before: a function that gives the token may take long. */
function prepared(request: Promise<PreparedRequest>, signal?: AbortSignal): Promise<PreparedRequest> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal?.reason);
      request.then(({ making }) => making?.stop()).catch(() => {});
    };
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const done = () => signal?.removeEventListener('abort', abort);
    request.then(resolve, reject).finally(done);
  });
}

/** Somebody else answered: asked again, they would answer the same. */
class ForeignAnswerError extends NetworkError {}

function mayRepeat(error: unknown, repeat: Repeat, attempt: number): boolean {
  if (repeat === 'impossible' || !(error instanceof LeadsourceError)) return false;
  if (error instanceof ForeignAnswerError) return false;
  if (!(error instanceof ProblemError)) return repeat === 'safe';
  if (error.status === 429) return true;
  // 409: an earlier attempt whose answer was lost may still be under way.
  return repeat === 'safe' && (passing.has(error.status) || (error.status === 409 && attempt > 0));
}

async function attemptOnce({ url, init, making }: PreparedRequest, options: SendOptions): Promise<Answer> {
  const { signal, timeoutMilliseconds = 30_000, fetch: fetched = fetch } = options;
  const controller = new AbortController();
  const late = new TimeoutError(`No answer within ${timeoutMilliseconds} ms.`);
  const timer = setTimeout(
    () => controller.abort(late),
    Math.min(timeoutMilliseconds, longestTimerMilliseconds),
  );
  try {
    signal?.throwIfAborted();
    const signals = [controller.signal, ...(signal === undefined ? [] : [signal])];
    // Followed, a POST would become a GET that writes nothing, and another origin would be sent the key.
    const response = await fetched(url, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) });
    const answer = await answerOf(response);
    const faultOf = (cause: unknown) => {
      const failure = making?.failure();
      if (failure !== undefined) return failure[0];
      return signal?.aborted ? signal.reason : broken(cause);
    };
    return { ...answer, faultOf, end: () => making?.stop() };
  } catch (error) {
    making?.stop();
    const failure = making?.failure();
    if (failure !== undefined) throw failure[0];
    signal?.throwIfAborted();
    if (error instanceof LeadsourceError) throw error;
    throw controller.signal.aborted ? late : broken(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The error that callers see for a broken connection. */
function broken(cause: unknown): NetworkError {
  return new NetworkError('The service cannot be reached, or the connection broke.', { cause });
}

async function answerOf(response: Response): Promise<Omit<Answer, 'faultOf' | 'end'>> {
  const { ok, status, headers, type } = response;
  if (type === 'opaqueredirect') {
    // In browsers, which do not say which redirection it is.
    throw new ForeignAnswerError(
      'A redirection was answered, and is not followed: is the URL the final address?',
    );
  }
  const contentType = headers.get('content-type') ?? '';
  const isJson = /[/+]json\b/.test(contentType);
  if (!ok) throw new ProblemError(response, problemIn(await response.text()));
  if (/^text\/html\b/i.test(contentType)) {
    throw new ForeignAnswerError('A web page was answered, not by the service.');
  }
  if (isJson) return { response, json: { value: await response.json() } };
  return status === 204 ? { response, json: { value: undefined } } : { response };
}

/** What gateways answer, and a 304, may have no content although it is said to be JSON. */
function problemIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const done = () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    const timer = setTimeout(done, Math.min(milliseconds, longestTimerMilliseconds));
    signal?.addEventListener('abort', abort, { once: true });
  });
}
