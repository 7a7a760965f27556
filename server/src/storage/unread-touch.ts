import type { Touch, TouchKey } from '../domain/touch.ts';

/** A touch that is read only once something other than its key is used. */
export class UnreadTouch implements Touch {
  readonly key: TouchKey;
  readonly #read: () => Touch;
  #touch: Touch | null = null;

  constructor(key: TouchKey, read: () => Touch) {
    this.key = key;
    this.#read = read;
  }

  get isRead(): boolean {
    return this.#touch !== null;
  }

  get occurredTime() {
    return this.#whole().occurredTime;
  }

  get recordedTime() {
    return this.#whole().recordedTime;
  }

  get origin() {
    return this.#whole().origin;
  }

  get actor() {
    return this.#whole().actor;
  }

  get leadSource() {
    return this.#whole().leadSource;
  }

  #whole(): Touch {
    this.#touch ??= this.#read();
    return this.#touch;
  }
}
