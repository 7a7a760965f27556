import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DomainEvent } from '../../src/domain/event.ts';
import { ulid } from '../../src/domain/identifier.ts';
import type { Commit, KeptEvent, Store } from '../../src/storage/store.ts';
import { Outbox } from '../../src/webhooks/outbox.ts';
import { OutboxClaims } from '../../src/webhooks/outbox-claims.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { testClock } from '../support/clock.ts';
import { type EmptyOutbox, keepOutboxEmpty } from '../support/empty-outbox.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

const delayMilliseconds = 200;
const soonMilliseconds = 1000;
const laterMilliseconds = 6000;
const claimMilliseconds = 10_000;
const patience = { timeout: 60_000 };
const clock = testClock();

interface SmallInput {
  readonly organizationId: string;
  readonly holder: string;
  readonly upToKey: number;
}

interface Moment {
  readonly now: number;
}

/** As much of a store as the outbox sees, in which a test makes commits by itself. */
class SmallStore {
  readonly kept = new Map<string, KeptEvent[]>();
  readonly #organizationIds: readonly string[];
  /** What was asked for, in order, such as `outbox org_a` or `pruneEvents org_a`. */
  readonly asked: string[] = [];
  /** When the first of the deliveries that wait is due. */
  nextDeliveryTime: number | null = null;
  /** Who may read which events. */
  readonly claims = new Map<string, string>();
  /** What happens between the dropping of events and the answer that it is done. */
  beforeAnswer: () => void = () => {};
  readonly #listeners: ((commit: Commit) => void)[] = [];
  #lastKey = 0;

  constructor(organizationIds: readonly string[] = ['org_a']) {
    this.#organizationIds = organizationIds;
  }

  get prunes(): number {
    return this.asked.filter((each) => each.startsWith('pruneEvents')).length;
  }

  eventsOf(organizationId: string): KeptEvent[] {
    const events = this.kept.get(organizationId) ?? [];
    this.kept.set(organizationId, events);
    return events;
  }

  commitEvent(organizationId = 'org_a', key = ++this.#lastKey): void {
    const event = { occurredTime: clock.now() } as DomainEvent;
    this.eventsOf(organizationId).push({ key, event });
    this.commit([organizationId]);
  }

  commit(organizationIds: readonly string[]): void {
    for (const listener of this.#listeners) listener({ writes: 1, organizationIds, seconds: 0 });
  }

  asStore(): Store {
    const store = {
      read: {
        organizations: async () => {
          this.asked.push('organizations');
          return this.#organizationIds.map((id) => organizationNamed(id));
        },
        events: async (organizationId: string) => {
          this.asked.push(`events ${organizationId}`);
          return this.eventsOf(organizationId).slice(0, 1);
        },
        outbox: async (organizationId: string) => {
          this.asked.push(`outbox ${organizationId}`);
          const lastEventKey = this.eventsOf(organizationId).at(-1)?.key ?? null;
          return { lastEventKey, nextDeliveryTime: this.nextDeliveryTime };
        },
        activeWebhooks: async () => [],
        webhookOrganizations: async () => [],
      },
      write: async (kind: string, input: SmallInput) => {
        this.asked.push(`${kind} ${input.organizationId}`);
        return this.#write(kind, input);
      },
      onCommit: (listener: (commit: Commit) => void) => this.#listeners.push(listener),
    };
    return store as unknown as Store;
  }

  #write(kind: string, { organizationId, holder, upToKey }: SmallInput): unknown {
    const held = this.claims.get(organizationId);
    if (kind === 'claimOutbox') {
      if (held === undefined) this.claims.set(organizationId, holder);
      return { claimed: held === undefined || held === holder };
    }
    if (kind === 'releaseOutbox') {
      this.claims.delete(organizationId);
      return null;
    }
    expect(held).toBe('this process');
    const left = this.eventsOf(organizationId).filter(({ key }) => key > upToKey);
    this.kept.set(organizationId, left);
    this.commit([]);
    this.beforeAnswer();
    return null;
  }
}

function isOfDeliveries(kind: string): boolean {
  return kind === 'pruneDeliveries' || kind === 'bringForwardDeliveries';
}

function keepSmallEmpty(store: SmallStore, onError: (error: unknown) => void = () => {}): EmptyOutbox {
  return keepOutboxEmpty({ store: store.asStore(), now: clock.now, holder: 'this process', onError });
}

