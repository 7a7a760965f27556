import type { Command } from 'commander';
import type { Permission } from '../domain/permission.ts';
import { formatInstant } from '../domain/time.ts';
import { jsonText } from './document.ts';
import { operatorIn, withSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { readOrganizationId, readPermissions, readSeconds } from './values.ts';

interface CreateOptions {
  readonly organization?: string;
  readonly subject?: string;
  readonly permissions?: readonly Permission[];
  readonly lifetime?: number;
  readonly json?: true;
}

/** `leadsource token …` */
export function addTokenCommands(program: Command, surroundings: Surroundings): void {
  program
    .command('token')
    .helpCommand(false)
    .description('mint tokens')
    .command('create')
    .description('mint a token (JWT) that expires by itself, and print it')
    .option(
      '--organization <id>',
      'the organization that it opens (required if there are several)',
      readOrganizationId,
    )
    .option('--subject <text>', 'whom it stands for (default: operator)')
    .option(
      '--permissions <permissions>',
      'its permissions, separated by commas (default: all)',
      readPermissions,
    )
    .option('--lifetime <seconds>', 'how long it lasts, 60 to 86400 seconds (default: 3600)', readSeconds)
    .option('--json', 'print the token and its details as JSON')
    .addHelpText('after', createExamples)
    .action((options: CreateOptions) => create(surroundings, options));
}

const createExamples = `
A running service accepts it if both have the same LEADSOURCE_PUBLIC_URL and
LEADSOURCE_JWT_* settings.

Examples:
  $ leadsource token create --permissions lead-sources:read --lifetime 900
  $ curl -H "Authorization: Bearer $(leadsource token create)" http://127.0.0.1:8080/customers`;

async function create(surroundings: Surroundings, options: CreateOptions): Promise<void> {
  // Loaded only here, so that other commands need not load what signs.
  const { createTokenOperations } = await import('../operations/token.ts');
  const minted = await withSession(surroundings, async ({ config, context }) => {
    const { jwtIssuer: issuer, jwtAudience: audience, jwtIssuers: outside } = config;
    const maker = await operatorIn(context, options.organization);
    return createTokenOperations({ ...context, issuer, audience, outside }).mint(maker, {
      subject: options.subject ?? null,
      permissions: options.permissions ?? null,
      lifetimeSeconds: options.lifetime ?? null,
    });
  });
  const expiresTime = formatInstant(minted.expiresTime);
  if (options.json === true) {
    surroundings.out(jsonText({ ...minted, expiresTime }));
    return;
  }
  surroundings.out(`${minted.token}\n`);
  surroundings.err(`It expires at ${expiresTime}.\n`);
}
