export interface InvalidField {
  /** In dot notation. */
  readonly field: string;
  readonly message: string;
}

/** Any failure of a call except the abort of the caller's own signal. */
export class LeadsourceError extends Error {
  override readonly name: string = 'LeadsourceError';
}

/** The service answered with a refusal: `status` and `invalidFields` tell what to change. */
export class ProblemError extends LeadsourceError {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  /** Every invalid field of the request at once; filled for a 422. */
  readonly invalidFields: readonly InvalidField[];
  /** After how many seconds the call may be repeated; null if the answer does not say. */
  readonly retryAfterSeconds: number | null;
  /** Identifies the request in the operator's log. */
  readonly requestId: string | null;

  constructor({ status, statusText, headers }: Response, body: unknown) {
    const problem = Object(body);
    const title = textOr(statusText || `Status ${status}`, problem.title);
    const fields = [problem.invalidFields].flat().filter(isInvalidField);
    const detail = textOr('', problem.detail);
    super([detail || title, ...fields.map(({ field, message }) => `${field} ${message}`)].join('; '));
    this.status = status;
    this.type = textOr('about:blank', problem.type);
    this.title = title;
    this.detail = detail;
    this.invalidFields = fields;
    this.retryAfterSeconds = retryAfterSeconds(headers);
    this.requestId = headers.get('x-request-id');
  }
}

/** What stands before the service may refuse in JSON of its own, whose members are anything. */
function textOr(absent: string, member: unknown): string {
  return typeof member === 'string' ? member : absent;
}

function isInvalidField(one: unknown): one is InvalidField {
  const { field, message } = Object(one);
  return typeof field === 'string' && typeof message === 'string';
}

/** No complete answer arrived: the service is unreachable, or the connection broke. Whether the call took effect is unknown. */
export class NetworkError extends LeadsourceError {
  override readonly name = 'NetworkError';
}

/** No answer arrived in time. Whether the call took effect is unknown. */
export class TimeoutError extends LeadsourceError {
  override readonly name = 'TimeoutError';
}

/** The message was not signed with any of the secrets, or not recently: it must not be trusted. */
export class WebhookVerificationError extends LeadsourceError {
  override readonly name = 'WebhookVerificationError';
}

/**
 * Reads a number of seconds or a date, which is compared with the answer's own date if it has one, since our clock may be wrong.
 */
function retryAfterSeconds(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (!text) return null;
  if (/^\d+$/.test(text)) return +text;
  const seconds = (httpDate(text) - (httpDate(headers.get('date') ?? '') || Date.now())) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
}

/** In milliseconds of the Unix epoch; NaN if not a form of RFC 9110. The oldest of its three forms names no time zone. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]+,? .*\d\d:/.test(text) ? Date.parse(text.replace(/( GMT)?$/, ' GMT')) : Number.NaN;
}
