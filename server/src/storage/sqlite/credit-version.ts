import type { CreditVersion } from '../credit.ts';
import { creditedReads } from '../queries/conversion.ts';
import type { CreditVersionWithSettings } from '../rows/credit.ts';
import { creditVersionsOf } from '../rows/credit.ts';
import { type Connection, query } from './connection.ts';
import type { Prepared } from './prepared.ts';

/** The versions by which an organization's credits are kept, cached until they change. */
export class CreditVersions {
  readonly #statement: Prepared<CreditVersionWithSettings>;
  readonly #known = new Map<number, readonly CreditVersion[]>();

  constructor(connection: Connection) {
    this.#statement = connection.prepare(creditedReads(query).versions);
  }

  of(organizationId: number): readonly CreditVersion[] {
    const known = this.#known.get(organizationId);
    if (known !== undefined) return known;
    const versions = creditVersionsOf(this.#statement.all({ organizationId }));
    this.#known.set(organizationId, versions);
    return versions;
  }

  forget(): void {
    this.#known.clear();
  }
}
