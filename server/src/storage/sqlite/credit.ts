import type { CreditedTouch, CreditRows, CreditVersion } from '../credit.ts';
import { differenceOf, longestLookback, type RecreditedConversion, Scope } from '../credit-change.ts';
import type { RecreditedPart } from '../money-room.ts';
import { parameter } from '../parameter.ts';
import { conversionWrites, creditedReads } from '../queries/conversion.ts';
import { RollUps } from '../roll-ups.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  compareCreditedTouches,
  creditedFactsOf,
  creditedTouchOf,
} from '../rows/credit.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { CreditRowWriter } from './credit-rows.ts';
import type { CreditVersions } from './credit-version.ts';
import type { Interning } from './interning.ts';

interface Dirty {
  readonly organizationId: number;
  readonly customerId: string;
  readonly scope: Scope;
}

/**
 * Keeps credits equal to what the domain computes from the stored facts. Writes mark the customers concerned; before the
 * commit each of them is looked at once.
 */
export class CreditKeeper {
  readonly #interning: Interning;
  readonly #versions: CreditVersions;
  readonly #writer: CreditRowWriter;
  readonly #statements: PreparedQueries<typeof statements>;
  readonly #dirty = new Map<string, Dirty>();

  constructor(
    connection: Connection,
    interning: Interning,
    versions: CreditVersions,
    writer: CreditRowWriter,
  ) {
    this.#interning = interning;
    this.#versions = versions;
    this.#writer = writer;
    this.#statements = connection.prepareAll(statements);
  }

  /** Marks conversions of a customer. */
  recredit(organizationId: number, customerId: string, part: RecreditedPart): void {
    const name = `${organizationId} ${customerId}`;
    const dirty = this.#dirty.get(name) ?? { organizationId, customerId, scope: new Scope() };
    dirty.scope.add(part);
    this.#dirty.set(name, dirty);
  }

  /** Marks all conversions of the target if any of the customer's were marked. */
  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    if (!this.#dirty.delete(`${organizationId} ${customerId}`)) return;
    this.recredit(organizationId, targetCustomerId, 'all');
  }

  /** Call before the commit. */
  settle(): void {
    if (this.#dirty.size === 0) return;
    const byOrganization = Map.groupBy(this.#dirty.values(), ({ organizationId }) => organizationId);
    for (const [organizationId, dirty] of byOrganization) {
      const rollUps = new RollUps();
      const versions = this.#versions.of(organizationId);
      for (const { customerId, scope } of dirty) {
        this.#recredit({ organizationId, customerId }, scope, versions, rollUps);
      }
      this.#writer.rollUp(organizationId, rollUps);
    }
    this.#dirty.clear();
  }

  forget(): void {
    this.#dirty.clear();
  }

  #recredit(
    place: { readonly organizationId: number; readonly customerId: string },
    scope: Scope,
    versions: readonly CreditVersion[],
    rollUps: RollUps,
  ): void {
    const conversions = this.#conversionsIn(place, scope, versions);
    if (conversions.length === 0) return;
    const touches = this.#touchesOf(place, conversions, versions);
    const mayHaveCredits = conversions.filter(({ facts }) => !scope.isFresh(facts.key));
    for (const version of versions) {
      const stored = this.#stored(
        { organizationId: place.organizationId, version: version.version },
        mayHaveCredits,
      );
      const difference = differenceOf({ ...place, version, touches, conversions, stored }, rollUps);
      this.#writer.remove(difference.removed);
      this.#writer.add(difference.added);
    }
  }

  /** As far back as the longest lookback of any version. */
  #touchesOf(
    place: { readonly organizationId: number; readonly customerId: string },
    conversions: readonly RecreditedConversion[],
    versions: readonly CreditVersion[],
  ): readonly CreditedTouch[] {
    const lookback = longestLookback(versions);
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { facts } of conversions) {
      from = Math.min(from, facts.occurredTime - lookback);
      to = Math.max(to, facts.occurredTime);
    }
    const touches = this.#statements()
      .touches.all({ ...place, from, to })
      .map((row) => creditedTouchOf(row, this.#interning.tuple(place.organizationId, row.tuple_id)));
    return touches.sort(compareCreditedTouches);
  }

  #conversionsIn(
    place: { readonly organizationId: number; readonly customerId: string },
    scope: Scope,
    versions: readonly CreditVersion[],
  ): readonly RecreditedConversion[] {
    const statements = this.#statements();
    const { onlyKeys } = scope;
    const only = onlyKeys === null ? null : Array.from(onlyKeys, (key) => ({ ...place, conversionKey: key }));
    const rows: readonly CreditedConversionRow[] =
      only?.flatMap((one) => statements.conversion.all(one)) ?? statements.conversions.all(place);
    const refunds: readonly CreditedRefundRow[] =
      only?.flatMap((one) => statements.refundsOfOne.all(one)) ?? statements.refunds.all(place);
    const refundsOf = Map.groupBy(refunds, (row) => row.conversion_key);
    return scope.conversionsOf(rows, versions).map(({ row, wasFirst, isFirst }) => {
      if (isFirst !== wasFirst) {
        statements.setFirst.run({
          ...place,
          conversionKey: row.conversion_key,
          isFirst: isFirst ? 1 : 0,
        });
      }
      return { facts: creditedFactsOf(row, refundsOf.get(row.conversion_key) ?? [], isFirst), wasFirst };
    });
  }

  #stored(
    place: { readonly organizationId: number; readonly version: number },
    conversions: readonly RecreditedConversion[],
  ): CreditRows {
    const rows: CreditRows = { credits: [], refundCredits: [] };
    for (const { facts } of conversions) {
      const one = { ...place, conversionKey: facts.key };
      rows.credits.push(...this.#statements().credits.all(one));
      if (facts.refunds.length > 0) rows.refundCredits.push(...this.#statements().refundCredits.all(one));
    }
    return rows;
  }
}

function statements() {
  const { refunds, ...reads } = creditedReads(query);
  return {
    ...reads,
    refunds,
    refundsOfOne: refunds.where('conversion_key', '=', parameter<number>('conversionKey')),
    setFirst: conversionWrites(query).setFirst,
  };
}
