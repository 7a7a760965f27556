import { _, Ajv, type ErrorObject, type KeywordCxt, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { customerIdRule, isCustomerId } from '../domain/identifier.ts';
import { isNetwork } from '../domain/network.ts';
import { parseInstant } from '../domain/time.ts';
import { isGivenTouchId } from '../domain/touch.ts';
import { isReferrer, isWebOrigin } from '../domain/uri.ts';
import { isVisitorId } from '../domain/visitor.ts';
import { isHeaderName, isHeaderValue } from '../domain/webhook.ts';

const formats = {
  uri: isReferrer,
  'date-time': (text: string) => parseInstant(text) !== null,
  'customer-id': (text: string) => text === '' || isCustomerId(text),
  'touch-id': isGivenTouchId,
  'visitor-id': isVisitorId,
  'ip-range': isNetwork,
  'web-origin': isWebOrigin,
  'header-name': isHeaderName,
  'header-value': isHeaderValue,
} as const;

const formatRules: Readonly<Record<string, string>> = {
  uri: 'must be an absolute http, https, android-app or ios-app URI',
  'date-time': 'must be an RFC 3339 date-time with a zone',
  'customer-id': customerIdRule,
  'touch-id':
    'must be 1 to 50 of the characters A-Z a-z 0-9 _ - . ~ @, not "." or "..", and not have the form of a generated id: ' +
    'without an id, one is generated',
  'visitor-id': 'must be 8 to 64 of the characters A-Z a-z 0-9 _ -',
  'ip-range': 'must be an IP address without a zone or a CIDR range',
  'header-name': 'must be the name of a header that is not set by the request itself',
  'header-value': 'must be 1 to 1024 characters of visible ASCII, with spaces only between',
  'web-origin': 'must be a web origin as browsers send it, such as https://example.com',
};

/** The message for a broken rule, by its keyword. */
const messages: Readonly<Record<string, (error: ErrorObject) => string>> = {
  type: ({ params }) => `must be ${[params['type']].flat().join(' or ')}`,
  maxLength: ({ params }) => `must be at most ${params['limit']} characters long`,
  minLength: () => 'must not be empty',
  maxItems: ({ params }) => `must hold at most ${params['limit']} items`,
  minimum: ({ params }) => `must be at least ${params['limit']}`,
  maximum: ({ params }) => `must be at most ${params['limit']}`,
  enum: ({ params }) => `must be one of ${[params['allowedValues']].flat().map(named).join(', ')}`,
  format: ({ params }) => formatRules[String(params['format'])] ?? 'is not well-formed',
  required: () => 'is required',
  'x-storable': () => 'must not hold U+0000, lone surrogates or numbers out of range',
  'x-maxBytes': ({ params }) => `must be at most ${params['limit']} bytes of JSON`,
};

function named(value: unknown): string {
  return value === '' ? '""' : String(value);
}

const ajv = new Ajv({ allErrors: true, strict: false, coerceTypes: false, formats: { ...formats } });
// Ajv's own rule counts the code points of every text, even of one with too few code units to exceed the limit.
ajv.removeKeyword('maxLength');
ajv.addKeyword({
  keyword: 'maxLength',
  type: 'string',
  schemaType: 'number',
  error: { message: 'is too long', params: ({ schemaCode }) => _`{limit: ${schemaCode}}` },
  code(context: KeywordCxt) {
    const { gen, data, schemaCode } = context;
    const count = gen.scopeValue('func', { ref: codePointsIn });
    context.fail(_`${data}.length > ${schemaCode} && ${count}(${data}) > ${schemaCode}`);
  },
});
ajv.addKeyword({
  keyword: 'x-storable',
  schemaType: 'boolean',
  validate: (_wanted: boolean, value: unknown) => isStorable(value),
});
ajv.addKeyword({
  keyword: 'x-maxBytes',
  schemaType: 'number',
  error: { message: 'is too large', params: ({ schemaCode }) => _`{limit: ${schemaCode}}` },
  validate: (limit: number, value: unknown) => Buffer.byteLength(JSON.stringify(value)) <= limit,
});

ajv.addKeyword({
  keyword: 'x-emptyArrayAsObject',
  type: 'object',
  schemaType: 'array',
  before: 'properties',
  modifying: true,
  validate: (members: readonly string[], body: Record<string, unknown>) => {
    for (const member of members) if (isEmptyArray(body[member])) body[member] = {};
    return true;
  },
});

/** Returns a check of values against a schema. It fails with `invalid`, naming every field that breaks a rule, once. */
export function validatorOf(schema: TSchema): (value: unknown) => void {
  let validate: ValidateFunction | undefined;
  return (value) => {
    // Compiled on first use, since a short-lived process never needs most schemas.
    validate ??= ajv.compile(schema);
    if (validate(value)) return;
    throw new Failure('invalid', 'The request has invalid fields.', invalidFieldsOf(validate.errors ?? []));
  };
}

/** The faults that a check finds; none if the value passes. */
export function faultsBy<Value>(validate: (value: Value) => unknown, value: Value): readonly InvalidField[] {
  try {
    validate(value);
    return [];
  } catch (error) {
    if (error instanceof Failure && error.code === 'invalid') return error.invalidFields;
    throw error;
  }
}

/** The same check by a rule of the domain, which names the faults. */
export function validatorBy(faultsOf: (value: unknown) => readonly InvalidField[]): (value: unknown) => void {
  return (value) => {
    const faults = faultsOf(value);
    if (faults.length > 0) throw new Failure('invalid', 'The request has invalid fields.', faults);
  };
}

function invalidFieldsOf(errors: readonly ErrorObject[]): InvalidField[] {
  const byField = new Map<string, InvalidField>();
  for (const error of errors) {
    const field = fieldOf(error);
    const message = messages[error.keyword]?.(error) ?? error.message ?? 'is invalid';
    if (!byField.has(field)) byField.set(field, { field, message });
  }
  return [...byField.values()];
}

/** A JSON Pointer (RFC 6901) in dot notation. */
function fieldOf({ instancePath, keyword, params }: ErrorObject): string {
  const segments = instancePath.split('/').slice(1);
  if (keyword === 'required') segments.push(String(params['missingProperty']));
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function codePointsIn(text: string): number {
  return Array.from(text).length;
}

/** Walks without recursion: the depth of a body is bounded, but the stack may be deep already. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && !isStorableText(next)) return false;
    if (typeof next === 'number' && !isExact(next)) return false;
    if (typeof next === 'object' && next !== null) waiting.push(...Object.keys(next), ...Object.values(next));
  }
  return true;
}

/** The parser silently rounds integers beyond 2^53, and turns what is too large for it into infinity. */
function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
