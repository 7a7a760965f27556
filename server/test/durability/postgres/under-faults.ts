import { ChildService } from '../../support/child-service.ts';
import { Spell } from '../../support/spell.ts';
import { verify } from '../crashes.ts';
import { readinessOf } from '../readiness.ts';
import { SteadyLoad } from './steady-load.ts';

export interface FaultPlan {
  readonly databaseUrl: string;
  readonly rounds: number;
  readonly random: () => number;
  /** What to run instead of the service. */
  readonly entry?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Brings the fault about, and ends as soon as its cause is gone. */
  readonly fault: (surroundings: FaultSurroundings) => Promise<void>;
}

export interface FaultSurroundings {
  readonly load: SteadyLoad;
  readonly url: string;
}

export interface FaultReport {
  /** What was promised and not kept. */
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly refused: number;
  /** For each round, from the end of the cause until every client was acknowledged a write again: of the service's time. */
  readonly resumptionMilliseconds: readonly number[];
  readonly longestAnswerMilliseconds: number;
  /** Of the orderly stop at the end. */
  readonly exitCode: number | null;
}

const mostAcknowledgements = 200;
const longestDelayMilliseconds = 10;

/** Lets a fault happen again and again to a service that is written to all the time, and then holds it to its word. */
export async function writeUnderFaults(plan: FaultPlan): Promise<FaultReport> {
  const { databaseUrl, entry, random } = plan;
  const settings = { ...plan.settings, DATABASE_URL: databaseUrl };
  await using child = new ChildService({ databasePath: '', settings, ...(entry !== undefined && { entry }) });
  const url = await child.url();
  await using load = new SteadyLoad(url);
  const resumptionMilliseconds: number[] = [];
  await load.everyone();
  for (let round = 0; round < plan.rounds; round++) {
    await load.acknowledgements(Math.floor(random() * mostAcknowledgements));
    await new Promise((resolve) => setTimeout(resolve, random() * longestDelayMilliseconds));
    await plan.fault({ load, url });
    using resumption = new Spell(child.processId);
    await load.everyone();
    resumptionMilliseconds.push(resumption.milliseconds);
  }
  await load.end();
  const { ledger, faults, refused } = load;
  const broken = await verify(url, ledger, ledger.customerIds);
  child.signal('SIGTERM');
  const { code: exitCode } = await child.ended;
  return {
    faults: [...faults, ...broken],
    acknowledged: ledger.acknowledged,
    refused,
    resumptionMilliseconds,
    longestAnswerMilliseconds: load.longestAnswerMilliseconds,
    exitCode,
  };
}

/** The status of readiness, which needs no credential. */
export async function readiness(url: string): Promise<number> {
  return (await readinessOf(url)).status;
}
