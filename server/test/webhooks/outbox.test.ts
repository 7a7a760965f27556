import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DomainEvent } from '../../src/domain/event.ts';
import type { KeptEvent, Store } from '../../src/storage/store.ts';
import { keepOutboxEmpty } from '../../src/webhooks/outbox.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

const soonMilliseconds = 1000;

/** As much of a store as the outbox sees, in which a test makes commits by itself. */
class SmallStore {
  readonly kept: KeptEvent[] = [];
  prunes = 0;
  /** What happens between the dropping of events and the answer that it is done. */
  beforeAnswer: () => void = () => {};
  readonly #listeners: (() => void)[] = [];

  commitEvent(): void {
    this.kept.push({ key: this.kept.length + 1, event: {} as DomainEvent });
    this.commit();
  }

  commit(): void {
    for (const listener of this.#listeners) listener();
  }

  asStore(): Store {
    const store = {
      read: {
        organizations: async () => [organizationNamed('org_a')],
        events: async () => this.kept.slice(0, 1),
      },
      write: async () => {
        this.prunes += 1;
        this.kept.length = 0;
        this.commit();
        this.beforeAnswer();
        return null;
      },
      onCommit: (listener: () => void) => this.#listeners.push(listener),
    };
    return store as unknown as Store;
  }
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
    using _outbox = keepOutboxEmpty(store.asStore(), () => {});
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.kept).toEqual([]);
    store.commitEvent();
    expect(store.kept).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.kept).toEqual([]);
  });

  test('events committed while others are dropped do not stay behind', async () => {
    const store = new SmallStore();
    store.beforeAnswer = () => {
      store.beforeAnswer = () => {};
      store.commitEvent();
    };
    store.commitEvent();
    using _outbox = keepOutboxEmpty(store.asStore(), () => {});
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.kept).toEqual([]);
  });

  test('many commits in a row are one dropping, and an empty outbox is none', async () => {
    const store = new SmallStore();
    using _outbox = keepOutboxEmpty(store.asStore(), () => {});
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.prunes).toBe(0);
    for (let commit = 0; commit < 100; commit++) store.commitEvent();
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.prunes).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.prunes).toBe(1);
  });

  test('a store that cannot be asked is reported, and asked again after the next commit', async () => {
    const store = new SmallStore();
    const errors: unknown[] = [];
    const broken = new Error('away');
    store.beforeAnswer = () => {
      throw broken;
    };
    store.commitEvent();
    using _outbox = keepOutboxEmpty(store.asStore(), (error) => errors.push(error));
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(errors).toContain(broken);
    store.beforeAnswer = () => {};
    store.commitEvent();
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.kept).toEqual([]);
  });

  test('nothing is dropped any more once it is disposed of', async () => {
    const store = new SmallStore();
    keepOutboxEmpty(store.asStore(), () => {})[Symbol.dispose]();
    store.commitEvent();
    await vi.advanceTimersByTimeAsync(soonMilliseconds);
    expect(store.prunes).toBe(0);
  });
});

describe.each(engines)('on $name', ({ open }) => {
  test('the outbox of every organization is emptied', async () => {
    const opened: OpenedStore = await open();
    try {
      const rooms = [await StoreRoom.open(() => opened.store), await StoreRoom.open(() => opened.store)];
      for (const room of rooms) await room.put('c', { source: 'a' });
      const failures: unknown[] = [];
      using _outbox = keepOutboxEmpty(opened.store, (error) => failures.push(error));
      for (const room of rooms) await vi.waitUntil(async () => (await room.events()).length === 0);
      expect(failures).toEqual([]);
    } finally {
      await opened.dispose();
    }
  });
});
