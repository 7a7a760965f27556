import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Service } from '../../src/service.ts';
import { start } from '../../src/start.ts';
import { commandTime } from './command-line.ts';
import { receiverSettings } from './receiver.ts';
import { testOrganizationId, testSecretKey } from './service.ts';

/** The clock of these services, which stands still while answers are compared. */
let time = commandTime;

/** Answers what puts the clock back to this moment, since some answers tell it. */
export function keepMoment(): () => void {
  const moment = time;
  return () => {
    time = moment;
  };
}

/** A service on a database, whose answers depend on nothing else. */
export function serve(databaseUrl: string): Promise<Service> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    LEADSOURCE_PUBLIC_URL: 'http://leadsource.test',
    LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
    LEADSOURCE_SECRET_KEY: testSecretKey,
    LEADSOURCE_RATE_LIMIT: 'off',
    LEADSOURCE_LOG_LEVEL: 'silent',
    ...receiverSettings,
  });
  return start({ config, now: () => time, onFatal: expect.unreachable });
}

export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a write, which must succeed, a moment after the one before. */
export async function send(
  { url }: Service,
  { headers }: Caller,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  time += 1234;
  const type = { 'Content-Type': 'application/json' };
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && type) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : null;
}

/** What the OpenAPI document says can be asked for, but for what is of the process alone. */
async function templatesOf({ url }: Service): Promise<readonly string[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const ofThisProcess = /^\/(?:health|metrics)/;
  return Object.entries(document.paths)
    .filter(([path, item]) => 'get' in item && !ofThisProcess.test(path))
    .map(([path]) => path);
}

/** Everything that can be asked for, and more of what has many forms. `madeIds` are those that the service chose. */
export async function targetsOf(service: Service, madeIds: readonly string[]): Promise<readonly string[]> {
  const filled = (await templatesOf(service)).flatMap((template) =>
    template.includes('{')
      ? idsFor(template, madeIds).map((id) => template.replace(/\{\w+\}/, id))
      : [template],
  );
  const queries = [
    '/customers?limit=2&offset=1',
    '/customers?limit=0',
    '/customers?sort=-createdTime&expand=leadSource',
    '/customers?sort=websiteId,-id&limit=3',
    `/customers?filter=${encodeURIComponent('leadSource.source:"through two aliases",!original.source:google')}`,
    '/customers?filter=id:B..c&fields=id,customFields',
    '/customers/c/lead-sources?limit=2&offset=1',
    '/api-keys?limit=1',
    '/setting-changes?limit=3&offset=2',
    ...reportQueries,
  ];
  return [...filled, ...queries];
}

/** What can be asked for, but was answered for nothing that is there. */
export async function unansweredOf(service: Service, answers: Answers): Promise<readonly string[]> {
  const answered = Object.entries(answers).flatMap(([target, [status]]) =>
    status === 200 ? target.replace(/\?.*/, '') : [],
  );
  return (await templatesOf(service)).filter((template) => {
    const shape = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
    return !answered.some((path) => shape.test(path));
  });
}

/** By what their paths begin with: ids that callers chose, or how those begin that the service does. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  '/conversions': ['a', 'b', 'c'],
  '/customers': ['a', 'b', 'c', 'd', 'e@~x', 'B', 'gone', 'buyer', 'told', 'imported', 'erased'],
  '/imports': ['kept', 'undone'],
  '/webhooks': ['shop', 'closed'],
};
const generated: Readonly<Record<string, RegExp>> = {
  '/affiliate-periods': /^afp_/,
  '/api-keys': /^key_/,
  '/jobs': /^job_/,
  '/tracking/webhooks': /^whd_/,
};

/** Ids to ask a path for, and one that nothing has. */
function idsFor(template: string, madeIds: readonly string[]): readonly string[] {
  const [collection = ''] = template.split('/{');
  if (collection.endsWith('/versions')) return ['1', '2', 'unknown'];
  const prefix = generated[collection];
  const ids = prefix === undefined ? (chosen[collection] ?? []) : madeIds.filter((id) => prefix.test(id));
  return [...ids, 'unknown'];
}

const period = 'periodStart=2026-11-01&periodEnd=2026-12-01';
const reportQueries = [
  `/reports/attribution?${period}&currency=EUR&dimension=channel,source&customers=true`,
  `/reports/attribution?${period}&currency=JPY&interval=day&timezone=Asia/Tokyo&dateBasis=refund`,
  `/reports/journeys?${period}&currency=EUR`,
  `/reports/affiliates?periodStart=2026-11-20T00:00:00Z&periodEnd=2026-12-01&model=first`,
  `/exports/offline-conversions?platform=google-ads-api&conversionName=Sale&model=first&${period}`,
  `/experimental/reports/transactions?${period}&aggregationField=leadSource.source&filter=currency:EUR`,
  '/experimental/reports/retention-value?aggregationField=leadSource.source&filter=currency:EUR',
  '/conversions?credited=source:news&sort=occurredTime',
  '/spend?filter=source:news',
];

export interface Answers {
  readonly [target: string]: readonly [status: number, headers: object, body: string];
}

const ofOneAnswer = new Set(['date', 'x-request-id']);

/** Under the short root: the other one answers the same, whatever the store. */
export async function answersOf(
  { url }: Service,
  caller: Caller,
  targets: readonly string[],
): Promise<Answers> {
  const answers: Record<string, Answers[string]> = {};
  for (const path of targets) {
    const answer = await fetch(url + path, { headers: caller.headers });
    const headers = [...answer.headers].filter(([name]) => !ofOneAnswer.has(name));
    answers[path] = [answer.status, Object.fromEntries(headers), await answer.text()];
  }
  return answers;
}
