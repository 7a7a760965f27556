import { comment, member, type Schema, typeOf } from './schema-type.ts';

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface NamedOperation extends Operation {
  /** The client's method. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

const json = 'application/json';
const lines = 'application/x-ndjson';
const head =
  '// Made from the OpenAPI document by `npm run generate-client`; change the routes, not this file.\n';

/** What the client needs to know of each operation at run time: one line of text. */
export function operationTable(document: OpenApiDocument): string {
  const entries = operationsOf(document).map((operation) => {
    const { name, method, path, security = [], parameters = [] } = operation;
    const isOpen = security.length === 0;
    const heedsKey = parameters.some((parameter) => parameter.name === 'Idempotency-Key');
    return `  ${name}: '${method}${isOpen ? '-' : heedsKey ? '+' : ''} ${path}',\n`;
  });
  return `${head}\nexport const operations: Readonly<Record<string, string>> = {\n${entries.join('')}};\n`;
}

/** The shapes of everything that is sent and answered, and a method for each operation. */
export function typeDeclarations(document: OpenApiDocument): string {
  const components = Object.entries(document.components.schemas).map(([name, schema]) =>
    declaration(name, schema),
  );
  const operations = operationsOf(document);
  const bodies = operations.flatMap((operation) => {
    const schema = bodySchema(operation);
    return schema === undefined ? [] : declaration(bodyName(operation), schema);
  });
  const methods = operations.map(methodOf);
  const imports =
    "import type { Call, LineAnswers, Pages } from '../call.ts';\nimport type { CallOptions } from '../options.ts';\n";
  return `${head}\n${imports}\n${[...components, ...bodies].join('\n')}\n/** Every operation of the service. */\nexport interface Operations {\n${methods.join('')}}\n`;
}

function operationsOf({ paths }: OpenApiDocument): readonly NamedOperation[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...operation,
      name: operation.operationId.replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
      method: method.toUpperCase(),
      path,
    })),
  );
  // Pages for people are no operations of programs.
  const called = all.filter((operation) => !('text/html' in answerContent(operation)));
  return called.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function declaration(name: string, schema: Schema): string {
  const type = typeOf(schema);
  const isObject = type.startsWith('{');
  return `${comment(schema.description)}export ${isObject ? `interface ${name} ${type}` : `type ${name} = ${type};`}\n`;
}

function methodOf(operation: NamedOperation): string {
  const { name, summary, description } = operation;
  const members = parametersOf(operation);
  const isOptional = members.every((text) => !/^(?:\/\*\*.*\*\/\n)?[\w$]+:/.test(text));
  const parameters = `parameters${isOptional ? '?' : ''}: {\n${members.join('')}}`;
  const meaning = [summary, description].filter((text) => text !== undefined).join('. ');
  return `${comment(meaning)}${name}(${members.length === 0 ? 'parameters?: Record<never, never>' : parameters}, options?: CallOptions): ${answerType(operation)};\n`;
}

function parametersOf(operation: NamedOperation): readonly string[] {
  const named = (operation.parameters ?? []).map(({ name, required = false, description, schema }) =>
    member(parameterName(name), typeOf(schema), required, description),
  );
  const content = operation.requestBody?.content;
  if (content === undefined) return named;
  const body = bodySchema(operation) === undefined ? 'unknown' : bodyName(operation);
  return lines in content
    ? [
        ...named,
        member(
          'lines',
          `Iterable<${body}> | AsyncIterable<${body}> | string | Uint8Array<ArrayBuffer>`,
          true,
        ),
      ]
    : [...named, member('body', body, true)];
}

/** `Idempotency-Key` is told as `idempotencyKey`. */
function parameterName(name: string): string {
  if (!/^[A-Z]/.test(name)) return name;
  return name.toLowerCase().replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const bodyName = ({ operationId, requestBody }: Operation) =>
  operationId + (lines in (requestBody?.content ?? {}) ? 'Line' : 'Body');

function bodySchema({ requestBody }: Operation): Schema | undefined {
  const content = requestBody?.content ?? {};
  return (content[lines] ?? content[json])?.schema;
}

function answerType(operation: Operation): string {
  const content = answerContent(operation);
  const linesSchema = content[lines]?.schema;
  const schema = content[json]?.schema;
  if (schema === undefined) {
    if (linesSchema !== undefined) return `LineAnswers<${typeOf(linesSchema)}>`;
    return `Call<${Object.keys(content).length === 0 ? 'undefined' : 'string'}>`;
  }
  const isPaged = operation.parameters?.some(({ name }) => name === 'offset') === true;
  if (isPaged && schema.items !== undefined) return `Pages<${typeOf(schema.items)}>`;
  return `Call<${typeOf(schema)}>`;
}

function answerContent({ responses }: Operation): Content {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  return Object.assign({}, ...good.map(([, { content }]) => content));
}
