import { type ClientAnswer, HttpClient } from '../../support/http-client.ts';
import { Ledger, numberedLeadSource } from '../ledger.ts';

const ownWriters = 12;
const sharedWriters = 6;
const sharedCustomers = 2;
/** So that a history fits on a page. */
const writesOfOwnCustomer = 300;
const writesOfSharedCustomer = 60;
/** How long a client that was refused waits before it comes again. */
const patienceMilliseconds = 20;

let loadsMade = 0;

interface Writer {
  readonly name: string;
  readonly isOwn: boolean;
  acknowledged: number;
  refused: number;
}

/**
 * Clients that go on writing whatever happens to the storage, each as long as it takes: who writes alone repeats a write
 * that was refused, as the promise about repeated writes invites to.
 */
export class SteadyLoad implements AsyncDisposable {
  readonly ledger = new Ledger();
  /** Answers that are neither an acknowledgement nor a refusal as promised. */
  readonly faults: string[] = [];
  readonly #url: string;
  readonly #writers: readonly Writer[];
  readonly #ended: Promise<unknown>;
  readonly #watches = new Set<() => void>();
  #isEnding = false;
  #longestAnswerMilliseconds = 0;

  constructor(url: string) {
    this.#url = url;
    // Each writes to customers of its own, so that several can come to one database.
    const load = ++loadsMade;
    const own = Array.from({ length: ownWriters }, (_, place) => writer(`own-${load}-${place}`, true));
    const shared = Array.from({ length: sharedWriters }, (_, place) =>
      writer(`shared-${load}-${place % sharedCustomers}`, false),
    );
    this.#writers = [...own, ...shared];
    this.#ended = Promise.all(this.#writers.map((each) => this.#work(each)));
  }

  get refused(): number {
    return this.#writers.reduce((sum, { refused }) => sum + refused, 0);
  }

  get longestAnswerMilliseconds(): number {
    return this.#longestAnswerMilliseconds;
  }

  /** Ends when so many more writes have been acknowledged. */
  acknowledgements(count: number): Promise<void> {
    const wanted = this.ledger.acknowledged + count;
    return this.#until(() => this.ledger.acknowledged >= wanted);
  }

  /** Ends when every client has been acknowledged a write again. */
  everyone(): Promise<void> {
    return this.#untilEach('acknowledged');
  }

  /** Ends when every client has been refused. */
  everyoneRefused(): Promise<void> {
    return this.#untilEach('refused');
  }

  /** Lets each client finish what it is at. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  #untilEach(count: 'acknowledged' | 'refused'): Promise<void> {
    const before = this.#writers.map((each) => each[count]);
    return this.#until(() => this.#writers.every((each, place) => each[count] > (before[place] ?? 0)));
  }

  async #until(holds: () => boolean): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const watch = () => {
      if (holds()) reached.resolve();
    };
    this.#watches.add(watch);
    watch();
    await reached.promise;
    this.#watches.delete(watch);
  }

  async #work(writer: Writer): Promise<void> {
    using client = new HttpClient(this.#url);
    const { name, isOwn } = writer;
    while (!this.#isEnding) {
      const writesOfCustomer = isOwn ? writesOfOwnCustomer : writesOfSharedCustomer;
      const customerId = `${name}-${Math.floor(writer.acknowledged / writesOfCustomer)}`;
      const number = this.ledger.send(customerId, isOwn);
      if (!(await this.#put(client, writer, customerId, number))) continue;
      this.ledger.acknowledge(customerId, number);
      writer.acknowledged += 1;
      this.#tell();
    }
  }

  /** Whether the write was acknowledged in the end. */
  async #put(client: HttpClient, writer: Writer, customerId: string, number: number): Promise<boolean> {
    const body = numberedLeadSource(customerId, number);
    for (;;) {
      const sentAt = performance.now();
      const answer = await client
        .send('PUT', `/customers/${customerId}/lead-source`, body)
        .catch((error: unknown) => String(error));
      this.#longestAnswerMilliseconds = Math.max(this.#longestAnswerMilliseconds, performance.now() - sentAt);
      if (typeof answer !== 'string' && answer.status === 201) return true;
      this.faults.push(...wordsOnRefusal(answer));
      writer.refused += 1;
      this.#tell();
      // Where others write too, another touch may stand between by now: repeated, it would be a second one.
      if (!writer.isOwn || this.#isEnding) return false;
      await new Promise((resolve) => setTimeout(resolve, patienceMilliseconds));
    }
  }

  #tell(): void {
    for (const watch of this.#watches) watch();
  }
}

function writer(name: string, isOwn: boolean): Writer {
  return { name, isOwn, acknowledged: 0, refused: 0 };
}

/** What is wrong with an answer that is to say: come again. */
function wordsOnRefusal(answer: ClientAnswer | string): readonly string[] {
  if (typeof answer === 'string') return [`No answer: ${answer}`];
  const { status, headers, body } = answer;
  const isPromised =
    status === 503 &&
    headers['content-type'] === 'application/problem+json' &&
    /^[1-9]\d*$/.test(headers['retry-after'] ?? '');
  return isPromised ? [] : [`Answered with ${status}: ${JSON.stringify(body)}`];
}
