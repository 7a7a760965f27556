import { LeadsourceError } from './errors.ts';
import { readLines } from './lines.ts';
import type { Parameters } from './request.ts';
import type { Answer } from './send.ts';

/** An operation under way. Awaiting it gives the content of the answer. */
export interface Call<Body> extends Promise<Body> {
  /** The answer's status and headers. Content other than JSON is still unread, so that a file can be streamed. */
  response(): Promise<Response>;
}

/** A page of a collection, and the way to the pages after it. Iterating over it gives the items of all pages. */
export interface Pages<Item> extends Call<Item[]>, AsyncIterable<Item> {
  /** The pages one by one, each of size `limit`. A page is requested when it is asked for. */
  pages(): AsyncGenerator<Item[]>;
}

/** What became of each line that was sent. Iterating gives the answers as they arrive; awaiting gives all of them. */
export interface LineAnswers<Line> extends Call<Line[]>, AsyncIterable<Line> {}

type Ask = (parameters: Parameters) => Promise<Answer>;

class RunningCall implements Pages<unknown> {
  readonly [Symbol.toStringTag] = 'Call';
  readonly #parameters: Parameters;
  readonly #ask: Ask;
  readonly #answer: Promise<Answer>;
  #body: Promise<unknown> | undefined;

  constructor(parameters: Parameters, ask: Ask) {
    this.#parameters = parameters;
    this.#ask = ask;
    this.#answer = ask(parameters);
  }

  // biome-ignore lint/suspicious/noThenProperty: a call is a promise, whose content is read once it is asked for.
  then<Kept = unknown[], Failed = never>(
    kept?: ((body: unknown[]) => Kept | PromiseLike<Kept>) | null,
    failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Kept | Failed> {
    this.#body ??= this.#answer.then(bodyOf);
    return (this.#body as Promise<unknown[]>).then(kept, failed);
  }

  catch<Failed = never>(failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null) {
    return this.then(null, failed);
  }

  finally(done?: (() => void) | null) {
    return this.then().finally(done);
  }

  async response(): Promise<Response> {
    return (await this.#answer).response;
  }

  async *pages(): AsyncGenerator<unknown[]> {
    let { response, json } = await this.#answer;
    for (;;) {
      const page = json?.value as unknown[];
      yield page;
      const [total, offset] = ['total', 'offset'].map((name) =>
        Number(response.headers.get(`pagination-${name}`)),
      );
      const next = (offset ?? 0) + page.length;
      if (page.length === 0 || next >= (total ?? 0)) return;
      ({ response, json } = await this.#ask({ ...this.#parameters, offset: next }));
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    const answer = await this.#answer;
    if (answer.json === undefined && this.#body !== undefined) yield* (await this.#body) as unknown[];
    else if (answer.json === undefined) yield* readLines(answer);
    else for await (const page of this.pages()) yield* page;
  }
}

/** Begins an operation. Its type says what it can do besides being awaited. */
export const Call = RunningCall;

async function bodyOf(answer: Answer): Promise<unknown> {
  const { response, json, faultOf } = answer;
  if (json !== undefined) return json.value;
  if (response.headers.get('content-type')?.includes('ndjson')) return all(readLines(answer));
  if (response.body?.locked || response.bodyUsed)
    throw new LeadsourceError('The content can be read once, and is being or has been.');
  return response.text().catch((error) => Promise.reject(faultOf(error)));
}

/** Not every runtime has `Array.fromAsync`. */
async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const kept: Item[] = [];
  for await (const item of items) kept.push(item);
  return kept;
}
