import { sql } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Instant } from '../../domain/time.ts';
import { parameter } from '../parameter.ts';
import { organizationReads, organizationWrites } from '../queries/organization.ts';
import { organizationArguments, organizationOf } from '../rows/organization.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => ({ ...organizationReads(query), ...organizationsWithWork() });
const writes = () => organizationWrites(query);

/** The organizations for which the service has something to do. */
function organizationsWithWork() {
  const organizations = query.selectFrom('organizations').select('public_id');
  return {
    withOldAnswers: organizations.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('idempotency_records')
          .select('created_time')
          .whereRef('idempotency_records.organization_id', '=', 'organizations.organization_id')
          .where('idempotency_records.created_time', '<=', parameter<number>('before')),
      ),
    ),
    withJobs: organizations.where(({ exists, or, selectFrom }) => {
      const jobs = selectFrom('jobs')
        .select('job_id')
        .whereRef('jobs.organization_id', '=', 'organizations.organization_id')
        .where('finished_time', 'is', null);
      const versions = selectFrom('credit_versions')
        .select('settings_version')
        .whereRef('credit_versions.organization_id', '=', 'organizations.organization_id')
        .where('state', '=', sql.lit('dropping'));
      return or([exists(jobs), exists(versions)]);
    }),
    undoing: organizations.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('imports')
          .select('import_key')
          .whereRef('imports.organization_id', '=', 'organizations.organization_id')
          .where('status', '=', sql.lit('undoing')),
      ),
    ),
  };
}

export class OrganizationReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  find(publicId: string): Organization | null {
    const row = this.#statements().find.get({ publicId });
    return row === undefined ? null : organizationOf(row);
  }

  list(): readonly Organization[] {
    return this.#statements().list.all({}).map(organizationOf);
  }

  /** Those with answers to idempotent requests that were made at `before` or earlier. */
  withOldAnswers(before: Instant): readonly string[] {
    return this.#statements()
      .withOldAnswers.all({ before })
      .map((row) => row.public_id);
  }

  /** Those with unfinished jobs, or with credits that are to be dropped. */
  withJobs(): readonly string[] {
    return this.#statements()
      .withJobs.all({})
      .map((row) => row.public_id);
  }

  /** Those with imports that are being undone. */
  undoing(): readonly string[] {
    return this.#statements()
      .undoing.all({})
      .map((row) => row.public_id);
  }
}

export class OrganizationWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(organization: Organization): void {
    if (this.#statements().add.run(organizationArguments(organization)) === 0) {
      throw new Failure('conflict', 'An organization with this id exists.');
    }
  }

  update(organization: Organization): void {
    this.#statements().update.run(organizationArguments(organization));
  }
}
