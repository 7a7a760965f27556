import type { ApiKey } from '../../../server/src/domain/api-key.ts';
import type { Customer } from '../../../server/src/domain/customer.ts';
import type { LeadSource } from '../../../server/src/domain/lead-source.ts';
import type { Organization } from '../../../server/src/domain/organization.ts';
import type { Touch } from '../../../server/src/domain/touch.ts';
import { Backlog } from '../../../server/src/storage/backlog.ts';
import type { Reads, Store, Writes } from '../../../server/src/storage/store.ts';
import { arrivalOf, leadSourceOf } from '../traffic.ts';

/** A customer who came twice and whose lead source is now `current`, whichever customer is asked for. */
export function cannedCustomer(id: string, current: LeadSource): Customer {
  return {
    id,
    websiteId: null,
    customFields: {},
    revision: 2,
    createdTime: first.occurredTime,
    updatedTime: second.occurredTime,
    leadSourceRevision: 2,
    conversionTimes: null,
    leadSource: {
      original: first,
      current: { ...second, leadSource: current },
      latestOccurredTime: second.occurredTime,
      createdTime: first.occurredTime,
      updatedTime: second.occurredTime,
    },
  };
}

const first = cannedTouch(1);
const second = cannedTouch(2);

function cannedTouch(key: number): Touch {
  const time = arrivalOf(key);
  const leadSource = leadSourceOf(key);
  return { key, occurredTime: time, recordedTime: time, origin: 'api', actor: 'key_bench', leadSource };
}

/** The writes that the benchmark's calls need. They keep nothing but the organization and its keys. */
type FloorWrites = Pick<
  Writes,
  'putLeadSource' | 'captureTouch' | 'initialize' | 'createApiKey' | 'noteApiKeyUse'
>;
type FloorReads = Pick<
  Reads,
  | 'customer'
  | 'organization'
  | 'organizations'
  | 'apiKeyBySecret'
  | 'settingVersion'
  | 'loggedErasures'
  | 'outbox'
  | 'webhookOrganizations'
  | 'jobOrganizations'
  | 'undoingOrganizations'
  | 'answerOrganizations'
>;

/** Takes the place of the function with this name: a storage that answers at once and keeps nothing. */
export async function openSqliteStore(): Promise<Store> {
  let known: { key: ApiKey; organization: Organization } | null = null;
  let publishable: { key: ApiKey; secretHash: Uint8Array } | null = null;
  const writes: FloorWrites = {
    putLeadSource: ({ customerId, leadSource }) => ({
      customer: cannedCustomer(customerId, leadSource),
      created: false,
    }),
    captureTouch: () => ({ recorded: true }),
    createApiKey: ({ key, secretHash }) => {
      publishable = { key, secretHash };
      return null;
    },
    initialize: ({ organization, key }) => {
      known = { key, organization };
      return { initialized: true };
    },
    noteApiKeyUse: () => null,
  };
  const read: FloorReads = {
    customer: async (_organizationId, customerId) => cannedCustomer(customerId, second.leadSource),
    organization: async () => known?.organization ?? null,
    organizations: async () => (known === null ? [] : [known.organization]),
    apiKeyBySecret: async (secretHash) =>
      known !== null && publishable !== null && Buffer.compare(publishable.secretHash, secretHash) === 0
        ? { ...known, key: publishable.key }
        : known,
    settingVersion: async () => null,
    loggedErasures: async () => [],
    outbox: async () => ({ lastEventKey: null, nextDeliveryTime: null }),
    webhookOrganizations: async () => [],
    jobOrganizations: async () => [],
    undoingOrganizations: async () => [],
    answerOrganizations: async () => [],
  };
  const nothing = new Backlog(0);
  return {
    // The benchmark's calls need nothing else; anything else fails.
    read: read as Reads,
    sharedCalls: null,
    sharedTime: null,
    write: async (kind, input) => (writes as Writes)[kind](input as never) as never,
    onCommit: () => {},
    statistics: () => ({
      waitingWrites: nothing.waiting,
      oldestWaitSeconds: 0,
      refusedWrites: nothing.refused,
      committedWrites: 0,
      commits: 0,
      retriedTransactions: 0,
      pools: [],
      readQueues: [],
    }),
    probe: async () => {},
    breakOff: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}
