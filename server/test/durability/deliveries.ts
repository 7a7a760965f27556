import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ChildService } from '../support/child-service.ts';
import { HttpClient } from '../support/http-client.ts';
import { faultOfSignature, type Received, Receiver, receiverSettings } from '../support/receiver.ts';

export interface DeliveryPlan {
  readonly databasePath: string;
  readonly kills: number;
  readonly random: () => number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** A request as it came, judged then: a signature holds for some minutes only. */
export interface Arrival extends Received {
  /** Null where the signature holds. */
  readonly signatureFault: string | null;
}

export interface DeliveryReport {
  readonly faults: readonly string[];
  /** Changes that the service acknowledged. */
  readonly acknowledged: number;
  readonly requests: number;
  /** Requests that came again, with the same id. */
  readonly repetitions: number;
  /** Kills at a moment when the receiver had a request that it had not answered. */
  readonly killsAmidRequests: number;
}

const writers = 4;
const writesOfEach = 5;
/** How many acknowledgements, or requests, a life sees at most. */
const longestLife = writers * writesOfEach;
const killedAmidWritesShare = 0.3;
/** Ends a life in which less is told than should be. */
const longestLifeMilliseconds = 5_000;
const longestDelayMilliseconds = 10;
const longestAnswerMilliseconds = 20;
const badAnswerShare = 0.1;

/**
 * Kills a service again and again while it tells a webhook of what others write, and in the end lets it tell the rest.
 * Every acknowledged change must have come, each time under the same id and with a signature that holds.
 */
export async function killDuringDelivery(plan: DeliveryPlan): Promise<DeliveryReport> {
  await using receiver = await Receiver.start();
  const round = new Rounds(plan, receiver);
  await round.createWebhook();
  for (let kill = 0; kill < plan.kills; kill++) await round.live(kill);
  await round.tellTheRest();
  return {
    faults: faultsOf(round.arrivals, round.acknowledged),
    acknowledged: round.acknowledged.length,
    requests: receiver.received.length,
    repetitions: receiver.received.length - new Set(receiver.received.map(({ id }) => id)).size,
    killsAmidRequests: round.killsAmidRequests,
  };
}

class Rounds {
  readonly acknowledged: string[] = [];
  readonly arrivals: Arrival[] = [];
  killsAmidRequests = 0;
  readonly #plan: DeliveryPlan;
  readonly #receiver: Receiver;
  readonly #answeredBadly = new Set<string>();
  #secret = '';
  #unanswered = 0;
  #onSight: (what: 'acknowledgement' | 'request') => void = () => {};

  constructor(plan: DeliveryPlan, receiver: Receiver) {
    this.#plan = plan;
    this.#receiver = receiver;
    receiver.answering = (received, response) => {
      const { id } = received;
      this.arrivals.push({ ...received, signatureFault: faultOfSignature(received, this.#secret) });
      this.#unanswered += 1;
      this.#onSight('request');
      // Once for an id at most, so that the next attempt is soon.
      const isBad = plan.random() < badAnswerShare && !this.#answeredBadly.has(id);
      if (isBad) this.#answeredBadly.add(id);
      const answer = () => {
        this.#unanswered -= 1;
        response.writeHead(isBad ? 500 : 204).end();
      };
      setTimeout(answer, plan.random() * longestAnswerMilliseconds);
    };
  }

  async createWebhook(): Promise<void> {
    await using child = this.#start();
    using client = new HttpClient(await child.url());
    const made = await client.send('PUT', '/webhooks/w', { url: this.#receiver.url });
    this.#secret = (made.body as { secret: string }).secret;
  }

  /** Lets the service be written to, and kills it at a random moment after some acknowledgements or requests. */
  async live(number: number): Promise<void> {
    const child = this.#start();
    const url = await child.url();
    const awaited = this.#plan.random() < killedAmidWritesShare ? 'acknowledgement' : 'request';
    let left = Math.floor(this.#plan.random() * longestLife);
    const due = Promise.withResolvers<void>();
    this.#onSight = (what) => {
      if (what === awaited && left-- === 0) due.resolve();
    };
    const lines = Array.from({ length: writers }, (_, writer) => this.#write(url, `${number}-${writer}`));
    const timer = setTimeout(due.resolve, longestLifeMilliseconds);
    await due.promise;
    clearTimeout(timer);
    await this.#kill(child);
    this.#onSight = () => {};
    await Promise.all(lines);
  }

  async tellTheRest(): Promise<void> {
    await using child = this.#start();
    await child.url();
    while (this.#isAnythingLeft()) await delay(100);
  }

  #start(): ChildService {
    const { databasePath, settings } = this.#plan;
    return new ChildService({ databasePath, settings: { ...receiverSettings, ...settings } });
  }

  async #kill(child: ChildService): Promise<void> {
    await delay(this.#plan.random() * longestDelayMilliseconds);
    if (this.#unanswered > 0) this.killsAmidRequests += 1;
    await child.kill();
  }

  /** Writes some lead sources, one after the other, unless the connection breaks. */
  async #write(url: string, customerId: string): Promise<void> {
    using client = new HttpClient(url);
    for (let written = 1; written <= writesOfEach; written++) {
      const source = `${customerId} ${written}`;
      const answer = await client
        .send('PUT', `/customers/${customerId}/lead-source`, { source })
        .catch(() => null);
      if (answer === null) return;
      if (answer.status !== 201) throw new Error(`A write was answered with ${answer.status}.`);
      this.acknowledged.push(source);
      this.#onSight('acknowledgement');
    }
  }

  #isAnythingLeft(): boolean {
    using database = new DatabaseSync(this.#plan.databasePath, { readOnly: true, timeout: 5000 });
    const left = database.prepare(
      `SELECT EXISTS (SELECT 1 FROM events) OR EXISTS (SELECT 1 FROM webhook_deliveries WHERE next_time IS NOT NULL) AS is_left`,
    );
    return left.get()?.['is_left'] === 1;
  }
}

/** Every way in which what came breaks what was promised; none where the service kept its word. */
export function faultsOf(received: readonly Arrival[], acknowledged: readonly string[]): readonly string[] {
  const told = new Set(received.map(({ body }) => body.current?.source));
  const lost = acknowledged.filter((source) => !told.has(source));
  const byChange = Map.groupBy(
    received,
    ({ body: { eventType, customerId, sequence } }) => `${eventType} ${customerId} ${sequence}`,
  );
  const renamed = [...byChange].filter(([, all]) => new Set(all.map(({ id }) => id)).size > 1);
  const byId = Map.groupBy(received, ({ id }) => id);
  const shared = [...byId].filter(([, all]) => new Set(all.map(({ body }) => body.customerId)).size > 1);
  const unsigned = received.filter(({ signatureFault }) => signatureFault !== null);
  return [
    ...lost.map((source) => `${source} was acknowledged and never told`),
    ...renamed.map(([change]) => `${change} came under several ids`),
    ...shared.map(([id]) => `${id} stood for several changes`),
    ...unsigned.map(({ id, signatureFault }) => `${id} was not signed: ${signatureFault}`),
  ];
}
