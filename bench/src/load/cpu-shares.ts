import { type CpuTime, cpuTimeOf } from './cpu-time.ts';

/** Shares of one processor; they add up to the number of processors at most. */
export interface CpuShares {
  readonly generatorShare: number;
  /** For the servers' main threads together. */
  readonly mainThreadShare: number;
  readonly serverShare: number;
  /** For a database in processes of its own; null where there is none. */
  readonly databaseShare: number | null;
}

interface Sample {
  readonly time: number;
  readonly generator: NodeJS.CpuUsage;
  readonly servers: readonly CpuTime[];
  readonly database: number | null;
}

/** How busy all sides are during the measurement: the result means nothing if the generator cannot keep up. */
export class CpuSamples {
  readonly #processIds: readonly number[];
  readonly #databaseTime: (() => number) | null;
  #first: Sample | null = null;
  readonly #last = Promise.withResolvers<Sample>();

  /** `databaseTime` returns the milliseconds of processor time that the database has used so far. */
  constructor(processIds: readonly number[], databaseTime: (() => number) | null) {
    this.#processIds = processIds;
    this.#databaseTime = databaseTime;
  }

  begin(): void {
    this.#first = this.#take();
  }

  end(): void {
    this.#last.resolve(this.#take());
  }

  async shares(): Promise<CpuShares> {
    const last = await this.#last.promise;
    const first = this.#first ?? last;
    const elapsed = last.time - first.time;
    const generator = last.generator.user + last.generator.system;
    const generatorBefore = first.generator.user + first.generator.system;
    const used = (of: (time: CpuTime) => number): number => total(last, of) - total(first, of);
    return {
      generatorShare: (generator - generatorBefore) / 1000 / elapsed,
      mainThreadShare: used(({ mainThread }) => mainThread) / elapsed,
      serverShare: used(({ whole }) => whole) / elapsed,
      databaseShare:
        last.database === null || first.database === null ? null : (last.database - first.database) / elapsed,
    };
  }

  #take(): Sample {
    return {
      time: performance.now(),
      generator: process.cpuUsage(),
      servers: this.#processIds.map(cpuTimeOf),
      database: this.#databaseTime?.() ?? null,
    };
  }
}

function total({ servers }: Sample, of: (time: CpuTime) => number): number {
  return servers.reduce((sum, time) => sum + of(time), 0);
}
