export interface InvalidField {
  /** In dot notation. */
  readonly field: string;
  readonly message: string;
}

/** Whatever makes a call fail, other than the caller's own signal. */
export class LeadsourceError extends Error {
  override readonly name: string = 'LeadsourceError';
}

/** The service answered, and refused: by `status` and `invalidFields` a caller knows what to change. */
export class ProblemError extends LeadsourceError {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** What is wrong with the request, every field at once; of a 422. */
  readonly invalidFields: readonly InvalidField[];
  /** After so many seconds the same may be asked again; null where nothing is said of it. */
  readonly retryAfterSeconds: number | null;
  /** By which the operator finds the request. */
  readonly requestId: string | null;

  constructor({ status, statusText, headers }: Response, body: unknown) {
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<ProblemError>;
    const title = problem.title ?? (statusText || `Status ${status}`);
    const fields = problem.invalidFields ?? [];
    const detail = problem.detail ?? '';
    super([detail || title, ...fields.map(({ field, message }) => `${field} ${message}`)].join('; '));
    this.status = status;
    this.type = problem.type ?? 'about:blank';
    this.title = title;
    this.detail = detail;
    this.invalidFields = fields;
    this.retryAfterSeconds = retryAfterSeconds(headers);
    this.requestId = headers.get('x-request-id');
  }
}

/** No whole answer came: the service is unreachable, or the connection broke. Whether the call was done is unknown. */
export class NetworkError extends LeadsourceError {
  override readonly name = 'NetworkError';
}

/** No answer came in time. Whether the call was done is unknown. */
export class TimeoutError extends LeadsourceError {
  override readonly name = 'TimeoutError';
}

/** A message that was not, or not just now, signed with any of the secrets: it must not be believed. */
export class WebhookVerificationError extends LeadsourceError {
  override readonly name = 'WebhookVerificationError';
}

/** Seconds, or a moment: by the answer's own clock where that is told, since ours may go wrong. */
function retryAfterSeconds(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (!text) return null;
  if (/^\d+$/.test(text)) return +text;
  const seconds = (httpDate(text) - (httpDate(headers.get('date') ?? '') || Date.now())) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
}

/** In milliseconds of the Unix epoch; NaN for what has no form of RFC 9110. The oldest of its three forms names no zone. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]+,? .*\d\d:/.test(text) ? Date.parse(text.replace(/( GMT)?$/, ' GMT')) : Number.NaN;
}
