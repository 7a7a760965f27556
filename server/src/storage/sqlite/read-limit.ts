import { Failure } from '../../domain/failure.ts';
import { type LateCause, unavailableFor } from '../causes.ts';

const rowsBetweenLooks = 256;

/** Ends a read early if the service stops or the read takes too long. */
export class ReadLimit {
  /** A single number that another thread sets when the service stops. */
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

  /** Starts the time of a read. Fails with `unavailable` if the service stops. */
  begin(): void {
    this.#deadline = performance.now() + this.#patienceMilliseconds;
    this.#look();
  }

  /** Called for every row that a read examines. Fails with `unavailable` if the read must end. */
  countRow(): void {
    this.#rowCount += 1;
    if (this.#rowCount % rowsBetweenLooks === 0) this.#look();
  }

  #look(): void {
    if (Atomics.load(this.#stop, 0) !== 0) throw new Failure('unavailable', 'The service stops.');
    if (performance.now() > this.#deadline) throw unavailableFor(this.#lateCause);
  }
}