/** A store of which some reads do something else. */
function storeWith(store: SmallStore, reads: object): Store {
  const kept = store.asStore();
  return Object.create(kept, { read: { value: { ...kept.read, ...reads } } }) as Store;
}

/** An outbox that finds a webhook, whose deliveries nobody makes. */
function outboxOf(
  store: Store,
  claims = new OutboxClaims({ store, now: clock.now, holder: 'this process' }),
): Outbox {
  return new Outbox({
    ...{ store, now: clock.now, claims },
    random: (byteCount) => new Uint8Array(byteCount),
    courier: { wake: () => undefined },
    onError: (error) => expect.fail(String(error)),
  });
}

function patienceOf(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await vi.advanceTimersByTimeAsync(milliseconds);
}

describe('while there is no webhook', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('events are dropped soon after their commit, also those that an earlier process left', async () => {
    const store = new SmallStore();
    store.commitEvent();
    await using _outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
    store.commitEvent();
    expect(store.eventsOf('org_a')).toHaveLength(1);
    await pass(soonMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('events committed while others are dropped do not stay behind', async () => {
    const store = new SmallStore();
    store.beforeAnswer = () => {
      store.beforeAnswer = () => {};
      store.commitEvent();
    };
    store.commitEvent();
    await using _outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('many commits in a row are one dropping, and an empty outbox is none', async () => {
    const store = new SmallStore();
    await using _outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(store.prunes).toBe(0);
    for (let commit = 0; commit < 100; commit++) store.commitEvent();
    await pass(soonMilliseconds);
    expect(store.prunes).toBe(1);
    await pass(60_000);
    expect(store.prunes).toBe(1);
  });

  test('a commit leads to the outboxes of its own organizations alone, however many there are', async () => {
    const all = Array.from({ length: 1000 }, (_, place) => `org_${place}`);
    const store = new SmallStore(all);
    await using _outbox = keepSmallEmpty(store);
    await pass(delayMilliseconds);
    // Callers have the storage in between.
    expect(store.asked).toHaveLength(1 + all.length / 5);
    await pass(laterMilliseconds);
    expect(store.asked).toEqual(['organizations', ...all.map((id) => `outbox ${id}`)]);
    store.asked.length = 0;
    store.commitEvent('org_7');
    store.commit([]);
    await pass(60_000);
    expect(store.asked).toEqual([
      'outbox org_7',
      'claimOutbox org_7',
      'events org_7',
      'pruneEvents org_7',
      'events org_7',
    ]);
  });

  test('what has gathered is dropped in parts', async () => {
    const store = new SmallStore();
    for (const key of [1, 20_000, 50_000, 60_000]) store.commitEvent('org_a', key);
    await using _outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
    expect(store.prunes).toBe(2);
  });

  test('an event that came after webhooks were looked for is not dropped with those before', async () => {
    const store = new SmallStore();
    let looks = 0;
    const activeWebhooks = async () => {
      looks += 1;
      if (looks > 1) return [{ id: 'w', eventsFilter: [] }];
      store.commitEvent();
      return [];
    };
    await using _outbox = outboxOf(storeWith(store, { activeWebhooks }));
    await pass(soonMilliseconds);
    store.commitEvent();
    await pass(soonMilliseconds);
    const writes = store.asked.filter((each) => /^(?:prune|keep)/.test(each));
    expect(writes).toEqual(['pruneEvents org_a', 'keepDeliveries org_a']);
  });

  test('events that stay, whatever is done, are left for later and hold nobody up', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    const events = store.eventsOf('org_a');
    store.beforeAnswer = () => void store.kept.set('org_a', events);
    for (const id of ['org_a', 'org_b']) store.commitEvent(id);
    const outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(store.prunes).toBe(2);
    expect(store.eventsOf('org_b')).toEqual([]);
    expect(outbox.lag().organizations).toBe(1);
    await outbox[Symbol.asyncDispose]();
  });

  test('a claim is made anew when half of its time is over, not with each dropping', async () => {
    const store = new SmallStore();
    await using _outbox = keepSmallEmpty(store);
    for (let second = 0; second < 20; second++) {
      store.commitEvent();
      await pass(soonMilliseconds);
    }
    expect(store.prunes).toBe(20);
    const claims = store.asked.filter((each) => each.startsWith('claimOutbox')).length;
    expect(claims).toBeGreaterThanOrEqual(2);
    expect(claims).toBeLessThanOrEqual(5);
  });

  test('what another process has claimed is left to it, and dropped once the claim is over', async () => {
    const store = new SmallStore();
    store.claims.set('org_a', 'another process');
    await using _outbox = keepSmallEmpty(store);
    store.commitEvent();
    await pass(laterMilliseconds);
    expect(store.prunes).toBe(0);
    expect(store.eventsOf('org_a')).toHaveLength(1);
    store.claims.delete('org_a');
    await pass(laterMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('what another process has emptied is not asked for again', async () => {
    const store = new SmallStore();
    store.claims.set('org_a', 'another process');
    await using _outbox = keepSmallEmpty(store);
    store.commitEvent();
    await pass(soonMilliseconds);
    store.eventsOf('org_a').length = 0;
    await pass(laterMilliseconds);
    store.asked.length = 0;
    await pass(60_000);
    expect(store.asked).toEqual([]);
  });

  test('a store that cannot be asked is reported once, and asked again after the next commit', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    const errors: unknown[] = [];
    const broken = new Error('away');
    store.beforeAnswer = () => {
      throw broken;
    };
    store.commitEvent('org_a');
    store.commitEvent('org_b');
    await using _outbox = keepSmallEmpty(store, (error) => errors.push(error));
    await pass(soonMilliseconds);
    expect(errors).toEqual([broken]);
    store.beforeAnswer = () => {};
    store.commitEvent('org_a');
    await pass(soonMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('an organization that fails again and again holds no other one up for long', async () => {
    const store = new SmallStore(['org_a', 'org_b', 'org_c']);
    for (const id of ['org_a', 'org_b', 'org_c']) store.commitEvent(id);
    const kept = store.asStore();
    const outbox = async (id: string) => {
      if (id === 'org_a') throw new Error('broken');
      return kept.read.outbox(id);
    };
    const failing = Object.create(kept, { read: { value: { ...kept.read, outbox } } });
    const errors: unknown[] = [];
    await using _outbox = keepOutboxEmpty({
      ...{ store: failing, now: clock.now, holder: 'this process' },
      onError: (error: unknown) => errors.push(error),
    });
    for (let time = 0; time < 3; time++) await pass(laterMilliseconds);
    expect([store.eventsOf('org_b'), store.eventsOf('org_c')]).toEqual([[], []]);
    expect(errors.length).toBeGreaterThan(1);
  });

  test('a store that could not be asked is asked again without a commit', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    store.beforeAnswer = () => {
      store.beforeAnswer = () => {};
      throw new Error('away');
    };
    await using _outbox = keepSmallEmpty(store);
    store.commitEvent('org_a');
    store.commitEvent('org_b');
    await pass(laterMilliseconds);
    expect([...store.kept.values()].flat()).toEqual([]);
  });

  test('a store that answers only after minutes is not left alone for hours', async () => {
    const store = new SmallStore();
    const minute = 60_000;
    const kept = store.asStore();
    const held = Promise.withResolvers<void>();
    let isHeld = false;
    const outbox = async (id: string) => {
      if (isHeld) await held.promise;
      return kept.read.outbox(id);
    };
    const slow = Object.create(kept, { read: { value: { ...kept.read, outbox } } });
    await using _outbox = keepOutboxEmpty({
      ...{ store: slow, now: clock.now, holder: 'this process' },
      onError: (error: unknown) => expect.fail(String(error)),
    });
    await pass(soonMilliseconds);
    isHeld = true;
    store.commitEvent();
    await pass(20 * minute);
    isHeld = false;
    held.resolve();
    await pass(soonMilliseconds);
    store.commitEvent();
    await pass(minute);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('a round that fails is told of, and made again', async () => {
    const broken = new Error('away');
    const webhookOrganizations = vi.fn(async () => []).mockRejectedValueOnce(broken);
    const errors: unknown[] = [];
    await using _outbox = keepOutboxEmpty({
      ...{ store: storeWith(new SmallStore(), { webhookOrganizations }), now: clock.now, holder: 'one' },
      onError: (error) => errors.push(error),
    });
    await pass(2 * laterMilliseconds);
    expect(errors).toEqual([broken]);
    expect(webhookOrganizations).toHaveBeenCalledTimes(2);
  });

  test('organizations that could not be listed at the start are listed later, without a commit', async () => {
    const store = new SmallStore();
    store.commitEvent();
    const lists = [() => Promise.reject(new Error('away')), async () => [organizationNamed('org_a')]];
    const listing = storeWith(store, { organizations: () => lists.shift()?.() });
    const errors: unknown[] = [];
    const options = { store: listing, now: clock.now, holder: 'this process' };
    await using _outbox = keepOutboxEmpty({ ...options, onError: (error) => errors.push(error) });
    await pass(soonMilliseconds);
    expect(errors).toHaveLength(1);
    await pass(laterMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('it rests for a fifth of a second, and nine times as long as a pass took, without the making of deliveries', async () => {
    const store = new SmallStore();
    const kept = store.asStore();
    let [readMilliseconds, planMilliseconds] = [0, 0];
    const reading = storeWith(store, {
      activeWebhooks: async () => [{ id: 'w', eventsFilter: [] }],
      async outbox(id: string) {
        if (readMilliseconds > 0) await patienceOf(readMilliseconds);
        return kept.read.outbox(id);
      },
    });
    const write: Store['write'] = async (kind, input) => {
      if (kind === 'keepDeliveries' && planMilliseconds > 0) await patienceOf(planMilliseconds);
      return kept.write(kind, input);
    };
    await using _outbox = outboxOf(Object.create(reading, { write: { value: write } }) as Store);
    await pass(soonMilliseconds);
    const left = () => store.eventsOf('org_a').length;
    store.commitEvent();
    await pass(delayMilliseconds - 1);
    expect(left()).toBe(1);
    planMilliseconds = 1000;
    await pass(1 + planMilliseconds);
    expect(left()).toBe(0);
    readMilliseconds = 1000;
    store.commitEvent();
    await pass(delayMilliseconds + readMilliseconds + planMilliseconds);
    expect(left()).toBe(0);
    [readMilliseconds, planMilliseconds] = [0, 0];
    store.commitEvent();
    await pass(8900);
    expect(left()).toBe(1);
    await pass(100);
    expect(left()).toBe(0);
  });

  test('it rests no longer where deliveries of several organizations are made in one pass', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    const kept = store.asStore();
    let planMilliseconds = 1000;
    const write: Store['write'] = async (kind, input) => {
      if (kind === 'keepDeliveries' && planMilliseconds > 0) await patienceOf(planMilliseconds);
      return kept.write(kind, input);
    };
    const reading = storeWith(store, { activeWebhooks: async () => [{ id: 'w', eventsFilter: [] }] });
    await using _outbox = outboxOf(Object.create(reading, { write: { value: write } }) as Store);
    await pass(soonMilliseconds);
    for (const id of ['org_a', 'org_b']) store.commitEvent(id);
    await pass(delayMilliseconds + 2 * planMilliseconds);
    expect([...store.kept.values()].flat()).toEqual([]);
    planMilliseconds = 0;
    store.commitEvent();
    await pass(delayMilliseconds);
    expect(store.eventsOf('org_a')).toEqual([]);
  });

  test('its lag is the age of the first event that may be left, and the number of organizations', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    await using outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    const nothing = { organizations: 0, oldestSeconds: 0 };
    expect(outbox.lag()).toEqual(nothing);
    store.claims.set('org_b', 'another process');
    store.commitEvent('org_b');
    await pass(2000);
    store.commitEvent('org_a');
    store.commitEvent('org_b');
    expect(outbox.lag()).toEqual({ organizations: 2, oldestSeconds: 2 });
    await pass(soonMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: 3 });
    store.claims.delete('org_b');
    await pass(laterMilliseconds);
    expect(outbox.lag()).toEqual(nothing);
  });

  test('its lag is known of events that an earlier process left, by when they were committed', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    store.claims.set('org_a', 'another process');
    store.commitEvent('org_a');
    await pass(60_000);
    await using outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: 61 });
    store.claims.delete('org_a');
    await pass(laterMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 0, oldestSeconds: 0 });
  });

  test('its lag is known of them also while nothing can be done about them', async () => {
    const store = new SmallStore();
    store.commitEvent();
    await pass(60_000);
    const failing = Object.assign(store.asStore(), { write: () => Promise.reject(new Error('away')) });
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    await using outbox = keepOutboxEmpty({ store: failing, now: clock.now, holder: 'this process', onError });
    await pass(soonMilliseconds);
    expect([outbox.lag().oldestSeconds, errors]).toEqual([61, [new Error('away')]]);
  });

  test('a failure is told of as what it was, also where the store then says nothing of the lag either', async () => {
    const store = new SmallStore();
    const away = (what: string) => () => Promise.reject(new Error(what));
    const failing = storeWith(store, { outbox: away('of the outbox'), events: away('of its events') });
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    await using _outbox = keepOutboxEmpty({ store: failing, now: clock.now, holder: 'one', onError });
    await pass(soonMilliseconds);
    expect(errors).toEqual([new Error('of the outbox')]);
  });

  test('its lag is that of the oldest event left, however long another process has dealt with those before', async () => {
    const store = new SmallStore();
    store.claims.set('org_a', 'another process');
    await using outbox = keepSmallEmpty(store);
    for (let second = 0; second < 60; second++) {
      store.commitEvent();
      await pass(soonMilliseconds);
      expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: second === 0 ? 1 : 2 });
      // What was committed last is still to be dealt with.
      store.eventsOf('org_a').splice(0, store.eventsOf('org_a').length - 1);
    }
  });

  test('deliveries that another process has yet to make do not count into its lag', async () => {
    const store = new SmallStore();
    store.claims.set('org_a', 'another process');
    await using outbox = keepSmallEmpty(store);
    store.commitEvent();
    await pass(soonMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: 1 });
    store.eventsOf('org_a').length = 0;
    store.nextDeliveryTime = clock.now();
    await pass(laterMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 0, oldestSeconds: 0 });
    // It still looks after them, as the other one may die.
    store.claims.delete('org_a');
    await pass(laterMilliseconds);
    expect(store.claims.get('org_a')).toBe('this process');
  });

  test('its lag is that of the oldest event left while it makes deliveries of very many', async () => {
    const store = new SmallStore();
    const activeWebhooks = async () => [{ id: 'w', eventsFilter: [] }];
    await using outbox = outboxOf(storeWith(store, { activeWebhooks }));
    await pass(soonMilliseconds);
    // A turn is of ten here.
    for (let place = 0; place < 10; place++) store.commitEvent();
    await pass(delayMilliseconds / 2);
    store.commitEvent();
    await pass(delayMilliseconds / 2);
    expect(store.eventsOf('org_a')).toHaveLength(1);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: delayMilliseconds / 2 / 1000 });
  });

  test('its lag counts events of other processes where it sees that they are left', async () => {
    const store = new SmallStore();
    const finding = storeWith(store, {
      webhookOrganizations: async () => ['org_a'],
      webhooksToGiveUp: async () => [],
    });
    store.claims.set('org_a', 'another process');
    const write = async (kind: string, input: SmallInput) =>
      isOfDeliveries(kind) ? { isLeft: false } : store.asStore().write(kind as 'claimOutbox', input as never);
    await using outbox = outboxOf(Object.create(finding, { write: { value: write } }) as Store);
    await pass(soonMilliseconds);
    store.eventsOf('org_a').push({ key: 1, event: { occurredTime: clock.now() } as DomainEvent });
    await pass(laterMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: laterMilliseconds / 1000 });
  });

  test('an event committed while others are dropped counts into the lag from then on', async () => {
    const store = new SmallStore();
    store.beforeAnswer = () => {
      store.beforeAnswer = () => {};
      store.commitEvent();
    };
    store.commitEvent();
    await using outbox = keepSmallEmpty(store);
    await pass(200);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: 0 });
    await pass(soonMilliseconds);
    expect(outbox.lag().organizations).toBe(0);
  });

  test('many events become deliveries turn by turn, without a rest for who has more, and others come first', async () => {
    const store = new SmallStore(['org_a', 'org_b']);
    const activeWebhooks = async () => [{ id: 'w', eventsFilter: [] }];
    await using outbox = outboxOf(storeWith(store, { activeWebhooks }));
    for (let place = 0; place < 45; place++) store.commitEvent('org_a');
    store.commitEvent('org_b');
    await pass(delayMilliseconds);
    await pass(delayMilliseconds);
    expect(outbox.lag()).toEqual({ organizations: 1, oldestSeconds: (2 * delayMilliseconds) / 1000 });
    await pass(3 * soonMilliseconds);
    expect([...store.kept.values()].flat()).toEqual([]);
    const writes = store.asked.filter((each) => each.startsWith('keepDeliveries'));
    expect(writes.indexOf('keepDeliveries org_b')).toBeLessThan(writes.lastIndexOf('keepDeliveries org_a'));
  });

  test.each([
    { what: 'deliveries are made', webhooks: [{ id: 'w', eventsFilter: [] }] },
    { what: 'events are dropped', webhooks: [] },
  ])(
    'what another process takes over while $what is left to it, and looked at later',
    async ({ webhooks }) => {
      const store = new SmallStore();
      const activeWebhooks = async () => webhooks;
      const claims = new OutboxClaims({ store: store.asStore(), now: clock.now, holder: 'this process' });
      const answers = [true, false];
      vi.spyOn(claims, 'hold').mockImplementation(async () => answers.shift() ?? true);
      store.claims.set('org_a', 'this process');
      await using _outbox = outboxOf(storeWith(store, { activeWebhooks }), claims);
      await pass(soonMilliseconds);
      store.commitEvent();
      await pass(3 * soonMilliseconds);
      expect(store.asked.filter((each) => each === 'outbox org_a')).toHaveLength(2);
      expect(store.eventsOf('org_a')).toHaveLength(1);
      await pass(laterMilliseconds);
      expect(store.eventsOf('org_a')).toEqual([]);
    },
  );

  test('what is due again later is handed on then, though nothing is committed meanwhile', async () => {
    const store = new SmallStore();
    const kept = store.asStore();
    const nextDeliveryTime = clock.now() + 60_000;
    const read = {
      ...kept.read,
      outbox: async () => ({ lastEventKey: null, nextDeliveryTime }),
      webhookOrganizations: async () => ['org_a'],
      webhooksToGiveUp: async () => [],
    };
    const write = async (kind: string, input: SmallInput) =>
      isOfDeliveries(kind) ? { isLeft: false } : kept.write(kind as 'claimOutbox', input as never);
    const waiting = Object.create(kept, { read: { value: read }, write: { value: write } }) as Store;
    const holding = { store: waiting, now: clock.now, holder: 'this process' };
    const woken: string[] = [];
    await using _outbox = new Outbox({
      ...holding,
      claims: new OutboxClaims(holding),
      random: (byteCount) => new Uint8Array(byteCount),
      courier: { wake: (organizationId) => woken.push(organizationId) },
      onError: (error) => expect.fail(String(error)),
    });
    await pass(59_000);
    expect(woken).toEqual([]);
    await pass(2 * laterMilliseconds);
    expect(woken).toContain('org_a');
  });

  test('what is due at the very moment of a look is handed on then', async () => {
    const store = new SmallStore([]);
    await using _outbox = keepSmallEmpty(store);
    await pass(soonMilliseconds);
    store.nextDeliveryTime = clock.now() + delayMilliseconds;
    store.commit(['org_a']);
    await pass(delayMilliseconds);
    expect(store.claims.get('org_a')).toBe('this process');
  });

  test('deliveries are kept for fourteen days, and those before dropped every hour; what is half given up is finished', async () => {
    const store = new SmallStore();
    const beforeIds: string[] = [];
    const givenUp: string[] = [];
    const broughtForward: number[] = [];
    const kept = store.asStore();
    const besides = {
      webhookOrganizations: async () => ['org_a'],
      webhooksToGiveUp: async () => (givenUp.length === 0 ? ['half', 'other'] : []),
    };
    const dropping = Object.create(kept, {
      read: { value: { ...kept.read, ...besides } },
      write: {
        value: async (kind: string, input: Readonly<Record<'beforeId' | 'webhookId', string>> & Moment) => {
          if (kind !== 'pruneDeliveries') expect(input.now).toBe(clock.now());
          if (kind === 'giveUpDeliveries') return { isLeft: givenUp.push(input.webhookId) === 1 };
          if (kind === 'bringForwardDeliveries') return { isLeft: broughtForward.push(clock.now()) === 1 };
          expect(kind).toBe('pruneDeliveries');
          beforeIds.push(input.beforeId);
          // The first time, there are more of them than one transaction drops.
          return { isLeft: beforeIds.length === 1 };
        },
      },
    });
    await using _outbox = keepOutboxEmpty({
      ...{ store: dropping, now: clock.now, holder: 'this process' },
      onError: (error: unknown) => expect.fail(String(error)),
    });
    const firstOf = (time: number) => `whd_${ulid(time, new Uint8Array(16))}`;
    await pass(60_000);
    const first = firstOf(clock.now() - 14 * 86_400_000);
    expect(beforeIds).toEqual([first, first]);
    expect(givenUp).toEqual(['half', 'half', 'other']);
    await pass(3_600_000 - 1);
    expect(beforeIds).toHaveLength(2);
    await pass(60_000);
    expect(beforeIds).toHaveLength(3);
    // A clock that is set back does not put it off.
    clock.advance(-2 * 3_600_000);
    await pass(60_000);
    expect(beforeIds).toHaveLength(4);
    // At the start and then, twice the first time.
    expect(broughtForward).toHaveLength(3);
    clock.advance(-10_000);
    await pass(laterMilliseconds);
    expect(broughtForward).toHaveLength(4);
    clock.advance(2 * 3_600_000 + 10_000);
  });

  test('a clock that is set back while deliveries are tidied has them tidied again in the next round', async () => {
    const store = new SmallStore();
    const kept = store.asStore();
    const tenMinutes = 600_000;
    let broughtForward = 0;
    const write = async (kind: string, input: SmallInput) => {
      if (!isOfDeliveries(kind)) return kept.write(kind as 'claimOutbox', input as never);
      if (kind === 'bringForwardDeliveries') broughtForward += 1;
      if (kind === 'bringForwardDeliveries' && broughtForward === 1) {
        clock.advance(-tenMinutes);
        store.commitEvent();
      }
      return { isLeft: false };
    };
    const besides = { webhookOrganizations: async () => ['org_a'], webhooksToGiveUp: async () => [] };
    const tidied = storeWith(store, besides);
    await using _outbox = outboxOf(Object.create(tidied, { write: { value: write } }) as Store);
    await pass(laterMilliseconds);
    expect(broughtForward).toBe(1);
    for (let round = 0; round < 3; round++) await pass(laterMilliseconds);
    expect(broughtForward).toBe(2);
    clock.advance(tenMinutes);
  });

  test('deliveries that could not be tidied are tidied in the next round, and hold up those of nobody else', async () => {
    const broken = new Error('away');
    const webhooksToGiveUp = vi.fn(async (_organizationId: string) => []).mockRejectedValueOnce(broken);
    const kept = new SmallStore(['org_a', 'org_b']).asStore();
    const read = { ...kept.read, webhookOrganizations: async () => ['org_a', 'org_b'], webhooksToGiveUp };
    const write = async () => ({ isLeft: false });
    const errors: unknown[] = [];
    await using _outbox = keepOutboxEmpty({
      store: Object.create(kept, { read: { value: read }, write: { value: write } }),
      ...{ now: clock.now, holder: 'this process', onError: (error: unknown) => errors.push(error) },
    });
    const asked = () => webhooksToGiveUp.mock.calls.map(([organizationId]) => organizationId);
    await pass(laterMilliseconds);
    expect(errors).toEqual([broken]);
    expect(asked()).toEqual(['org_a', 'org_b']);
    await pass(laterMilliseconds);
    expect(asked()).toEqual(['org_a', 'org_b', 'org_a']);
    await pass(laterMilliseconds);
    expect(asked()).toHaveLength(3);
    expect(errors).toHaveLength(1);
  });

  test.each(['pass', 'round'])(
    'there is one pass at a time, and one round, and who disposes of it waits for the last %s; nothing begins after that',
    async (last) => {
      const store = new SmallStore(['org_a', 'org_b']);
      const kept = store.asStore();
      let rounds = 0;
      const held = { pass: Promise.withResolvers<void>(), round: Promise.withResolvers<void>() };
      const slow = storeWith(store, {
        async outbox(id: string) {
          const state = await kept.read.outbox(id);
          await held.pass.promise;
          return state;
        },
        async webhookOrganizations() {
          rounds += 1;
          await held.round.promise;
          return ['org_b'];
        },
      });
      const outbox = outboxOf(slow);
      store.commitEvent('org_a');
      await pass(60_000);
      store.commitEvent('org_a');
      await pass(60_000);
      let isOver = false;
      const over = outbox[Symbol.asyncDispose]().then(() => {
        isOver = true;
      });
      held[last === 'pass' ? 'round' : 'pass'].resolve();
      await pass(soonMilliseconds);
      expect(isOver).toBe(false);
      held[last === 'pass' ? 'pass' : 'round'].resolve();
      await over;
      store.commitEvent('org_b');
      expect(store.asked).toEqual(['organizations', 'outbox org_a']);
      expect(rounds).toBe(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test('one that is disposed of while it drops very many old deliveries ends those under way, and leaves the rest to the next', async () => {
    const store = new SmallStore();
    let parts = 0;
    const write = async () => {
      parts += 1;
      await patienceOf(soonMilliseconds);
      return { isLeft: true };
    };
    const tidied = storeWith(store, {
      webhookOrganizations: async () => ['org_a'],
      webhooksToGiveUp: async () => [],
    });
    const outbox = outboxOf(Object.create(tidied, { write: { value: write } }) as Store);
    await pass(2 * laterMilliseconds);
    const begun = parts;
    expect(begun).toBeGreaterThan(1);
    let isOver = false;
    const over = outbox[Symbol.asyncDispose]().then(() => {
      isOver = true;
    });
    await pass(0);
    expect(isOver).toBe(false);
    await pass(soonMilliseconds);
    await over;
    expect(parts).toBe(begun);
  });

  test('one that is disposed of at once asks for nothing, and one that would look again later does not', async () => {
    const store = new SmallStore();
    await outboxOf(store.asStore())[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
    expect(store.asked).toEqual([]);
    store.claims.set('org_a', 'another process');
    store.commitEvent();
    const outbox = outboxOf(store.asStore());
    await pass(soonMilliseconds);
    await outbox[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing is dropped any more once it is disposed of, and its claims are given back', async () => {
    const store = new SmallStore();
    const outbox = keepSmallEmpty(store);
    store.commitEvent();
    await pass(soonMilliseconds);
    expect(store.claims.get('org_a')).toBe('this process');
    await outbox[Symbol.asyncDispose]();
    expect(store.claims.size).toBe(0);
    store.commitEvent();
    await pass(60_000);
    expect(store.prunes).toBe(1);
  });
});

describe.each(engines)('on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.dispose());

  function keepStoreEmpty(holder: string, failures: unknown[]): AsyncDisposable {
    const onError = (error: unknown) => failures.push(error);
    return keepOutboxEmpty({ store: opened.store, now: clock.now, holder, onError });
  }

  test('the outbox of every organization is emptied', async () => {
    const rooms = [
      await StoreRoom.openHeard(() => opened.store),
      await StoreRoom.openHeard(() => opened.store),
    ];
    for (const room of rooms) await room.put('c', { source: 'a' });
    const failures: unknown[] = [];
    await using _outbox = keepStoreEmpty('one', failures);
    for (const room of rooms) await vi.waitUntil(async () => (await room.events()).length === 0, patience);
    expect(failures).toEqual([]);
  });

  test('the claim of a process that died holds others off until it ends, and no longer', async () => {
    const room = await StoreRoom.openHeard(() => opened.store);
    const claim = { organizationId: room.organizationId, holder: 'died', now: clock.now() };
    await opened.store.write('claimOutbox', { ...claim, until: clock.now() + claimMilliseconds });
    await room.put('c', { source: 'a' });
    const asked = Promise.withResolvers<void>();
    const { store } = opened;
    const write: Store['write'] = async (kind, input) => {
      const output = await store.write(kind, input);
      if (kind === 'claimOutbox') asked.resolve();
      return output;
    };
    const listening = { read: store.read, write, onCommit: store.onCommit.bind(store) };
    const failures: unknown[] = [];
    const options = { now: clock.now, holder: 'lives', onError: (error: unknown) => failures.push(error) };
    await using _outbox = keepOutboxEmpty({ store: listening, ...options });
    await asked.promise;
    expect(await room.events()).toHaveLength(2);
    clock.advance(claimMilliseconds);
    await room.put('c', { source: 'b' });
    await vi.waitUntil(async () => (await room.events()).length === 0, patience);
    expect(failures).toEqual([]);
  });
});
