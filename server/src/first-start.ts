import type { Logger } from 'pino';
import { type Config, settings } from './config.ts';
import { hashSecret } from './operations/api-key.ts';
import type { OperationContext } from './operations/context.ts';
import { createOrganizationOperations } from './operations/organization.ts';
import type { Store } from './storage/store.ts';

export interface Beginning {
  /** The organization and key made by this start; null where an organization existed. */
  readonly initialized: { readonly organizationId: string; readonly secret: string } | null;
  readonly organizationIds: readonly string[];
}

/** Makes the first organization and its key, unless one exists; then it warns of first-start settings that have no effect. */
export async function initialize(
  context: OperationContext,
  config: Config,
  logger: Logger,
): Promise<Beginning> {
  const organizations = createOrganizationOperations(context);
  const made = await organizations.initialize(config.organizationId, config.secretKey);
  if (made !== null) {
    const { id } = made.organization;
    return { initialized: { organizationId: id, secret: made.secret }, organizationIds: [id] };
  }
  const ignored = await ignoredSettings(context.store, config);
  if (ignored.length > 0) logger.warn(`${ignored.join(' and ')} had a say at the first start only.`);
  return { initialized: null, organizationIds: (await organizations.list()).map(({ id }) => id) };
}

/** The names of the settings that differ from what the first start made. */
async function ignoredSettings({ read }: Store, config: Config): Promise<readonly string[]> {
  const { organizationId, secretKey } = config;
  const [first] = await read.organizations();
  const isOtherKey = secretKey !== null && (await read.apiKeyBySecret(hashSecret(secretKey))) === null;
  return [
    ...(organizationId !== null && organizationId !== first?.id ? [settings.organizationId.name] : []),
    ...(isOtherKey ? [settings.secretKey.name] : []),
  ];
}
