import { setImmediate as nextTurn } from 'node:timers/promises';
import { statementModel } from '../domain/affiliate-settings.ts';
import {
  type AdjustmentCause,
  type AffiliateCredit,
  type AffiliateLine,
  type AffiliatePeriod,
  adjustmentLines,
  changedCredits,
  explainChange,
  ownLines,
} from '../domain/affiliate-statement.ts';
import { byPeriod, type PeriodStretch, stretchesOf } from '../domain/affiliate-stretch.ts';
import type { AttributionModel } from '../domain/attribution-models.ts';
import { wholeAttributionSettings } from '../domain/attribution-settings.ts';
import { creditsAlike } from '../domain/credit.ts';
import type { Period } from '../domain/credit-sum.ts';
import { Failure, invalid } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import { inTurns } from '../domain/pauses.ts';
import type { Principal } from '../domain/principal.ts';
import { readAll } from '../domain/read-all.ts';
import type { Instant } from '../domain/time.ts';
import type { AffiliateAccount, AffiliateClick, CreditsInForce } from '../storage/store.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { type PeriodEdge, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';

export interface StatementRequest {
  /** Null for the settings' model, or else that of the period closed last. */
  readonly model: AttributionModel | null;
  /** Null for the end of the period closed last. */
  readonly start: PeriodEdge | null;
  /** Null for now. */
  readonly end: PeriodEdge | null;
  readonly timezone: string | null;
}

export interface AffiliateStatement {
  readonly period: Omit<AffiliatePeriod, 'id' | 'actor' | 'closedTime'>;
  /** Null while the period is open. */
  readonly closed: Pick<AffiliatePeriod, 'id' | 'actor' | 'closedTime'> | null;
  readonly lines: readonly AffiliateLine[];
  /** The ids of the periods that lines are about, by number. */
  readonly periodIds: ReadonlyMap<number, string>;
}

interface Composed {
  readonly statement: AffiliateStatement;
  readonly accounts: readonly AffiliateAccount[];
  /** Of a statement that is to be closed. */
  readonly clicks: readonly AffiliateClick[];
  readonly restated: readonly { readonly about: number; readonly conversionKey: number }[];
}

export type AffiliateStatementOperations = ReturnType<typeof createAffiliateStatementOperations>;

export interface StatementContext extends Omit<OperationContext, 'store'> {
  readonly store: Pick<OperationContext['store'], 'read' | 'write'>;
}

export function createAffiliateStatementOperations({ store, now, random }: StatementContext) {
  /** A closed statement, as it was frozen. Fails with `not-found`. */
  const get = async ({ organization }: Principal, periodId: string): Promise<AffiliateStatement> => {
    const periods = await store.read.affiliatePeriods(organization.id);
    const found = periods.find(({ id }) => id === periodId);
    if (found === undefined) throw new Failure('not-found', 'No such period.');
    const lines = await store.read.affiliateLines(organization.id, found.number);
    return { period: found, closed: found, lines, periodIds: idsOf(periods) };
  };
  return {
    /** What affiliates earned in a period, as far as is known so far. Fails with `invalid`. */
    async report(
      { organization }: Principal,
      request: StatementRequest,
      ending?: AbortSignal,
    ): Promise<AffiliateStatement> {
      const compose = new Composer(awaitedStore(store, ending));
      return (await compose.statement(organization.id, request, now())).statement;
    },

    /**
     * Closes a period, which freezes its statement. Fails with `invalid`, or `conflict` where another was closed meanwhile. A
     * repeated request that is to be done once gets the period it closed then, whatever the request would mean today.
     */
    async close(principal: Principal, request: StatementRequest, once?: Once): Promise<AffiliateStatement> {
      const { organization, actor } = principal;
      const closedTime = now();
      const before =
        once === undefined
          ? null
          : await store.read.outputOnce(organization.id, 'closeAffiliatePeriod', once, closedTime);
      if (before !== null) return get(principal, before.periodId);
      const organizationId = organization.id;
      const closed = { id: `afp_${ulid(closedTime, random(16))}`, actor, closedTime };
      return withoutErasures(async () => {
        const erasures = await store.read.erasureCount(organizationId);
        const composed = await new Composer(store).statement(organizationId, request, closedTime, true);
        const { statement, accounts, clicks, restated } = composed;
        const period = { ...statement.period, ...closed };
        const { lines } = statement;
        const write = { organizationId, period, lines, accounts, clicks, restated, erasures, once };
        const { periodId } = await store.write('closeAffiliatePeriod', write);
        if (periodId !== period.id) return get(principal, periodId);
        return { ...statement, closed };
      });
    },

    /** Closed periods, oldest first. */
    list({ organization }: Principal): Promise<readonly AffiliatePeriod[]> {
      return store.read.affiliatePeriods(organization.id);
    },

    get,
  };
}

