import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';
import { ChildService } from '../support/child-service.ts';
import { HttpClient } from '../support/http-client.ts';
import { type Diary, keepDiaries } from './diary.ts';
import { Ledger, numberedLeadSource, type ShownCustomer } from './ledger.ts';

export interface CrashPlan {
  readonly databasePath: string;
  readonly kills: number;
  readonly random: () => number;
  /** What to run instead of the service. */
  readonly entry?: string;
}

export interface CrashReport {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  /** Steps of diaries: writes of customers and keys, removals and merges. */
  readonly acknowledgedSteps: number;
  /** From the spawn to the first answer that it is ready, for each start. */
  readonly startMilliseconds: readonly number[];
  /** Of the orderly stop at the end. */
  readonly exitCode: number | null;
}

const ownWriters = 16;
const diaryWriters = 4;
const sharedWriters = 8;
const sharedCustomers = 2;
const killedAtStartShare = 0.1;
const longestStartMilliseconds = 400;
const mostAcknowledgements = 600;
const longestDelayMilliseconds = 10;

/**
 * Kills a service again and again, in the midst of writes or of its start, and holds what it shows after each restart
 * against what it acknowledged before, and all of it once more at the end.
 */
export async function crash(plan: CrashPlan): Promise<CrashReport> {
  const ledger = new Ledger();
  const faults: string[] = [];
  const startMilliseconds: number[] = [];
  const diaries: Diary[][] = [];
  let written: readonly string[] = [];
  let seen = 0;
  for (let kill = 0; kill < plan.kills; kill++) {
    if (plan.random() < killedAtStartShare) await killAtStart(plan);
    const { child, url } = await startChild(plan, startMilliseconds);
    faults.push(...(await verify(url, ledger, written)), ...(await readDiaries(url, diaries.slice(seen))));
    seen = diaries.length;
    const before = new Set(ledger.customerIds);
    const keeping = plan.entry === undefined ? keepAll(url, kill, diaries) : Promise.resolve();
    await Promise.all([killUnderLoad(child, url, ledger, kill, plan.random), keeping]);
    written = ledger.customerIds.filter((customerId) => !before.has(customerId));
  }
  const { child, url } = await startChild(plan, startMilliseconds);
  faults.push(...(await verify(url, ledger, ledger.customerIds)), ...(await readDiaries(url, diaries)));
  child.signal('SIGTERM');
  const { code: exitCode } = await child.ended;
  const acknowledgedSteps = diaries.flat().reduce((sum, diary) => sum + diary.acknowledged, 0);
  return { faults, acknowledged: ledger.acknowledged, acknowledgedSteps, startMilliseconds, exitCode };
}

async function keepAll(url: string, round: number, diaries: Diary[][]): Promise<void> {
  const keep = async (writer: number): Promise<void> => {
    using client = new HttpClient(url);
    await keepDiaries(client, `diary-${round}-${writer}`, diaries);
  };
  await Promise.all(Array.from({ length: diaryWriters }, (_, writer) => keep(writer)));
}

async function readDiaries(url: string, diaries: readonly (readonly Diary[])[]): Promise<readonly string[]> {
  using client = new HttpClient(url);
  const faults: string[] = [];
  for (const kept of diaries)
    for (const diary of kept) faults.push(...(await diary.faults(client, diary === kept.at(-1))));
  return faults;
}

async function startChild(
  plan: CrashPlan,
  startMilliseconds: number[],
): Promise<{ child: ChildService; url: string }> {
  const child = new ChildService(plan);
  const url = await child.url();
  using client = new HttpClient(url);
  const { status } = await client.send('GET', '/health/ready');
  if (status !== 200) throw new Error(`The service listens and is not ready: ${status}.`);
  startMilliseconds.push(performance.now() - child.spawnedAt);
  return { child, url };
}

async function killAtStart(plan: CrashPlan): Promise<void> {
  const child = new ChildService(plan);
  await delay(plan.random() * longestStartMilliseconds);
  await child.kill();
}

/** Writes on many connections, and kills the service at a random moment after a random number of acknowledgements. */
async function killUnderLoad(
  child: ChildService,
  url: string,
  ledger: Ledger,
  round: number,
  random: () => number,
): Promise<void> {
  const killAt = ledger.acknowledged + Math.floor(random() * mostAcknowledgements);
  const delayMilliseconds = random() * longestDelayMilliseconds;
  let killed: Promise<void> | null = null;
  const onAcknowledged = (): void => {
    if (ledger.acknowledged >= killAt) killed ??= delay(delayMilliseconds).then(() => child.kill());
  };
  const own = Array.from({ length: ownWriters }, (_, writer) =>
    write(url, ledger, { customerId: `own-${round}-${writer}`, isOwn: true }, onAcknowledged),
  );
  const shared = Array.from({ length: sharedWriters }, (_, writer) =>
    write(
      url,
      ledger,
      { customerId: `shared-${round}-${writer % sharedCustomers}`, isOwn: false },
      onAcknowledged,
    ),
  );
  await Promise.all([...own, ...shared]);
  await killed;
}

interface Target {
  readonly customerId: string;
  readonly isOwn: boolean;
}

/** Writes one number after the other until the connection breaks. */
async function write(url: string, ledger: Ledger, target: Target, onAcknowledged: () => void): Promise<void> {
  const { customerId, isOwn } = target;
  using client = new HttpClient(url);
  for (;;) {
    const number = ledger.send(customerId, isOwn);
    const body = numberedLeadSource(customerId, number);
    const answer = await client.send('PUT', `/customers/${customerId}/lead-source`, body).catch(() => null);
    if (answer === null) return;
    if (answer.status !== 201) throw new Error(`A write was answered with ${answer.status}.`);
    ledger.acknowledge(customerId, number);
    onAcknowledged();
  }
}

async function verify(
  url: string,
  ledger: Ledger,
  customerIds: readonly string[],
): Promise<readonly string[]> {
  using client = new HttpClient(url);
  const faults: string[] = [];
  for (const customerId of customerIds)
    faults.push(...ledger.faultsOf(customerId, await show(client, customerId)));
  return faults;
}

async function show(client: HttpClient, customerId: string): Promise<ShownCustomer> {
  const history = await client.send('GET', `/customers/${customerId}/lead-sources?limit=1000`);
  if (history.status === 404) return { current: null, original: null, touches: [] };
  const touches = (history.body as readonly LeadSource[]).map(completeLeadSource);
  if (Number(history.headers['pagination-total']) > touches.length)
    throw new Error('There is a second page.');
  const { body } = await client.send('GET', `/customers/${customerId}/lead-source`);
  const shown = body as LeadSource & { readonly original: LeadSource };
  return { current: completeLeadSource(shown), original: completeLeadSource(shown.original), touches };
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
