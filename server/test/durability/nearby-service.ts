import { readConfig } from '../../src/config.ts';
import type { Service } from '../../src/service.ts';
import { start } from '../../src/start.ts';
import { testOrganizationId, testSecretKey } from '../support/service.ts';

/** The service in this process, on a database file that may be there already. A lost sync is an error of its own. */
export function startNearby(path: string): Promise<Service> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: `sqlite:${path}`,
    LEADSOURCE_RATE_LIMIT: 'off',
    LEADSOURCE_LOG_LEVEL: 'silent',
    LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
    LEADSOURCE_SECRET_KEY: testSecretKey,
  });
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  return start({ config, onFatal });
}