/** How often a statement is computed, since an erasure in between makes it start over. */
const maximumAttempts = 5;

/** Fails with `unavailable` if customers keep being erased. */
async function withoutErasures(close: () => Promise<AffiliateStatement>): Promise<AffiliateStatement> {
  for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
    try {
      return await close();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'precondition-failed') throw error;
    }
  }
  throw new Failure('unavailable', 'Customers keep being erased: try again.');
}

/** Computes statements from what is stored. */
class Composer {
  readonly #store: Pick<OperationContext['store'], 'read'>;

  constructor(store: Pick<OperationContext['store'], 'read'>) {
    this.#store = store;
  }

  statement(
    organizationId: string,
    request: StatementRequest,
    now: number,
    closes = false,
  ): Promise<Composed> {
    return withSteadyCredits(this.#store, organizationId, async (inForce) => {
      const { settingsVersion, settings } = inForce;
      const periods = await this.#store.read.affiliatePeriods(organizationId);
      const last = periods.at(-1);
      const start = request.start ?? (last === undefined ? null : { instant: last.end });
      if (start === null) throw invalid('periodStart', 'must be given for the first period');
      const asked = { start, end: request.end ?? { instant: now }, timezone: request.timezone };
      const resolved = resolvePeriod(asked, settings);
      if (closes) requireClosable(resolved, last, now);
      const number = periods.length + 1;
      const span = { start: resolved.start, end: resolved.end };
      const kept = await this.#store.read.settingVersion(organizationId, 'affiliate-settings', null);
      const model = statementModel(request.model, kept?.content ?? null, last?.model ?? null);
      const credits = await this.#store.read.affiliateCredits(organizationId, settingsVersion, model, span);
      const traffic = await this.#store.read.affiliateTraffic(organizationId, span);
      const follows = last !== undefined && span.start === last.end;
      const adjusted = follows ? await this.#adjustments(organizationId, periods, inForce) : nothing;
      const own = await inTurns(ownLines(number, credits, traffic), nextTurn);
      return {
        statement: {
          period: { number, ...span, model, settingsVersion },
          closed: null,
          lines: [...own, ...adjusted.lines],
          periodIds: idsOf(periods),
        },
        accounts: [...credits.map((credit) => ({ ...credit, about: number })), ...adjusted.accounts],
        clicks: closes ? await this.#store.read.affiliateClicks(organizationId, span) : [],
        restated: adjusted.restated,
      };
    });
  }

  /** How closed periods differ from what was stated. */
  async #adjustments(
    organizationId: string,
    periods: readonly AffiliatePeriod[],
    inForce: CreditsInForce,
  ): Promise<Adjusted> {
    const last = periods.at(-1);
    if (last === undefined) return nothing;
    const before = await this.#store.read.settingVersion(
      organizationId,
      'attribution-settings',
      last.settingsVersion,
    );
    const settingsBefore = wholeAttributionSettings(before?.content ?? null);
    const accounts = await this.#store.read.affiliateAccounts(organizationId);
    const statedOf = Map.groupBy(accounts, ({ about }) => about);
    const all: Adjusted[] = [];
    for (const stretch of stretchesOf(periods)) {
      const isCreditedAlike = creditsAlike(stretch.model, settingsBefore, inForce.settings);
      const since = { statedTime: last.closedTime, isCreditedAlike };
      all.push(...(await this.#adjustmentsIn(organizationId, stretch, statedOf, since, inForce)));
    }
    return {
      lines: all.flatMap(({ lines }) => lines),
      accounts: all.flatMap((each) => each.accounts),
      restated: all.flatMap(({ restated }) => restated),
    };
  }

  /** How each period of a stretch differs from what was stated, where it does. */
  async #adjustmentsIn(
    organizationId: string,
    stretch: PeriodStretch,
    statedOf: ReadonlyMap<number, readonly AffiliateAccount[]>,
    { statedTime, isCreditedAlike }: { readonly statedTime: Instant; readonly isCreditedAlike: boolean },
    { settingsVersion, settings }: CreditsInForce,
  ): Promise<readonly Adjusted[]> {
    const { read } = this.#store;
    const { model, start, end } = stretch;
    const credits = await read.affiliateCredits(organizationId, settingsVersion, model, { start, end });
    const currentOf = byPeriod(stretch, credits);
    const changed: ChangedPeriod[] = [];
    for (const { number: about } of stretch.periods) {
      const [stated, current] = [statedOf.get(about) ?? [], currentOf.get(about) ?? []];
      const changes = await inTurns(changedCredits(stated, current), nextTurn);
      const ofConversions = Map.groupBy(changes, ({ conversionKey }) => conversionKey);
      if (changes.length > 0) changed.push({ about, stated, current, changes: ofConversions });
    }
    const keys = changed.flatMap(({ changes }) => [...changes.keys()]);
    if (keys.length === 0) return [];
    const happened = await read.affiliateCauses(organizationId, keys, statedTime, settings.lookbackDays);
    const adjusted: Adjusted[] = [];
    for (const period of changed) adjusted.push(await adjustment(period, happened, isCreditedAlike));
    return adjusted;
  }
}

