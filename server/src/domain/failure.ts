export interface InvalidField {
  /** Where the fault is, in dot notation; empty for the body as a whole. */
  readonly field: string;
  readonly message: string;
}

export type FailureCode =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'precondition-failed'
  | 'invalid'
  | 'rate-limited'
  | 'unavailable';

/** The only kind of expected failure. The doors (HTTP, command line) translate its code; nothing else does. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly invalidFields: readonly InvalidField[];

  constructor(code: FailureCode, message: string, invalidFields: readonly InvalidField[] = []) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.invalidFields = invalidFields;
  }
}

export function invalid(field: string, message: string): Failure {
  return new Failure('invalid', 'The request has invalid fields.', [{ field, message }]);
}
