import { Failure } from '../../domain/failure.ts';
import { type LateCause, unavailableFor } from '../causes.ts';

const rowsBetweenLooks = 256;

/** What ends a read before its end: the service that stops, or too long a time. */
export class ReadLimit {
  /** Another thread sets its one number when the service stops. */
  readonly #stop: Int32Array;
  readonly #patienceMilliseconds: number;
  readonly #lateCause: LateCause;
  #deadline = Number.POSITIVE_INFINITY;
  #rowCount = 0;

  constructor(stop: Int32Array, patienceMilliseconds: number, lateCause: LateCause) {
    this.#stop = stop;
    this.#patienceMilliseconds = patienceMilliseconds;
    this.#lateCause = lateCause;
  }

  /** Gives the read that begins all its time. Fails with `unavailable` where the service stops. */
  begin(): void {
    this.#deadline = performance.now() + this.#patienceMilliseconds;
    this.#look();
  }

  /** Called for every row that a read looks at. Fails with `unavailable` where the read must end. */
  countRow(): void {
    this.#rowCount += 1;
    if (this.#rowCount % rowsBetweenLooks === 0) this.#look();
  }

  #look(): void {
    if (Atomics.load(this.#stop, 0) !== 0) throw new Failure('unavailable', 'The service stops.');
    if (performance.now() > this.#deadline) throw unavailableFor(this.#lateCause);
  }
}
