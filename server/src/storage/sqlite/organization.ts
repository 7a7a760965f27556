import { Failure } from '../../domain/failure.ts';
import {
  type Environment,
  formatRateLimit,
  type Organization,
  parseRateLimit,
} from '../../domain/organization.ts';
import type { OrganizationRow } from '../schema.ts';
import { type Connection, parameter, query } from './connection.ts';

type Row = Omit<OrganizationRow, 'organization_id'>;

const columns = ['public_id', 'name', 'environment', 'rate_limit', 'created_time', 'updated_time'] as const;

export class OrganizationReader {
  readonly #statements: ReturnType<typeof readStatements>;

  constructor(connection: Connection) {
    this.#statements = readStatements(connection);
  }

  find(publicId: string): Organization | null {
    const row = this.#statements.find.get({ publicId });
    return row === undefined ? null : organizationOf(row);
  }

  list(): readonly Organization[] {
    return this.#statements.list.all({}).map(organizationOf);
  }
}

export class OrganizationWriter {
  readonly #statements: ReturnType<typeof writeStatements>;

  constructor(connection: Connection) {
    this.#statements = writeStatements(connection);
  }

  add(organization: Organization): void {
    if (this.#statements.add.run(argumentsOf(organization)) === 0) {
      throw new Failure('conflict', 'An organization with this id exists.');
    }
  }

  update(organization: Organization): void {
    if (this.#statements.update.run(argumentsOf(organization)) === 0) {
      throw new Failure('not-found', 'No such organization.');
    }
  }
}

export function organizationOf(row: Row): Organization {
  return {
    id: row.public_id,
    name: row.name,
    environment: row.environment as Environment,
    rateLimit: row.rate_limit === null ? null : parseRateLimit(row.rate_limit),
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

function argumentsOf(organization: Organization) {
  return {
    publicId: organization.id,
    name: organization.name,
    environment: organization.environment,
    rateLimit: organization.rateLimit === null ? null : formatRateLimit(organization.rateLimit),
    createdTime: organization.createdTime,
    updatedTime: organization.updatedTime,
  };
}

function readStatements(connection: Connection) {
  return {
    find: connection.prepare(
      query
        .selectFrom('organizations')
        .select(columns)
        .where('public_id', '=', parameter<string>('publicId')),
    ),
    list: connection.prepare(
      query.selectFrom('organizations').select(columns).orderBy('created_time').orderBy('organization_id'),
    ),
  };
}

function writeStatements(connection: Connection) {
  return {
    add: connection.prepare(
      query
        .insertInto('organizations')
        .values({
          public_id: parameter('publicId'),
          name: parameter('name'),
          environment: parameter('environment'),
          rate_limit: parameter('rateLimit'),
          created_time: parameter('createdTime'),
          updated_time: parameter('updatedTime'),
        })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    update: connection.prepare(
      query
        .updateTable('organizations')
        .set({
          name: parameter('name'),
          environment: parameter('environment'),
          rate_limit: parameter('rateLimit'),
          updated_time: parameter('updatedTime'),
        })
        .where('public_id', '=', parameter<string>('publicId')),
    ),
  };
}
