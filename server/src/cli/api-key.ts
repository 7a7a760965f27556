import { type Command, Option } from 'commander';
import { type ApiKey, type ApiKeyType, apiKeyTypes } from '../domain/api-key.ts';
import type { Permission } from '../domain/permission.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import { createApiKeyOperations } from '../operations/api-key.ts';
import { apiKeyDocument, jsonText, tableText } from './document.ts';
import { operatorIn, withSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import {
  readAddresses,
  readExpiry,
  readOrganizationId,
  readOrigins,
  readPermissions,
  readText,
} from './values.ts';

interface CreateOptions {
  readonly organization?: string;
  readonly type: ApiKeyType;
  readonly description?: string;
  readonly acl?: readonly Permission[];
  readonly allowedIps?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  readonly expires?: Instant;
  readonly json?: true;
}

type ListOptions = Pick<CreateOptions, 'organization' | 'json'>;

const everyKey = { limit: 1_000_000, offset: 0 };

/** `leadsource key …` */
export function addApiKeyCommands(program: Command, surroundings: Surroundings): void {
  const key = program.command('key').helpCommand(false).description('create, list and revoke API keys');
  addCreate(key, surroundings);
  addList(key, surroundings);
  addRevoke(key, surroundings);
}

function addCreate(parent: Command, surroundings: Surroundings): void {
  parent
    .command('create')
    .description('create an API key and print it; it is shown only once')
    .option(
      '--organization <id>',
      'the organization that it opens (required if there are several)',
      readOrganizationId,
    )
    .addOption(new Option('--type <type>', 'the kind of key').choices(apiKeyTypes).default('secret'))
    .option('--description <text>', 'what it is for, in your own words', readText)
    .option(
      '--acl <permissions>',
      'its permissions, separated by commas (default: all; for a publishable key, capture:write)',
      readPermissions,
    )
    .option(
      '--allowed-ips <ranges>',
      'addresses and CIDR ranges it may be used from (default: any)',
      readAddresses,
    )
    .option(
      '--allowed-origins <origins>',
      'web origins a publishable key may be used from (default: any)',
      readOrigins,
    )
    .option('--expires <time>', 'the moment when it expires (default: never)', readExpiry(surroundings.now))
    .option('--json', 'print the key and its details as JSON')
    .addHelpText('after', createExamples)
    .action((options: CreateOptions) => create(surroundings, options));
}

const createExamples = `
Examples:
  $ leadsource key create
  $ leadsource key create --description Billing --acl lead-sources:write,customers:read
  $ leadsource key create --allowed-ips 192.0.2.0/24 --expires 2027-12-31
  $ leadsource key create --type publishable --allowed-origins https://shop.example

Only the key goes to standard output: KEY=$(leadsource key create)`;

async function create(surroundings: Surroundings, options: CreateOptions): Promise<void> {
  const { key, secret } = await withSession(surroundings, async ({ context }) =>
    createApiKeyOperations(context).create(await operatorIn(context, options.organization), options.type, {
      description: options.description ?? null,
      acl: options.acl ?? (options.type === 'publishable' ? ['capture:write'] : null),
      allowedIps: options.allowedIps ?? [],
      allowedOrigins: options.allowedOrigins ?? [],
      expiresTime: options.expires ?? null,
    }),
  );
  if (options.json === true) {
    surroundings.out(jsonText({ ...apiKeyDocument(key), [`${key.type}Key`]: secret }));
    return;
  }
  surroundings.out(`${secret}\n`);
  surroundings.err(`Created ${key.id} in ${key.organizationId}. Keep the key: it is shown only once.\n`);
}

function addList(parent: Command, surroundings: Surroundings): void {
  parent
    .command('list')
    .description('list API keys, newest first; the keys themselves are not stored')
    .option(
      '--organization <id>',
      'the organization of the keys (required if there are several)',
      readOrganizationId,
    )
    .option('--json', 'print a JSON array')
    .addHelpText('after', listExamples)
    .action((options: ListOptions) => list(surroundings, options));
}

const listExamples = `
Examples:
  $ leadsource key list
  $ leadsource key list --organization org_second --json`;

async function list(surroundings: Surroundings, { organization, json }: ListOptions): Promise<void> {
  const { items } = await withSession(surroundings, async ({ context }) =>
    createApiKeyOperations(context).list(await operatorIn(context, organization), everyKey),
  );
  const headings = ['ID', 'TYPE', 'CREATED', 'LAST USED', 'EXPIRES', 'PERMISSIONS', 'DESCRIPTION'];
  surroundings.out(
    json === true ? jsonText(items.map(apiKeyDocument)) : tableText(headings, items.map(rowOf)),
  );
}

function rowOf(key: ApiKey): readonly string[] {
  const time = (instant: Instant | null) => (instant === null ? '-' : formatInstant(instant));
  return [
    key.id,
    key.type,
    time(key.createdTime),
    time(key.lastUsedTime),
    time(key.expiresTime),
    key.acl.join(','),
    key.description ?? '-',
  ];
}

function addRevoke(parent: Command, surroundings: Surroundings): void {
  parent
    .command('revoke')
    .description('revoke an API key for good')
    .argument('<id>', 'the id that "key list" shows, not the key itself')
    .option(
      '--organization <id>',
      'the organization of the key (required if there are several)',
      readOrganizationId,
    )
    .option('--json', 'print the id as JSON')
    .addHelpText('after', revokeExample)
    .action((id: string, options: ListOptions) => revoke(surroundings, id, options));
}

const revokeExample = `
A running service refuses the key within a second.

Example:
  $ leadsource key revoke key_01JDB6X8Q4M2V7N9R5T3W1Y0ZC`;

async function revoke(
  surroundings: Surroundings,
  id: string,
  { organization, json }: ListOptions,
): Promise<void> {
  await withSession(surroundings, async ({ context }) =>
    createApiKeyOperations(context).remove(await operatorIn(context, organization), id),
  );
  surroundings.out(json === true ? jsonText({ id, revoked: true }) : `Revoked ${id}.\n`);
}
