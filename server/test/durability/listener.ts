import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient } from '../support/http-client.ts';
import { faultOfSignature, type Received, Receiver } from '../support/receiver.ts';
import { type Acknowledged, numberedLeadSource } from './ledger.ts';

/** A request as it came, judged then: a signature holds for some minutes only. */
export interface Arrival {
  readonly id: string;
  /** What it tells of, which no other event of the service is. */
  readonly change: string;
  /** The medium of the lead source that it says is the current one. */
  readonly medium: string | null;
  /** Null where the signature holds. */
  readonly signatureFault: string | null;
}

const longestAnswerMilliseconds = 20;
const badAnswerShare = 0.1;

/** Is told, as a webhook, of what a service keeps in one life after the other. It answers late, and sometimes with a refusal. */
export class Listener implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  /** Kills at a moment when a request had come that was not answered. */
  killsAmidRequests = 0;
  /** Called for each request, before it is answered. */
  onRequest: () => void = () => {};
  readonly #receiver: Receiver;
  readonly #random: () => number;
  readonly #answeredBadly = new Set<string>();
  #secret = '';
  #unanswered = 0;

  static async start(random: () => number): Promise<Listener> {
    return new Listener(await Receiver.start(), random);
  }

  private constructor(receiver: Receiver, random: () => number) {
    this.#receiver = receiver;
    this.#random = random;
    receiver.answering = (received, response) => {
      this.arrivals.push(arrivalOf(received, this.#secret));
      // Of many thousand requests, only what is held against the rest is kept.
      receiver.received.length = 0;
      this.#unanswered += 1;
      this.onRequest();
      const status = this.#isAnsweredBadly(received) ? 500 : 204;
      const answer = () => {
        this.#unanswered -= 1;
        response.writeHead(status).end();
      };
      setTimeout(answer, random() * longestAnswerMilliseconds);
    };
  }

  /** How many requests came again, with the same id. */
  get repetitions(): number {
    return this.arrivals.length - new Set(this.arrivals.map(({ id }) => id)).size;
  }

  /** Makes itself a webhook of the service there. */
  async subscribe(url: string): Promise<void> {
    using client = new HttpClient(url);
    const made = await client.send('PUT', '/webhooks/w', { url: this.#receiver.url });
    this.#secret = (made.body as { secret: string }).secret;
  }

  noteKill(): void {
    if (this.#unanswered > 0) this.killsAmidRequests += 1;
  }

  /** Waits until the service on this database file has nothing left to tell. */
  async heardAll(databasePath: string): Promise<void> {
    while (isAnythingLeft(databasePath)) await delay(100);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#receiver[Symbol.asyncDispose]();
  }

  /** Once for an id at most, so that the next attempt is soon. */
  #isAnsweredBadly({ id }: Received): boolean {
    const isBad = this.#random() < badAnswerShare && !this.#answeredBadly.has(id);
    if (isBad) this.#answeredBadly.add(id);
    return isBad;
  }
}

export function arrivalOf(received: Received, secret: string): Arrival {
  const { id, body } = received;
  const { eventType, customerId, sequence, current } = body;
  return {
    id,
    change: `${eventType} ${customerId} ${sequence}`,
    medium: current?.medium ?? null,
    signatureFault: faultOfSignature(received, secret),
  };
}

function isAnythingLeft(databasePath: string): boolean {
  using database = new DatabaseSync(databasePath, { readOnly: true, timeout: 5000 });
  const left = database.prepare(
    `SELECT EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM webhook_deliveries WHERE next_time IS NOT NULL) AS is_left`,
  );
  return left.get()?.['is_left'] === 1;
}

/**
 * Every way in which what came breaks what was promised: every acknowledged change is told, each time under the same id and
 * with a signature that holds.
 */
export function faultsOfTelling(
  arrivals: readonly Arrival[],
  acknowledged: Iterable<Acknowledged>,
): readonly string[] {
  const told = new Set(arrivals.map(({ medium }) => medium));
  const kept = Array.from(acknowledged, ({ customerId, number }) => numberedLeadSource(customerId, number));
  const lost = kept.filter(({ medium }) => !told.has(medium));
  const byChange = Map.groupBy(arrivals, ({ change }) => change);
  const renamed = [...byChange].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1);
  const byId = Map.groupBy(arrivals, ({ id }) => id);
  const shared = [...byId].filter(([, all]) => new Set(all.map(({ change }) => change)).size > 1);
  const unsigned = arrivals.filter(({ signatureFault }) => signatureFault !== null);
  return [
    ...lost.map(({ medium }) => `${medium} was acknowledged and never told`),
    ...renamed.map(([change]) => `${change} came under several ids`),
    ...shared.map(([id]) => `${id} stood for several changes`),
    ...unsigned.map(({ id, signatureFault }) => `${id} was not signed: ${signatureFault}`),
  ];
}
