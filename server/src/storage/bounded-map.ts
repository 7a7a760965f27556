/** A map that drops its oldest entries beyond a size. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;
  /** Kept for good: a new iterator would step over every entry deleted since the map last grew. */
  #oldest = this.#entries.keys();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    if (this.#entries.size >= this.#capacity && !this.#entries.has(key)) this.#forgetOldest();
    this.#entries.set(key, value);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = this.#entries.keys();
  }

  #forgetOldest(): void {
    // Every key the iterator has passed has been deleted.
    const { value, done } = this.#oldest.next();
    if (done !== true) this.#entries.delete(value);
  }
}
