import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../config.ts';
import { openStore } from '../../open-store.ts';
import { createOrganizationOperations } from '../../operations/organization.ts';
import { jsonText } from '../document.ts';
import { runService } from '../serve.ts';
import type { Surroundings } from '../surroundings.ts';
import { fill } from './fill.ts';
import { generatedJourneys } from './generated.ts';
import { type DemoJourney, endOfYear } from './journey.ts';
import { stories } from './stories.ts';

export interface DemoOptions {
  readonly port?: string;
  readonly journeys: number;
  readonly seed: number;
  readonly json?: true;
}

const organizationId = 'org_demo';
/** Has a form that no live organization accepts. It opens nothing but the demo. */
const demoKey = 'sk_sandbox_ThisIsTheKeyOfTheDemoItOpensNothingElse';

/**
 * Fills a new database in a directory of its own with a year, runs the service on it until told to stop, and then removes both.
 * Only the port is taken from the environment, so that no other database is ever touched.
 */
export async function executeDemo(surroundings: Surroundings, options: DemoOptions): Promise<void> {
  const { environment, out, err, now } = surroundings;
  await using directory = await mkdtempDisposable(join(tmpdir(), 'leadsource-demo-'));
  using _removed = removedAtExit(directory.path);
  const config = readConfig({
    PORT: options.port ?? environment['PORT'],
    DATABASE_URL: `sqlite:${join(directory.path, 'demo.db')}`,
    LEADSOURCE_RATE_LIMIT: 'off',
    LEADSOURCE_LOG_LEVEL: 'warn',
  });
  // The service listens only once there is a year to show.
  await requireFreePort(config);
  const end = endOfYear(now());
  const { seed } = options;
  const told = stories(end);
  const journeys = [...told, ...generatedJourneys({ seed, journeys: options.journeys, end })];
  await runService(surroundings, config, {
    prepare: () => {
      err(`Making a year of ${journeys.length} customers…\n`);
      return makeDatabase(surroundings, config, journeys);
    },
    greet: ({ url }) =>
      out(options.json === true ? jsonText(greeting(url)) : greetingText(url, { told, journeys })),
  });
}

async function requireFreePort({ host, port }: Config): Promise<void> {
  await using server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Another program already listens on ${host}:${port}: --port chooses another port.`);
  }
}

/** Where the program is ended at once, as by a signal before the service listens, nothing is disposed of. */
function removedAtExit(path: string): Disposable {
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return { [Symbol.dispose]: () => process.off('exit', remove) };
}

async function makeDatabase(
  { now, random }: Surroundings,
  config: Config,
  journeys: readonly DemoJourney[],
): Promise<void> {
  await using store = await openStore(config, 'server', (reason) => {
    throw new Error(`The storage failed: ${reason}`);
  });
  await createOrganizationOperations({ store, now, random }).initialize(organizationId, demoKey);
  await fill(store, { organizationId, actor: 'demo' }, journeys);
}

function greeting(url: string) {
  return { url: `${url}/`, organizationId, secretKey: demoKey };
}

function greetingText(
  url: string,
  { told, journeys }: { readonly told: readonly DemoJourney[]; readonly journeys: readonly DemoJourney[] },
): string {
  const touches = journeys.reduce((sum, journey) => sum + journey.touches.length, 0);
  const conversions = journeys.reduce((sum, journey) => sum + journey.conversions.length, 0);
  return `A year with ${journeys.length} customers, ${touches} touches and ${conversions} conversions.

Open:      ${url}/
Key:       ${demoKey}

Begin with:
${told.map(({ customerId }) => `  ${url}/#/customers/${customerId}`).join('\n')}

Ctrl-C ends the demo and removes its database.
`;
}
