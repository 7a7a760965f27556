import { type CustomerRoom, type CustomerWriteKind, createCustomerWrites } from '../customer-writes.ts';
import type { WriteInput, Writes } from '../store.ts';
import { ApiKeyWriter } from './api-key.ts';
import type { Connection } from './connection.ts';
import { CustomerWriter } from './customer.ts';
import { EventWriter } from './event.ts';
import { Numbering } from './interning.ts';
import { OrganizationWriter } from './organization.ts';
import { createReaders } from './readers.ts';
import { SigningKeyWriter } from './signing-key.ts';
import { TouchWriter } from './touch.ts';

/**
 * The writes, each to be run inside a transaction: what is there is read, the domain decides, the outcome is kept. A
 * `Failure` is thrown before anything of its write is kept. After a rollback, `forget` must be called.
 */
export function createWrites(connection: Connection): { writes: Writes; forget: () => void } {
  const readers = createReaders(connection);
  const numbering = new Numbering(connection);
  const events = new EventWriter(connection, numbering);
  const customers = new CustomerWriter(connection, new TouchWriter(connection, numbering), events);
  const writes: Writes = {
    ...createCustomerWrites((organizationId) => roomOf({ readers, numbering, customers }, organizationId)),
    ...settingWrites(connection, readers),
    pruneEvents({ organizationId, upToKey }) {
      events.prune(readers.interning.organization(organizationId), upToKey);
      return null;
    },
  };
  const forget = () => {
    numbering.forget();
    readers.interning.forget();
  };
  return { writes, forget };
}

interface RoomParts {
  readonly readers: ReturnType<typeof createReaders>;
  readonly numbering: Numbering;
  readonly customers: CustomerWriter;
}

function roomOf({ readers, numbering, customers }: RoomParts, organizationId: string): CustomerRoom {
  const organization = readers.interning.organization(organizationId);
  return {
    find: (customerId) => readers.customers.find(organization, customerId),
    resolve: (customerId) => readers.customers.resolve(organization, customerId),
    nextTouchKey: () => numbering.nextKey(organization, 'touch'),
    apply: (before, change) => customers.apply(organization, before, change),
    moveInto: (customerId, target) => customers.moveInto(organization, customerId, target),
  };
}

type SettingWrites = Omit<Writes, CustomerWriteKind | 'pruneEvents'>;

function settingWrites(connection: Connection, readers: ReturnType<typeof createReaders>): SettingWrites {
  const organizations = new OrganizationWriter(connection);
  const apiKeys = new ApiKeyWriter(connection);
  const signingKeys = new SigningKeyWriter(connection);
  const { interning } = readers;
  return {
    createOrganization({ organization }) {
      organizations.add(organization);
      return null;
    },
    updateOrganization({ organization }) {
      organizations.update(organization);
      return null;
    },
    initialize({ organization, key, secretHash }) {
      if (readers.organizations.list().length > 0) return { initialized: false };
      organizations.add(organization);
      apiKeys.add(interning.organization(organization.id), key, secretHash);
      return { initialized: true };
    },
    createApiKey({ key, secretHash }) {
      apiKeys.add(interning.organization(key.organizationId), key, secretHash);
      return null;
    },
    updateApiKey({ key }) {
      apiKeys.update(interning.organization(key.organizationId), key);
      return null;
    },
    deleteApiKey({ organizationId, keyId }) {
      apiKeys.remove(interning.organization(organizationId), keyId);
      return null;
    },
    noteApiKeyUse({ organizationId, keyId, usedTime }) {
      apiKeys.noteUse(interning.organization(organizationId), keyId, usedTime);
      return null;
    },
    ensureSigningKey({ key }) {
      const [newest] = readers.signingKeys.list();
      if (newest !== undefined) return newest;
      signingKeys.add(key);
      return key;
    },
  };
}

/** Runs the write that a message from another thread names. */
export function runWrite(writes: Writes, kind: keyof Writes, input: WriteInput<keyof Writes>): unknown {
  // The message was typed where it was sent: kind and input belong together.
  const write = writes[kind] as (input: WriteInput<keyof Writes>) => unknown;
  return write(input);
}
