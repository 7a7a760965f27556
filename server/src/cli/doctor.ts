import { createServer } from 'node:net';
import type { Command } from 'commander';
import { isLoopback } from '../config/setting-values.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import { examineStore, type Finding } from '../open-store.ts';
import { jsonText, printable } from './document.ts';
import { Unfit } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource doctor` */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('doctor')
    .description(
      'look for problems in the settings and the environment that would do harm later, and say what to do',
    )
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
It reads the environment as the service does, looks at the database, its disk or
server, the port, the public address, token issuers, proxies and webhook networks, and
changes nothing. You can run it before the first start and while the service runs.

It ends with 1 if something is wrong, and with 0 if all is well or merely doubtful.

Examples:
  $ leadsource doctor
  $ DATABASE_URL=postgres://leadsource@db.example.com/leadsource leadsource doctor --json`,
    )
    .action(({ json }: { json?: true }) => doctor(surroundings, json === true));
}

async function doctor({ environment, out, now }: Surroundings, isJson: boolean): Promise<void> {
  const findings = await examine(environment, now);
  out(isJson ? jsonText(findings) : findings.map(lineOf).join(''));
  if (findings.some(({ verdict }) => verdict === 'wrong')) throw new Unfit();
}

const marks = { well: 'ok  ', doubtful: 'hm  ', wrong: 'BAD ' } as const;

function lineOf({ subject, verdict, sentence }: Finding): string {
  return `${marks[verdict]} ${subject.padEnd(12)} ${printable(sentence)}\n`;
}

async function examine(
  environment: Surroundings['environment'],
  now: Surroundings['now'],
): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((sentence) => ({ subject: 'settings', verdict: 'wrong', sentence }));
  }
  const parts = await Promise.all([examineStore(config, now), lookAtPort(config), lookAtIssuers(config)]);
  return [
    { subject: 'settings', verdict: 'well', sentence: 'All settings can be used.' },
    ...parts.flat(),
    ...lookAtAddresses(config),
    ...lookAtNetworks(config),
  ];
}

/** Whether the service answers, or its port is free. */
async function lookAtPort({ host, port }: Config): Promise<readonly Finding[]> {
  const subject = 'port';
  if (await canListen(host, port)) {
    return [
      { subject, verdict: 'well', sentence: `${host}:${port} is free: the service is not running there.` },
    ];
  }
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const root = `http://${near.includes(':') ? `[${near}]` : near}:${port}`;
  // A path of health would not do: other programs have those, too.
  const document = '/openapi.json';
  const isOurs = await readJson(root + document).then(
    ({ body }) => {
      const { info, instance, status } = Object(body) as Readonly<Record<string, unknown>>;
      // While it starts, it answers with a problem.
      return Object(info).title === 'leadsource' || (status === 503 && instance === document);
    },
    () => false,
  );
  if (!isOurs) {
    const sentence = `Another program listens on ${host}:${port}, or nobody may listen there: choose another place with PORT and HOST.`;
    return [{ subject, verdict: 'wrong', sentence }];
  }
  const health = await readJson(`${root}/health/ready`).catch(() => null);
  return health?.ok === true
    ? [{ subject, verdict: 'well', sentence: `The service answers on ${host}:${port} and is ready.` }]
    : [
        {
          subject,
          verdict: 'wrong',
          sentence: `The service on ${host}:${port} says that it is not ready.`,
        },
      ];
}

/** Fails if there is no answer in time, if it redirects, or if a success is not JSON. */
async function readJson(
  url: string,
): Promise<{ readonly ok: boolean; readonly status: number; readonly body: unknown }> {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(networkPatienceMilliseconds),
    redirect: 'error',
  });
  return {
    ok: answer.ok,
    status: answer.status,
    body: answer.ok ? await answer.json() : await answer.json().catch(() => null),
  };
}

const networkPatienceMilliseconds = 5_000;

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

async function lookAtIssuers({ jwtIssuers }: Config): Promise<readonly Finding[]> {
  return Promise.all(
    jwtIssuers.map(async ({ issuer, jwksUrl }): Promise<Finding> => {
      const subject = 'issuer';
      try {
        const answer = await readJson(jwksUrl);
        const keys = answer.ok ? (answer.body as { keys?: unknown } | null)?.keys : null;
        if (Array.isArray(keys) && keys.length > 0) {
          return { subject, verdict: 'well', sentence: `${issuer} has ${keys.length} keys at ${jwksUrl}.` };
        }
        return {
          subject,
          verdict: 'wrong',
          sentence: `${jwksUrl} has no keys of ${issuer} (${answer.status}): its tokens are refused.`,
        };
      } catch {
        return {
          subject,
          verdict: 'wrong',
          sentence: `${jwksUrl} cannot be read: tokens of ${issuer} are refused.`,
        };
      }
    }),
  );
}

/** The addresses that the service gives out as its own. */
function lookAtAddresses({ host, publicUrl }: Config): readonly Finding[] {
  const subject = 'public URL';
  const { protocol, hostname } = new URL(publicUrl);
  const isNear = isLoopback(hostname);
  if (isNear && !isLoopback(host)) {
    return [
      {
        subject,
        verdict: 'doubtful',
        sentence: `Links in answers begin with ${publicUrl}, which leads other machines to themselves: set LEADSOURCE_PUBLIC_URL.`,
      },
    ];
  }
  if (!isNear && protocol === 'http:') {
    return [
      {
        subject,
        verdict: 'doubtful',
        sentence: `${publicUrl} has no TLS: keys travel where others can read them.`,
      },
    ];
  }
  return [{ subject, verdict: 'well', sentence: `Links in answers begin with ${publicUrl}.` }];
}

function lookAtNetworks({ trustedProxies, webhookAllowedNetworks, publicUrl }: Config): readonly Finding[] {
  const everybody = trustedProxies.filter((network) => /\/0$/.test(network));
  const findings: Finding[] = [];
  if (everybody.length > 0) {
    findings.push({
      subject: 'proxies',
      verdict: 'wrong',
      sentence: `LEADSOURCE_TRUSTED_PROXIES has ${everybody.join(', ')}: any caller can claim to come from anywhere. Name only the proxy.`,
    });
  } else if (trustedProxies.length === 0 && publicUrl.startsWith('https:')) {
    findings.push({
      subject: 'proxies',
      verdict: 'doubtful',
      sentence:
        'The public URL has TLS, which a proxy must terminate, but LEADSOURCE_TRUSTED_PROXIES names none: all callers count as one address.',
    });
  }
  if (webhookAllowedNetworks.length > 0) {
    findings.push({
      subject: 'webhooks',
      verdict: 'doubtful',
      sentence: `Webhooks may reach ${webhookAllowedNetworks.join(', ')}: anybody who may create webhooks reaches what listens there.`,
    });
  }
  return findings;
}
