import { configFromProcess } from '../config.ts';
import { start } from '../start.ts';

/** Runs the service until it is told to stop. Exits with 0 after an orderly stop, 1 where it cannot start or go on. */
export async function serve(): Promise<void> {
  const config = configFromProcess();
  const service = await start({
    config,
    onFatal: (reason) => {
      process.stderr.write(`leadsource: the storage failed, nothing more can be acknowledged: ${reason}\n`);
      process.exit(1);
    },
  });
  process.stdout.write(greeting(service.url, service.initialized, service.organizationIds));
  const stop = (): void => {
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`leadsource: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function greeting(
  url: string,
  initialized: { organizationId: string; secret: string } | null,
  organizationIds: readonly string[],
): string {
  const lines = [`leadsource listens on ${url} (API: ${url}/docs)`];
  if (initialized === null) {
    lines.push(`Organizations: ${organizationIds.join(', ')}`);
    return `${lines.join('\n')}\n`;
  }
  const { organizationId, secret } = initialized;
  lines.push(
    `Organization:  ${organizationId}`,
    `Secret key:    ${secret}`,
    '               Keep it: it is shown this once. A lost one is replaced by `npx leadsource key create`.',
    '',
    'Try it:',
    `  curl -X PUT ${url}/customers/cus_example/lead-source -H 'REB-APIKEY: ${secret}' -H 'Content-Type: application/json' -d '{"medium":"cpc","source":"google","campaign":"spring"}'`,
    '',
  );
  return `${lines.join('\n')}\n`;
}
