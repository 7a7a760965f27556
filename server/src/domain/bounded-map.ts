/** A map that drops its oldest entries beyond a size. Only an entry that was deleted can become the newest again. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;
  /**
   * Kept from one dropped entry to the next: a new iterator would step over every entry deleted since the map last grew. Other
   * deletions end it, because a map that shrinks and grows leaves all its former tables to an iterator that stands still.
   */
  #oldest: MapIterator<Key> | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#entries.size >= this.#capacity && !this.#entries.has(key)) this.#forgetOldest();
    this.#entries.set(key, value);
  }

  delete(key: Key): void {
    if (this.#entries.delete(key)) this.#oldest = null;
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = null;
  }

  /** The oldest come first. */
  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.#entries[Symbol.iterator]();
  }

  #forgetOldest(): void {
    this.#oldest ??= this.#entries.keys();
    // Every key the iterator has passed has been deleted.
    const { value, done } = this.#oldest.next();
    if (done !== true) this.#entries.delete(value);
  }
}
