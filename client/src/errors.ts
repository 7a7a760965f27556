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
    const seconds = headers.get('retry-after');
    this.retryAfterSeconds = seconds && Number.isFinite(+seconds) ? +seconds : null;
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
