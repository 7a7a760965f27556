import { ChildService } from '../support/child-service.ts';
import { HttpClient } from '../support/http-client.ts';
import { receiverSettings } from '../support/receiver.ts';
import { Spell } from '../support/spell.ts';
import { type Diary, keepDiaries } from './diary.ts';
import { Ledger } from './ledger.ts';
import { faultsOfTelling, type Listener } from './listener.ts';
import { showCustomer, type Target, writeNumbers } from './writers.ts';

export interface CrashPlan {
  readonly databasePath: string;
  readonly kills: number;
  readonly random: () => number;
  /** What to run instead of the service. */
  readonly entry?: string;
  /** Such as another storage than the file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Who is told, by a webhook, of all that is written to the file. */
  readonly listener?: Listener;
}

export interface CrashReport {
  readonly faults: readonly string[];
  readonly acknowledged: number;
  /** Steps of diaries: writes of customers and keys, removals and merges. */
  readonly acknowledgedSteps: number;
  /** From the spawn to the first answer that it is ready, for each start: the time that the service itself took. */
  readonly startMilliseconds: readonly number[];
  /** Of the orderly stop at the end. */
  readonly exitCode: number | null;
}

const ownWriters = 8;
const diaryWriters = 2;
const sharedWriters = 4;
const sharedCustomers = 2;
const killedAtStartShare = 0.1;
const longestStartMilliseconds = 400;
const mostAcknowledgements = 160;
const mostRequests = 120;
const longestDelayMilliseconds = 10;
const sampledCustomers = 8;
const sampledDiaries = 2;
const verifyingClients = 4;

/**
 * Kills a service again and again, in the midst of writes or of its start, and holds what it shows after each restart
 * against what it acknowledged: what was written since the last one and a sample of the rest, and at the end all of it. If
 * somebody listens, all of it must have been told by then.
 */
export async function crash(plan: CrashPlan): Promise<CrashReport> {
  const ledger = new Ledger();
  const faults: string[] = [];
  const startMilliseconds: number[] = [];
  const diaries: Diary[][] = [];
  let checked = 0;
  let seen = 0;
  for (let kill = 0; kill < plan.kills; kill++) {
    if (plan.random() < killedAtStartShare) await killAtStart(plan);
    const { child, url } = await startChild(plan, startMilliseconds);
    if (kill === 0) await plan.listener?.subscribe(url);
    const customerIds = newAndSampled(ledger.customerIds, checked, sampledCustomers, plan.random);
    faults.push(...(await verify(url, ledger, customerIds)));
    faults.push(...(await readDiaries(url, newAndSampled(diaries, seen, sampledDiaries, plan.random))));
    checked = ledger.customerIds.length;
    seen = diaries.length;
    const keeping = plan.entry === undefined ? keepAll(url, kill, diaries) : Promise.resolve();
    await Promise.all([killUnderLoad(plan, child, url, ledger, kill), keeping]);
  }
  const { child, url } = await startChild(plan, startMilliseconds);
  faults.push(...(await verify(url, ledger, ledger.customerIds)), ...(await readDiaries(url, diaries)));
  if (plan.listener !== undefined) {
    await plan.listener.heardAll(plan.databasePath);
    faults.push(...faultsOfTelling(plan.listener.arrivals, ledger.allAcknowledged()));
  }
  child.signal('SIGTERM');
  const { code: exitCode } = await child.ended;
  const acknowledgedSteps = diaries.flat().reduce((sum, diary) => sum + diary.acknowledged, 0);
  return { faults, acknowledged: ledger.acknowledged, acknowledgedSteps, startMilliseconds, exitCode };
}

/** Those from `checked` on, and some of those before. */
function newAndSampled<Item>(
  items: readonly Item[],
  checked: number,
  sampleSize: number,
  random: () => number,
): readonly Item[] {
  const places = Array.from({ length: Math.min(sampleSize, checked) }, () => Math.floor(random() * checked));
  const sampled = items.filter((_item, place) => places.includes(place));
  return [...sampled, ...items.slice(checked)];
}

