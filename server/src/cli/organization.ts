import { type Command, Option } from 'commander';
import {
  type Environment,
  environments,
  formatRateLimit,
  type Organization,
  type OrganizationChange,
  type RateLimit,
} from '../domain/organization.ts';
import { formatInstant } from '../domain/time.ts';
import { createApiKeyOperations } from '../operations/api-key.ts';
import type { OperationContext } from '../operations/context.ts';
import { createOrganizationOperations } from '../operations/organization.ts';
import { jsonText, organizationDocument, tableText } from './document.ts';
import { UsageError } from './faults.ts';
import { operatorIn, withSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { readOrganizationId, readRateLimit, readText } from './values.ts';

interface SetOptions {
  readonly name?: string;
  readonly environment?: Environment;
  readonly rateLimit?: RateLimit | 'default';
  readonly json?: true;
}

interface CreateOptions extends SetOptions {
  readonly id?: string;
  readonly key: boolean;
}

/** `leadsource organization …` */
export function addOrganizationCommands(program: Command, surroundings: Surroundings): void {
  const organization = program
    .command('organization')
    .helpCommand(false)
    .description('create, list and change organizations');
  addCreate(organization, surroundings);
  addList(organization, surroundings);
  addSet(organization, surroundings);
}

function addCreate(parent: Command, surroundings: Surroundings): void {
  withMembers(parent.command('create'))
    .description('create an organization with a first secret key, and print both')
    .option('--id <id>', 'its id (default: generated)', readOrganizationId)
    .option('--no-key', 'create no key')
    .option('--json', 'print the organization and its key as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ leadsource organization create --name "Second shop"
  $ leadsource organization create --id sandbox --environment sandbox --rate-limit off`,
    )
    .action((options: CreateOptions) => create(surroundings, options));
}

async function create(surroundings: Surroundings, options: CreateOptions): Promise<void> {
  const { organization, secret } = await withSession(
    surroundings,
    async ({ context }) => {
      const made = await createOrganizationOperations(context).create({
        id: options.id ?? null,
        name: options.name ?? null,
        environment: options.environment ?? 'live',
        rateLimit: ownLimit(options.rateLimit ?? 'default'),
      });
      return { organization: made, secret: options.key ? await firstKey(context, made.id) : null };
    },
    { mayCreate: true },
  );
  if (options.json === true) {
    const key = secret === null ? {} : { secretKey: secret };
    surroundings.out(jsonText({ ...organizationDocument(organization), ...key }));
    return;
  }
  surroundings.out(`Organization:  ${organization.id}\n`);
  if (secret === null) return;
  surroundings.out(`Secret key:    ${secret}\n`);
  surroundings.err('Keep the key: it is shown only once.\n');
}

async function firstKey(context: OperationContext, organizationId: string): Promise<string> {
  const maker = await operatorIn(context, organizationId);
  const { secret } = await createApiKeyOperations(context).create(maker, 'secret', {
    description: 'Made with the organization',
    acl: null,
    allowedIps: [],
    allowedOrigins: [],
    expiresTime: null,
  });
  return secret;
}

function addList(parent: Command, surroundings: Surroundings): void {
  parent
    .command('list')
    .description('list organizations, oldest first')
    .option('--json', 'print a JSON array')
    .action(async ({ json }: SetOptions) => {
      const all = await withSession(surroundings, ({ context }) =>
        createOrganizationOperations(context).list(),
      );
      const headings = ['ID', 'ENVIRONMENT', 'RATE LIMIT', 'CREATED', 'NAME'];
      surroundings.out(
        json === true ? jsonText(all.map(organizationDocument)) : tableText(headings, all.map(rowOf)),
      );
    });
}

function rowOf({ id, environment, rateLimit, createdTime, name }: Organization): readonly string[] {
  const limit = rateLimit === null ? 'default' : formatRateLimit(rateLimit);
  return [id, environment, limit, formatInstant(createdTime), name ?? '-'];
}

function addSet(parent: Command, surroundings: Surroundings): void {
  withMembers(parent.command('set'))
    .description('change an organization; what is not named stays as it is')
    .argument('<id>', 'the id that "organization list" shows')
    .option('--json', 'print the organization as JSON')
    .addHelpText(
      'after',
      `
A running service follows within a second. Keys made for the other environment are refused from then on.

Examples:
  $ leadsource organization set org_main --rate-limit 10000/600
  $ leadsource organization set org_main --rate-limit default --name "Main shop"`,
    )
    .action((id: string, options: SetOptions) => set(surroundings, id, options));
}

async function set(surroundings: Surroundings, id: string, options: SetOptions): Promise<void> {
  const { json, rateLimit, ...members } = options;
  const change: OrganizationChange =
    rateLimit === undefined ? members : { ...members, rateLimit: ownLimit(rateLimit) };
  if (Object.keys(change).length === 0) {
    throw new UsageError('There is nothing to set: give --name, --environment or --rate-limit.');
  }
  const changed = await withSession(surroundings, ({ context }) =>
    createOrganizationOperations(context).update(id, change),
  );
  surroundings.out(json === true ? jsonText(organizationDocument(changed)) : `Changed ${changed.id}.\n`);
}

/** Null means the limit of the service. */
function ownLimit(limit: RateLimit | 'default'): RateLimit | null {
  return limit === 'default' ? null : limit;
}

function withMembers(command: Command): Command {
  return command
    .option('--name <text>', 'its name, for people', readText)
    .addOption(
      new Option('--environment <environment>', 'which keys open it (default: live)').choices(environments),
    )
    .option(
      '--rate-limit <limit>',
      'its own limit: calls per seconds such as 3000/600, off, or default',
      readRateLimit,
    );
}
