import { existsSync } from 'node:fs';
import { type Config, readConfig } from '../config.ts';
import type { Organization } from '../domain/organization.ts';
import type { Principal } from '../domain/principal.ts';
import { operator } from '../domain/setting-change.ts';
import { openStore } from '../open-store.ts';
import type { OperationContext } from '../operations/context.ts';
import { UsageError } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

const howToBegin = 'start the service first, or run `leadsource organization create`';
const listedOrganizations = 20;

export interface Session {
  readonly config: Config;
  readonly context: OperationContext;
}

/**
 * Runs `work` on the storage that the settings name, which a service may have open at the same time. Fails with a plain sentence
 * if there is no database yet, unless it `mayCreate` one.
 */
export async function withSession<Result>(
  surroundings: Surroundings,
  work: (session: Session) => Promise<Result>,
  { mayCreate = false } = {},
): Promise<Result> {
  const { environment, err, now, random } = surroundings;
  const config = readConfig(environment);
  if (!mayCreate) requireDatabase(config);
  const store = await openStore(config, 'command', (reason) =>
    err(`leadsource: the storage failed: ${reason}\n`),
  );
  try {
    return await work({ config, context: { store, now, random } });
  } finally {
    await store[Symbol.asyncDispose]();
  }
}

/** The operator, who may do everything, in the organization with that id or, without one, in the only one. */
export async function operatorIn(
  { store }: OperationContext,
  organizationId: string | undefined,
): Promise<Principal> {
  const organization = chooseOrganization(await store.read.organizations(), organizationId);
  return {
    organization,
    actor: operator,
    permissions: ['*'],
    allowedIps: [],
    keyId: null,
    expiresTime: null,
  };
}

function chooseOrganization(all: readonly Organization[], wanted: string | undefined): Organization {
  const [only, ...others] = all;
  if (only === undefined) throw new Error(`There is no organization yet: ${howToBegin}.`);
  if (wanted !== undefined) {
    const found = all.find(({ id }) => id === wanted);
    if (found !== undefined) return found;
    throw new Error(`There is no organization ${JSON.stringify(wanted)}, only ${namesOf(all)}.`);
  }
  if (others.length === 0) return only;
  throw new UsageError(`There are several organizations; choose one with --organization: ${namesOf(all)}.`);
}

function namesOf(organizations: readonly Organization[]): string {
  const names = organizations.slice(0, listedOrganizations).map(({ id }) => id);
  const more = organizations.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}

function requireDatabase({ database }: Config): void {
  if (database.engine !== 'sqlite' || existsSync(database.path)) return;
  throw new Error(`There is no database at ${database.path} yet: ${howToBegin}.`);
}