/** A closed period whose credits are not what was stated. */
interface ChangedPeriod {
  readonly about: number;
  readonly stated: readonly AffiliateAccount[];
  readonly current: readonly AffiliateCredit[];
  /** By conversion. */
  readonly changes: ReadonlyMap<number, readonly AffiliateCredit[]>;
}

async function adjustment(
  { about, stated, current, changes }: ChangedPeriod,
  happened: ReadonlyMap<number, readonly AdjustmentCause[]>,
  isCreditedAlike: boolean,
): Promise<Adjusted> {
  const wasStated = new Set(stated.map(({ conversionKey }) => conversionKey));
  const explained = [...changes].map(([conversionKey, ofConversion]) => {
    const since = { happened: happened.get(conversionKey) ?? [], wasStated: wasStated.has(conversionKey) };
    return { changes: ofConversion, causes: explainChange(ofConversion, { ...since, isCreditedAlike }) };
  });
  const restated = current.filter(({ conversionKey }) => changes.has(conversionKey));
  return {
    lines: await inTurns(adjustmentLines(about, explained), nextTurn),
    accounts: restated.map((credit) => ({ ...credit, about })),
    restated: [...changes.keys()].map((conversionKey) => ({ about, conversionKey })),
  };
}

interface Adjusted extends Pick<Composed, 'accounts' | 'restated'> {
  readonly lines: readonly AffiliateLine[];
}

const nothing: Adjusted = { lines: [], accounts: [], restated: [] };

function requireClosable({ start, end }: Period, last: AffiliatePeriod | undefined, now: number): void {
  readAll([() => requireFollowing(start, last), () => requireEnded({ start, end }, now)]);
}

function requireFollowing(start: number, last: AffiliatePeriod | undefined): void {
  // What lies between two periods would be in no statement.
  if (last === undefined || start === last.end) return;
  throw invalid('periodStart', 'must be the end of the period that was closed last');
}

function requireEnded({ start, end }: Period, now: number): void {
  if (end > now) throw invalid('periodEnd', 'must not be in the future');
  // An empty period overlaps nothing, and could be closed again and again.
  if (end === start) throw invalid('periodEnd', 'must be after periodStart');
}

function idsOf(periods: readonly AffiliatePeriod[]): ReadonlyMap<number, string> {
  return new Map(periods.map(({ number, id }) => [number, id]));
}
