import { BoundedMap } from './bounded-map.ts';
import { type Instant, isRecent } from './time.ts';

export interface AgingCacheOptions {
  readonly now: () => Instant;
  /** How long an answer is given again: what others change meanwhile goes unnoticed for as long. */
  readonly milliseconds: number;
  readonly capacity: number;
}

/** What was read elsewhere, for a while. */
export class AgingCache<Value extends object> {
  readonly #options: AgingCacheOptions;
  readonly #kept: BoundedMap<string, { readonly value: Value; readonly readTime: Instant }>;
  readonly #underWay = new Map<string, { readonly reading: Promise<Value>; readonly readTime: Instant }>();

  constructor(options: AgingCacheOptions) {
    this.#options = options;
    this.#kept = new BoundedMap(options.capacity);
  }

  /**
   * What is kept, or else what `read` answers, which is given what was kept too long. Those who ask while it is read share its
   * answer for as long as if it were kept: of two answers, the one that was asked for last is kept.
   */
  of(key: string, read: (old: Value | undefined) => Promise<Value>): Value | Promise<Value> {
    const { now, milliseconds } = this.#options;
    const old = this.#kept.get(key);
    if (old !== undefined && isRecent(old.readTime, now(), milliseconds)) return old.value;
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined && isRecent(underWay.readTime, now(), milliseconds)) return underWay.reading;
    // An answer is as old as the question, however long it takes.
    const readTime = now();
    const reading = read(old?.value)
      .then((value) => {
        if (this.#underWay.get(key)?.reading !== reading) return value;
        this.#kept.set(key, { value, readTime });
        return value;
      })
      .finally(() => {
        if (this.#underWay.get(key)?.reading === reading) this.#underWay.delete(key);
      });
    this.#underWay.set(key, { reading, readTime });
    return reading;
  }

  /** Also of what is being read, which may be outdated: whoever has asked gets it, but nobody who asks from now on. */
  forget(key: string): void {
    this.#kept.delete(key);
    this.#underWay.delete(key);
  }
}
