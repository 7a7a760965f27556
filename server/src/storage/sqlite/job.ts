import type { Collection, Page } from '../../domain/collection.ts';
import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/time.ts';
import type { JobPlace } from '../ports/money.ts';
import { jobReads, jobWrites } from '../queries/job.ts';
import { jobArguments, jobOf, jobPlaceOf, jobRowOf } from '../rows/job.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => jobReads(query);
const writes = () => jobWrites(query);

export class JobReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, jobId: string): Job | null {
    const row = this.#statements().find.get({ organizationId, jobId });
    return row === undefined ? null : jobOf(row);
  }

  list(organizationId: number, { limit, offset }: Page): Collection<JobPlace> {
    const rows = this.#statements().list.all({ organizationId, limit, offset });
    const total = this.#statements().count.get({ organizationId })?.total ?? 0;
    return { items: rows.map(jobPlaceOf), total };
  }

  between(organizationId: number, oldestId: string, newestId: string): readonly Job[] {
    return this.#statements().between.all({ organizationId, oldestId, newestId }).map(jobOf);
  }

  unfinished(organizationId: number): readonly Job[] {
    return this.#statements().unfinished.all({ organizationId }).map(jobOf);
  }
}

/** Writes jobs, inside a transaction. */
export class JobWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, job: Job): void {
    this.#statements().add.run({ ...jobRowOf(organizationId, job) });
  }

  advance(organizationId: number, job: Job): void {
    this.#statements().advance.run(jobArguments(organizationId, job));
  }

  claim(
    organizationId: number,
    claim: {
      readonly jobId: string;
      readonly holder: string;
      readonly now: Instant;
      readonly until: Instant;
    },
  ): Job | null {
    const row = this.#statements().claim.get({ organizationId, ...claim });
    return row === undefined ? null : jobOf(row);
  }

  supersede(organizationId: number, type: string, now: Instant): void {
    this.#statements().supersede.run({ organizationId, type, now });
  }
}
