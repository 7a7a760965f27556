import type { ClientAnswer } from '../support/http-client.ts';
import { type Diary, keepDiaries } from './diary.ts';
import { Erasing } from './erasing.ts';
import { Ledger } from './ledger.ts';
import { type Caller, showCustomer, writeNumbers } from './writers.ts';

const ownWriters = 3;
const sharedWriters = 2;
const diaryWriters = 2;
const erasers = 1;
const writesOfEach = 5;
/** One that makes a key, those of a whole diary, and some of a second one. */
const stepsOfEach = 11;
/** Two whole customers: the log of erasures is there for the second. */
const stepsOfErasing = 4;
const numbersOfEach = 1000;

/** How many clients a script takes, each with a connection of its own. */
export const scriptClients = ownWriters + sharedWriters + diaryWriters + erasers;

/** A number of writes of several clients at one time: new lead sources, removals, merges, erasures, changes of a key. */
export class Script {
  readonly #name: string;
  readonly #ledger = new Ledger();
  readonly #diaries: Diary[][] = [];
  readonly #erasing: Erasing;

  /** Scripts of other names write other customers. */
  constructor(name: string) {
    this.#name = name;
    this.#erasing = new Erasing(`${name}-erased`);
  }

  /** Ends when every client has done its part, or has lost its connection. */
  async run(clients: readonly Caller[]): Promise<void> {
    await Promise.all(clients.map((client, place) => this.#part(client, place)));
  }

  /** Every way in which what a service shows breaks what it acknowledged to the clients. */
  async faults(client: Caller): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const customerId of this.#ledger.customerIds)
      faults.push(...this.#ledger.faultsOf(customerId, await showCustomer(client, customerId)));
    for (const kept of this.#diaries)
      for (const diary of kept) faults.push(...(await diary.faults(client, diary === kept.at(-1))));
    faults.push(...(await this.#erasing.faults(client)));
    return faults;
  }

  #part(client: Caller, place: number): Promise<unknown> {
    const diaryPlace = place - ownWriters - sharedWriters;
    if (diaryPlace >= diaryWriters) return this.#erasing.live(breakingAfter(client, stepsOfErasing));
    if (diaryPlace >= 0)
      return keepDiaries(
        breakingAfter(client, stepsOfEach),
        `${this.#name}-diary-${diaryPlace}`,
        this.#diaries,
      );
    const isOwn = place < ownWriters;
    const customerId = isOwn ? `${this.#name}-own-${place}` : `${this.#name}-shared`;
    // Its own numbers, so that a client's requests are the same however the clients take turns.
    const target = { customerId, isOwn, firstNumber: place * numbersOfEach + 1 };
    return writeNumbers(breakingAfter(client, writesOfEach), this.#ledger, target);
  }
}

/** A connection that breaks after so many answers, before it sends what comes next. */
function breakingAfter(client: Caller, answers: number): Caller {
  let sent = 0;
  return {
    async send(method, path, body) {
      if (++sent > answers) throw new Error('The part of this client is done.');
      return await client.send(method, path, body);
    },
  };
}

/** A client whose connection broke after these answers: what it was told by then. */
export function toldSoFar(answers: readonly ClientAnswer[]): Caller {
  const left = answers.values();
  return {
    async send() {
      const { value, done } = left.next();
      if (done === true) throw new Error('The connection broke.');
      return value;
    },
  };
}
