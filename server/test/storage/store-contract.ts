import { afterAll, beforeAll, describe } from 'vitest';
import { StoreRoom } from '../support/store-room.ts';
import { collectionContract } from './contract/collections.ts';
import { concurrencyContract } from './contract/concurrency.ts';
import { conversionContract } from './contract/conversions.ts';
import { customerContract } from './contract/customers.ts';
import { erasureContract } from './contract/erasures.ts';
import { eventContract } from './contract/events.ts';
import { exportContract } from './contract/exports.ts';
import { filterContract } from './contract/filters.ts';
import type { ContractGround } from './contract/ground.ts';
import { idempotencyContract } from './contract/idempotency.ts';
import { importContract } from './contract/imports.ts';
import { jobContract } from './contract/jobs.ts';
import { leadSourceContract } from './contract/lead-sources.ts';
import { mergeContract } from './contract/merges.ts';
import { neighbourContract } from './contract/neighbours.ts';
import { outboxClaimContract } from './contract/outbox-claims.ts';
import { retentionContract } from './contract/retention.ts';
import { settingChangeContract } from './contract/setting-changes.ts';
import { settingVersionContract } from './contract/setting-versions.ts';
import { settingContract } from './contract/settings.ts';
import { signingKeyContract } from './contract/signing-keys.ts';
import { spendContract } from './contract/spend.ts';
import { statisticsContract } from './contract/statistics.ts';
import { timelineContract } from './contract/timelines.ts';
import { touchCountContract } from './contract/touch-counts.ts';
import { touchContract } from './contract/touches.ts';
import { visitorContract } from './contract/visitors.ts';
import { webhookContract } from './contract/webhooks.ts';
import type { Engine, OpenedStore } from './engines.ts';

const subjects = {
  'lead sources': leadSourceContract,
  touches: touchContract,
  visitors: visitorContract,
  'requests to be done once': idempotencyContract,
  imports: importContract,
  retention: retentionContract,
  erasures: erasureContract,
  timelines: timelineContract,
  customers: customerContract,
  merges: mergeContract,
  conversions: conversionContract,
  spend: spendContract,
  events: eventContract,
  'claims of outboxes': outboxClaimContract,
  filters: filterContract,
  collections: collectionContract,
  'organizations and keys': settingContract,
  'changes of organizations and keys': settingChangeContract,
  'versions of settings': settingVersionContract,
  'counts of touches': touchCountContract,
  exports: exportContract,
  jobs: jobContract,
  'signing keys': signingKeyContract,
  webhooks: webhookContract,
  neighbours: neighbourContract,
  concurrency: concurrencyContract,
  statistics: statisticsContract,
} as const satisfies Record<string, (ground: ContractGround) => void>;

/** Declares every test that an engine must pass to stand behind the port `Store`. */
export function storeContract(engine: Engine): void {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await engine.open();
  });
  afterAll(() => opened.dispose());
  const ground: ContractGround = {
    engine,
    room: () => StoreRoom.open(() => opened.store),
    heardRoom: () => StoreRoom.openHeard(() => opened.store),
    reopen: async () => {
      opened = await opened.reopen();
    },
  };
  describe.each(Object.entries(subjects))('%s', (_subject, contract) => contract(ground));
}
