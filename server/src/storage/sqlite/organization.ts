import { Failure } from '../../domain/failure.ts';
import type { Organization } from '../../domain/organization.ts';
import { organizationReads, organizationWrites } from '../queries/organization.ts';
import { organizationArguments, organizationOf } from '../rows/organization.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => organizationReads(query);
const writes = () => organizationWrites(query);

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
