import { readdirSync, readFileSync } from 'node:fs';

const millisecondsBetweenLooks = 50;
const nanosecondsPerMillisecond = 1e6;

/**
 * How long something takes a process, without the time in which one of its threads was ready to run and other programs had
 * the processors: of the thread that was held up longest. Only Linux tells of that; elsewhere all time counts.
 */
export class Spell implements Disposable {
  readonly #begunAt = performance.now();
  readonly #processId: number;
  /** By thread, since one that ends takes its count with it. */
  readonly #heldBefore: ReadonlyMap<string, number>;
  readonly #held = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(processId: number) {
    this.#processId = processId;
    this.#look();
    this.#heldBefore = new Map(this.#held);
    this.#timer = setInterval(() => this.#look(), millisecondsBetweenLooks);
  }

  get milliseconds(): number {
    this.#look();
    const held = Array.from(this.#held, ([thread, each]) => each - (this.#heldBefore.get(thread) ?? 0));
    return performance.now() - this.#begunAt - Math.max(0, ...held);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const tasks = `/proc/${this.#processId}/task`;
    for (const thread of textsOrNone(() => readdirSync(tasks))) {
      const [text = ''] = textsOrNone(() => [readFileSync(`${tasks}/${thread}/schedstat`, 'utf8')]);
      const [, nanoseconds] = text.split(' ').map(Number);
      if (nanoseconds !== undefined) this.#held.set(thread, nanoseconds / nanosecondsPerMillisecond);
    }
  }
}

/** Of a process or a thread that may have ended by now. */
function textsOrNone(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
