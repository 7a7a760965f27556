import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly security?: readonly object[];
  readonly responses: Readonly<
    Record<string, { content?: Record<string, unknown>; headers?: Record<string, unknown> }>
  >;
}

interface CheckedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const organizationRoot = /^\/organizations\/[^/]+/;
/** What the connection may refuse, whatever is asked for. */
const ofAnyRequest: ReadonlySet<number> = new Set([400, 414, 417, 431]);
/** What an operation that is in no document may answer. */
const ofNoOperation: ReadonlySet<number> = new Set([...ofAnyRequest, 404, 405, 501]);

/** The service's OpenAPI document, to hold answers against. */
export class ApiContract {
  readonly #document: OpenApiDocument;
  readonly #paths: readonly {
    readonly template: string;
    readonly item: Readonly<Record<string, Operation>>;
    readonly pattern: RegExp;
  }[];
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: unknown) {
    this.#document = document as OpenApiDocument;
    this.#paths = Object.entries(this.#document.paths).map(([template, item]) => ({
      template,
      item,
      pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    }));
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.#ajv);
    // Ours alone; requests are held to them, answers need not be.
    for (const format of ['ip-range', 'web-origin', 'customer-id', 'touch-id', 'visitor-id'])
      this.#ajv.addFormat(format, true);
    this.#ajv.addSchema(withoutMore(document) as object, 'openapi.json');
  }

  /** Throws where an answer has a status, header, type or shape that the document does not promise. */
  check(method: string, target: string, answer: CheckedAnswer): void {
    const path = (target.split('?')[0] ?? '').replace(organizationRoot, '');
    const found = this.#find(method, path);
    const isProblem = answer.status >= 400;
    if (isProblem) this.#checkProblem(answer, target);
    if (found === null) {
      if (!ofNoOperation.has(answer.status))
        throw new Error(`${method} ${target} is not in the OpenAPI document.`);
      return;
    }
    const [template, operation] = found;
    const response = operation.responses[String(answer.status)];
    if (response === undefined) {
      if (ofAnyRequest.has(answer.status)) return;
      // Under the root of an organization that is not the caller's there is nothing; the short root tells the rest.
      if (answer.status === 404 && organizationRoot.test(target)) return;
      throw new Error(`${method} ${template} must not answer ${answer.status}.`);
    }
    for (const name of Object.keys(response.headers ?? {})) {
      if (!answer.headers.has(name)) throw new Error(`${method} ${template} ${answer.status} lacks ${name}.`);
    }
    const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
    if (response.content === undefined) {
      if (answer.body !== null) throw new Error(`${method} ${template} ${answer.status} must have no body.`);
      return;
    }
    // A request that names the members it wants is given those alone.
    if (method === 'HEAD' || /[?&]fields=/.test(target)) return;
    if (!(type in response.content))
      throw new Error(`${method} ${template} ${answer.status} has the type ${type}.`);
    const bodies = type === 'application/x-ndjson' ? (answer.body as unknown[]) : [answer.body];
    for (const body of bodies) {
      const place = [template, method.toLowerCase(), 'responses', String(answer.status), 'content', type];
      this.#checkBody(place, body);
    }
  }

  /** Every operation of the document; those that take a credential stand under both roots, also where none is secret. */
  operations(): { method: string; path: string; takesCredential: boolean; takesSecretKey: boolean }[] {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { security = [] }]) => ({
        method: method.toUpperCase(),
        path,
        takesCredential: security.length > 0,
        takesSecretKey: security.some((scheme) => 'SecretApiKey' in scheme),
      })),
    );
  }

  #find(method: string, path: string): [string, Operation] | null {
    const named = method === 'HEAD' ? 'get' : method.toLowerCase();
    for (const { template, item, pattern } of this.#paths) {
      const operation = item[named];
      if (operation === undefined) continue;
      // The official client puts a slash behind what it posts to.
      if (pattern.test(path) || (named === 'post' && path.endsWith('/') && pattern.test(path.slice(0, -1))))
        return [template, operation];
    }
    return null;
  }

  #checkProblem({ status, headers, body }: CheckedAnswer, target: string): void {
    const problem = body as { status?: number; instance?: string } | null;
    if (problem === null) return;
    if (headers.get('content-type') !== 'application/problem+json') {
      throw new Error(`${target} ${status} is not problem+json but ${headers.get('content-type')}.`);
    }
    if (problem.status !== status) throw new Error(`${target} says ${problem.status} in a ${status}.`);
  }

  #checkBody(place: readonly string[], body: unknown): void {
    const pointer = ['', 'paths', ...place, 'schema']
      .map((segment) => segment.replaceAll('~', '~0').replaceAll('/', '~1'))
      .map(encodeURIComponent)
      .join('/');
    let validate = this.#validators.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `openapi.json#${pointer}` });
      this.#validators.set(pointer, validate);
    }
    if (validate(body)) return;
    throw new Error(`${place.join(' ')} breaks its schema: ${this.#ajv.errorsText(validate.errors)}`);
  }
}

/** The document with every object closed that names its members: an answer must have no others. */
function withoutMore(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutMore);
  if (typeof part !== 'object' || part === null) return part;
  const closed = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, withoutMore(value)]));
  const isShape = 'properties' in part && 'type' in part && !('additionalProperties' in part);
  return isShape ? { ...closed, additionalProperties: false } : closed;
}
