import { ApiContract } from '../support/api-contract.ts';
import { HttpClient } from '../support/http-client.ts';
import { testSecretKey } from '../support/service.ts';

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: object }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A request that the service understands, whether or not there is what it asks for. */
interface Understood {
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly type: string | null;
  readonly body: object | null;
}

export interface Told {
  /** Method and path as the OpenAPI document has them. */
  readonly operation: string;
  readonly status: number;
  readonly retryAfter: string | null;
  /** Of each line, where what was sent is answered line by line. */
  readonly lineStatuses: readonly number[];
}

const linesType = 'application/x-ndjson';
const period = 'periodStart=2026-11-01&periodEnd=2026-12-01';
const bySource = 'aggregationField=leadSource.source&filter=currency:EUR';

/** What an operation needs to be told, besides its body. */
const queries: Readonly<Record<string, string>> = {
  'DELETE /customers/{id}': 'targetCustomerId=somebody',
  'GET /experimental/reports/retention-value': bySource,
  'GET /experimental/reports/transactions': `${period}&${bySource}`,
  'GET /exports/offline-conversions': `${period}&platform=google-ads-api&conversionName=Sale`,
  'GET /reports/affiliates': period,
  'GET /reports/attribution': `${period}&currency=EUR`,
  'GET /reports/journeys': `${period}&currency=EUR`,
};

/** Of whom or what is asked; an answer about one who is erased meanwhile breaks off. */
const named: readonly (readonly [ending: string, name: string])[] = [
  ['/erasure', 'erased'],
  ['/visitors/{visitorId}', 'visitor-of-nobody'],
  ['/versions/{version}', '1'],
];

/** Asks a service for whatever its OpenAPI document has, and holds each answer against it. */
export class EveryOperation {
  readonly #url: string;
  readonly #requests: readonly Understood[];
  readonly #contract: ApiContract;

  static async of(url: string): Promise<EveryOperation> {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
    const requests = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => understood(method.toUpperCase(), path, operation)),
    );
    using client = new HttpClient(url);
    const made = await client.send('POST', '/api-keys', { type: 'publishable', acl: ['capture:write'] });
    const { publishableKey: key } = made.body as { readonly publishableKey: string };
    // The key of an example is nobody's.
    const withKey = requests.map((each) =>
      each.body !== null && 'key' in each.body ? { ...each, body: { ...each.body, key } } : each,
    );
    return new EveryOperation(url, withKey, new ApiContract(document));
  }

  private constructor(url: string, requests: readonly Understood[], contract: ApiContract) {
    this.#url = url;
    this.#requests = requests;
    this.#contract = contract;
  }

  /** What each operation answers, all asked at one time. */
  tell(): Promise<readonly Told[]> {
    return Promise.all(this.#requests.map((request) => this.#ask(request)));
  }

  /** What each answers once it no longer says to come again. */
  async tellInTheEnd(): Promise<readonly Told[]> {
    const askAgain = async (request: Understood): Promise<Told> => {
      const told = await this.#ask(request);
      return [told.status, ...told.lineStatuses].includes(503) ? askAgain(request) : told;
    };
    return await Promise.all(this.#requests.map(askAgain));
  }

  async #ask({ operation, method, target, type, body }: Understood): Promise<Told> {
    const answer = await fetch(this.#url + target, {
      method,
      headers: { 'REB-APIKEY': testSecretKey, ...(type !== null && { 'Content-Type': type }) },
      body: body === null ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    const { status, headers } = answer;
    const answeredType = headers.get('content-type') ?? '';
    const isLines = answeredType.startsWith(linesType);
    const lines = isLines ? valuesOf(text) : [];
    const whole = answeredType.includes('json') && !isLines && text !== '' ? JSON.parse(text) : text || null;
    this.#contract.check(method, target, { status, headers, body: isLines ? lines : whole });
    const isAboutLines = type === linesType;
    return {
      operation,
      status,
      retryAfter: headers.get('retry-after'),
      lineStatuses: isAboutLines ? lines.map((line) => line.status) : [],
    };
  }
}

function valuesOf(text: string): readonly { readonly status: number }[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

function understood(method: string, path: string, { requestBody }: Operation): Understood {
  const operation = `${method} ${path}`;
  const name = named.find(([ending]) => path.endsWith(ending))?.[1] ?? 'nobody';
  const query = queries[operation];
  const target = path.replaceAll(/\{\w+\}/g, name) + (query === undefined ? '' : `?${query}`);
  const [type, body] =
    Object.entries(requestBody?.content ?? {})
      .map(([each, { example }]) => [each, example] as const)
      .find(([, example]) => example !== undefined) ?? [];
  return { operation, method, target, type: type ?? null, body: body ?? null };
}
