import { expect, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
import { createAffiliateStatementOperations } from '../../src/operations/affiliate-statement.ts';
import { transferTables } from '../../src/storage/transfer-tables.ts';
import { countOf } from '../support/counts.ts';
import { failureOf } from '../support/failures.ts';
import { principalOf } from '../support/principals.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

const seed = announceSeed('traces');
const lives = countOf(100);
const stretchesOfALife = 6;
const doingsOfAStretch = 10;
const day = 86_400_000;
const persons = ['ann', 'bob', 'cyd'];

/** Three persons: whatever tells of one has their mark in it, and nothing else has. */
class Lives {
  readonly room: StoreRoom;
  readonly #next: () => number;
  readonly #principal: Principal;
  #made = 0;
  #job: string | null = null;

  constructor(room: StoreRoom, next: () => number) {
    this.room = room;
    this.#next = next;
    this.#principal = principalOf(room);
  }

  /** Some of what may happen to a person, who alone is concerned; what is refused has not happened. */
  async live(person: string): Promise<void> {
    for (let doing = 0; doing < doingsOfAStretch; doing++) {
      this.room.now += Math.floor(this.#next() * 3 * day);
      await failureOf(this.#one(this.#doings(person))());
    }
  }

  /** What happens to all. */
  async goOn(): Promise<void> {
    for (const doing of [() => this.#deliver(), () => this.#build(), () => this.#close()]) {
      if (this.#next() < 0.7) await failureOf(doing());
    }
  }

  somebody(): string {
    return this.#one(persons);
  }

  #doings(person: string): readonly (() => Promise<unknown>)[] {
    const { room } = this;
    const mark = `mark-${person}`;
    const [id, visitorId] = [`${mark}-${this.#one(['1', '2'])}`, `${mark}-visitor`];
    const details = { clickId: `${mark}-click`, path: `/${mark}`, referrer: `https://a.example/${mark}` };
    const once = { route: 'POST /x', key: this.#name(mark), contentDigest: mark };
    const givenId = this.#name(mark);
    const occurredTime = room.now - Math.floor(this.#next() * 2 * day);
    return [
      () => room.put(id, { affiliate: 'a', ...details }),
      () => room.add(id, { source: 's', ...details }, { givenId, once, occurredTime }),
      () => this.#import(id, details),
      () => room.save(id, { facts: { customFields: { [mark]: mark } } }),
      () => room.capture(visitorId, { affiliate: 'b', ...details }),
      () => room.link(id, visitorId),
      () => room.merge(`${mark}-1`, `${mark}-2`),
      () => room.remove(id),
      () => this.#convert(id, mark, occurredTime),
      () => room.refund(`${mark}-conversion`, { refundId: this.#name(mark), amount: '0.01' }),
    ];
  }

  #import(customerId: string, given: object): Promise<unknown> {
    const touch = { customerId, given, givenId: this.#name(customerId), occurredTime: this.room.now - day };
    return this.room.begin('imp').then((begun) => this.room.addAll(begun, [touch]));
  }

  #convert(customerId: string, mark: string, occurredTime: number): Promise<unknown> {
    const conversionId = this.#one([`${mark}-conversion`, this.#name(mark)]);
    const told = { conversionId, occurredTime, orderId: mark, metadata: { [mark]: mark } };
    return this.room.convert(customerId, told);
  }

  /** Some of what happened is on its way to somebody; the rest waits. */
  async #deliver(): Promise<void> {
    const { organizationId, now, store } = this.room;
    const events = (await this.room.keptEvents()).slice(0, 5);
    const deliveries = events.map((kept) => ({ id: this.#name('whd'), webhookId: 'listener', kept, now }));
    await store.write('keepDeliveries', { organizationId, deliveries, upToKey: events.at(-1)?.key ?? 0 });
  }

  async #build(): Promise<void> {
    this.#job ??= await this.room.attribute({ lookbackDays: 1 + Math.floor(this.#next() * 90) });
    if ((await this.room.buildCredits(this.#job, 2)).isFinished) this.#job = null;
  }

  async #close(): Promise<void> {
    const { store, now } = this.room;
    const random = (count: number) => new Uint8Array(count).fill(++this.#made);
    const statements = createAffiliateStatementOperations({ store, now: () => now, random });
    const [end, model] = [{ instant: now - day }, 'last-non-direct'] as const;
    const start = (await statements.list(this.#principal)).length > 0 ? null : { instant: 0 };
    await statements.close(this.#principal, { model, start, end, timezone: null });
  }

  async erase(person: string): Promise<void> {
    // A visitor who was nobody's is told to be forgotten by itself.
    await failureOf(this.room.link(`mark-${person}-1`, `mark-${person}-visitor`));
    for (const number of ['1', '2']) await this.#eraseOnce(`mark-${person}-${number}`);
  }

  async #eraseOnce(id: string): Promise<void> {
    const as = { erasureId: this.#name('era'), newCustomerId: this.#name('nobody') };
    while ((await failureOf(this.room.erase(id, as))) === 'unavailable') await this.#build();
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#next() * items.length)] as Item;
  }

  #name(prefix: string): string {
    this.#made += 1;
    return `${prefix}-${this.#made}`;
  }
}

/** The rows in which the mark of one of these persons is. */
async function rowsOf(
  opened: OpenedStore,
  marked: readonly string[],
  condition = '',
): Promise<readonly string[]> {
  const found = await Promise.all(
    tablesWithTexts.map(async ({ name }) => {
      const rows = await opened.rows(`SELECT * FROM ${name} ${condition}`);
      return rows.map((row) => `${name} ${JSON.stringify(row, plain)}`);
    }),
  );
  return found
    .flat()
    .filter((text) => marked.some((person) => text.includes(`mark-${person}`)))
    .toSorted();
}

const tablesWithTexts = transferTables.filter(
  ({ columns }) => 'organization_id' in columns && Object.values(columns).includes('text'),
);

/** Does to a person what must leave the rows of all others as they are. */
async function doTo(
  opened: OpenedStore,
  { organizationId }: StoreRoom,
  person: string,
  doing: () => Promise<void>,
): Promise<void> {
  const ofOrganization = `WHERE organization_id =
    (SELECT o.organization_id FROM organizations o WHERE o.public_id = '${organizationId}')`;
  const others = persons.filter((each) => each !== person);
  // A build of credits, which an erasure waits for, goes on meanwhile.
  const rows = async () =>
    (await rowsOf(opened, others, ofOrganization)).filter((text) => !text.startsWith('credit_versions '));
  const before = await rows();
  await doing();
  expect(await rows()).toEqual(before);
}

/** Some engines answer whole numbers that JSON has no form for. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

test.each(engines)(
  'nothing of others changes whatever is done to a person, and who was erased is in no row of any table, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const next = randomFrom(seed);
      for (let life = 0; life < lives; life++) {
        const of = new Lives(await StoreRoom.openHeard(() => opened.store), next);
        for (let stretch = 0; stretch < stretchesOfALife; stretch++) {
          const person = of.somebody();
          await doTo(opened, of.room, person, () => of.live(person));
          await of.goOn();
        }
        for (const person of persons) await doTo(opened, of.room, person, () => of.erase(person));
        expect(await rowsOf(opened, persons)).toEqual([]);
      }
    } finally {
      await opened.dispose();
    }
  },
);
