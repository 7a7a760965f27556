import type { Customer } from '../../src/domain/customer.ts';
import type { LeadSource } from '../../src/domain/lead-source.ts';
import { Connection } from '../../src/storage/sqlite/connection.ts';
import { longReads } from '../../src/storage/sqlite/long-reads.ts';
import { createReaders, type Readers } from '../../src/storage/sqlite/readers.ts';
import type { ClientAnswer } from '../support/http-client.ts';
import { testOrganizationId } from '../support/service.ts';
import type { Caller } from './writers.ts';

const unknown = { status: 404, headers: {}, body: {} };
const page = { limit: 1000, offset: 0 };

/**
 * Reads a database file with the service's own storage and answers as the service would, as far as the checks ask. It
 * is much faster to open than a service.
 */
export class ImageClient implements Caller, Disposable {
  readonly #connection: Connection;
  /** Null for a file in which there is nothing yet. */
  readonly #readers: Readers | null;

  constructor(path: string) {
    this.#connection = new Connection({ path, readOnly: false });
    const isEmpty = this.#connection.pragma('user_version') === 0;
    this.#readers = isEmpty ? null : createReaders(this.#connection);
  }

  /** What the engine's own check of the file says; `ok` where it finds nothing. */
  integrity(): string {
    return String(this.#connection.pragma('integrity_check'));
  }

  /** Of its migrations. */
  version(): number {
    return Number(this.#connection.pragma('user_version'));
  }

  async send(_method: string, path: string): Promise<ClientAnswer> {
    const [, noun = '', id = '', what] = (path.split('?')[0] ?? '').split('/');
    const found = noun === 'api-keys' ? this.#apiKey(id) : this.#customer(id, what);
    return found === null ? unknown : { status: 200, ...found };
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #apiKey(id: string): Omit<ClientAnswer, 'status'> | null {
    const organization = this.#readers?.interning.findOrganization(testOrganizationId) ?? null;
    const key = organization === null ? null : (this.#readers?.apiKeys.find(organization, id) ?? null);
    return key === null ? null : { headers: {}, body: key };
  }

  #customer(id: string, what: string | undefined): Omit<ClientAnswer, 'status'> | null {
    if (this.#readers === null) return null;
    if (what === 'lead-sources') {
      const touches = longReads.touches(this.#readers, testOrganizationId, id, page);
      if (touches === null) return null;
      const headers = { 'pagination-total': String(touches.total) };
      return { headers, body: touches.items.map(({ touch }) => touch.leadSource) };
    }
    const organization = this.#readers.interning.findOrganization(testOrganizationId);
    const customer = organization === null ? null : this.#readers.customers.find(organization, id);
    if (customer === null) return null;
    return { headers: {}, body: what === 'lead-source' ? leadSourceOf(customer) : customer };
  }
}

function leadSourceOf({ leadSource }: Customer): (LeadSource & { original: LeadSource }) | null {
  if (leadSource === null) return null;
  const { original, current } = leadSource;
  return { ...current.leadSource, original: original.leadSource };
}