async function keepAll(url: string, round: number, diaries: Diary[][]): Promise<void> {
  const keep = async (writer: number): Promise<void> => {
    using client = new HttpClient(url);
    await keepDiaries(client, `diary-${round}-${writer}`, diaries);
  };
  await Promise.all(Array.from({ length: diaryWriters }, (_, writer) => keep(writer)));
}

function readDiaries(url: string, diaries: readonly (readonly Diary[])[]): Promise<readonly string[]> {
  const all = diaries.flatMap((kept) => kept.map((diary) => ({ diary, isLast: diary === kept.at(-1) })));
  return onEach(url, all, (client, { diary, isLast }) => diary.faults(client, isLast));
}

function newChild({ settings, ...plan }: CrashPlan): ChildService {
  return new ChildService({ ...plan, settings: { ...receiverSettings, ...settings } });
}

async function startChild(
  plan: CrashPlan,
  startMilliseconds: number[],
): Promise<{ child: ChildService; url: string }> {
  const child = newChild(plan);
  using start = new Spell(child.processId);
  const url = await child.url();
  using client = new HttpClient(url);
  const { status } = await client.send('GET', '/health/ready');
  if (status !== 200) throw new Error(`The service listens and is not ready: ${status}.`);
  startMilliseconds.push(start.milliseconds);
  return { child, url };
}

async function killAtStart(plan: CrashPlan): Promise<void> {
  const child = newChild(plan);
  await delay(plan.random() * longestStartMilliseconds);
  await child.kill();
}

/**
 * Writes on many connections, and kills the service at a random moment after a random number of acknowledgements or, where
 * somebody listens, of requests to them.
 */
async function killUnderLoad(
  { random, listener }: CrashPlan,
  child: ChildService,
  url: string,
  ledger: Ledger,
  round: number,
): Promise<void> {
  const killAt = ledger.acknowledged + Math.floor(random() * mostAcknowledgements);
  const delayMilliseconds = random() * longestDelayMilliseconds;
  let requestsLeft = Math.floor(random() * mostRequests);
  let killed: Promise<void> | null = null;
  const kill = async (): Promise<void> => {
    await delay(delayMilliseconds);
    listener?.noteKill();
    await child.kill();
  };
  const onAcknowledged = (): void => {
    if (ledger.acknowledged >= killAt) killed ??= kill();
  };
  if (listener !== undefined) {
    listener.onRequest = () => {
      if (requestsLeft-- <= 0) killed ??= kill();
    };
  }
  const write = async (target: Target): Promise<void> => {
    using client = new HttpClient(url);
    await writeNumbers(client, ledger, target, onAcknowledged);
  };
  const own = Array.from({ length: ownWriters }, (_, writer) =>
    write({ customerId: `own-${round}-${writer}`, isOwn: true }),
  );
  const shared = Array.from({ length: sharedWriters }, (_, writer) =>
    write({ customerId: `shared-${round}-${writer % sharedCustomers}`, isOwn: false }),
  );
  await Promise.all([...own, ...shared]);
  await killed;
}

/** What is wrong with customers as a service shows them. */
export function verify(
  url: string,
  ledger: Ledger,
  customerIds: readonly string[],
): Promise<readonly string[]> {
  return onEach(url, customerIds, async (client, customerId) =>
    ledger.faultsOf(customerId, await showCustomer(client, customerId)),
  );
}

/** The faults of all, which several clients look for. */
async function onEach<Item>(
  url: string,
  items: readonly Item[],
  faultsOf: (client: HttpClient, item: Item) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const left = items.values();
  const look = async (): Promise<void> => {
    using client = new HttpClient(url);
    for (const item of left) faults.push(...(await faultsOf(client, item)));
  };
  await Promise.all(Array.from({ length: verifyingClients }, look));
  return faults;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
