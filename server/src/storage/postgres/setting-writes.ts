import { changeApiKey } from '../../domain/api-key.ts';
import { Failure } from '../../domain/failure.ts';
import { changeOrganization } from '../../domain/organization.ts';
import { operator } from '../../domain/setting-change.ts';
import { apiKeyReads, apiKeyWrites } from '../queries/api-key.ts';
import { eventWrites } from '../queries/event.ts';
import { answerWrites } from '../queries/idempotency.ts';
import { organizationReads, organizationWrites } from '../queries/organization.ts';
import { outboxClaimWrites } from '../queries/outbox-claim.ts';
import { signingKeyReads, signingKeyWrites } from '../queries/signing-key.ts';
import { apiKeyArguments, apiKeyOf } from '../rows/api-key.ts';
import { pruneArguments } from '../rows/event.ts';
import { organizationArguments, organizationOf } from '../rows/organization.ts';
import { signingKeyArguments, signingKeyOf } from '../rows/signing-key.ts';
import { affiliateWrites } from './affiliate.ts';
import { erasureWrites } from './erasure.ts';
import { importWrites } from './import.ts';
import { moneyWrites } from './money-writes.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import { noteChange } from './setting-change.ts';
import { putSetting } from './setting-version-writes.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { takeOperatorsTurn } from './turn.ts';
import { ofSigningKeys } from './wall.ts';
import { webhookWrites } from './webhook-writes.ts';

// Rows to be changed are locked as they are read, so that changes of one row are made one after the other. Inserted rows are
// counted by what is returned: on a cluster the row count includes rows that were not inserted.
const organizations = statementsOf({
  ...organizationReads(query),
  ...organizationWrites(query),
  add: organizationWrites(query).add.returning('public_id'),
  findToChange: organizationReads(query).find.forNoKeyUpdate(),
});
const apiKeys = statementsOf({
  ...apiKeyWrites(query),
  add: apiKeyWrites(query).add.returning('key_id'),
  findToChange: apiKeyReads(query).find.forNoKeyUpdate('api_keys'),
});
const signingKeys = statementsOf({ ...signingKeyReads(query), ...signingKeyWrites(query) });
const events = statementsOf(eventWrites(query));
const answers = statementsOf(answerWrites(query));
const outboxClaims = statementsOf(outboxClaimWrites(query));

export const settingWrites: SettingWrites = {
  async createOrganization(session, { organization, actor }) {
    await takeOperatorsTurn(session, 'organization');
    if ((await session.get(organizations.add, organizationArguments(organization))) === undefined) {
      throw new Failure('conflict', 'An organization with this id exists.');
    }
    const { id, createdTime: occurredTime } = organization;
    return noteChange(session, id, { action: 'organization-created', subject: id, actor, occurredTime });
  },
  async changeOrganization(session, { organizationId, change, actor, now: occurredTime }) {
    const row = await session.get(organizations.findToChange, { publicId: organizationId });
    if (row === undefined) throw new Failure('not-found', 'No such organization.');
    const after = changeOrganization(organizationOf(row), change, occurredTime);
    session.send(organizations.update, organizationArguments(after));
    const subject = organizationId;
    await noteChange(session, organizationId, {
      action: 'organization-changed',
      subject,
      actor,
      occurredTime,
    });
    return after;
  },
  async initialize(session, { organization, key, secretHash }, names) {
    await takeOperatorsTurn(session, 'organization');
    if ((await session.all(organizations.list, {})).length > 0) return { initialized: false };
    await settingWrites.createOrganization(session, { organization, actor: operator }, names);
    await settingWrites.createApiKey(session, { key, secretHash, actor: operator }, names);
    return { initialized: true };
  },
  async createApiKey(session, { key, secretHash, actor }) {
    const organization = await enterOrganization(session, key.organizationId);
    const added = await session.get(apiKeys.add, { ...apiKeyArguments(organization, key), secretHash });
    if (added === undefined) throw new Failure('conflict', 'An API key with this id or secret exists.');
    const { id: subject, organizationId, createdTime: occurredTime } = key;
    return noteChange(session, organizationId, { action: 'api-key-created', subject, actor, occurredTime });
  },
  async changeApiKey(session, { organizationId, keyId, request, giver, actor, now }) {
    const organization = await enterOrganization(session, organizationId);
    const row = await session.get(apiKeys.findToChange, { organizationId: organization, keyId });
    if (row === undefined) throw noSuchKey();
    const after = changeApiKey(apiKeyOf(row), request, giver, now);
    session.send(apiKeys.update, apiKeyArguments(organization, after));
    const change = { action: 'api-key-changed', subject: keyId, actor, occurredTime: now } as const;
    await noteChange(session, organizationId, change);
    return after;
  },
  async deleteApiKey(session, { organizationId, keyId, actor, now: occurredTime }) {
    const place = { organizationId: await enterOrganization(session, organizationId), keyId };
    session.send(apiKeys.removeUse, place);
    if ((await session.run(apiKeys.remove, place)) === 0) throw noSuchKey();
    return noteChange(session, organizationId, {
      action: 'api-key-revoked',
      subject: keyId,
      actor,
      occurredTime,
    });
  },
  async noteApiKeyUse(session, { organizationId, keyId, usedTime }) {
    const organization = await enterOrganization(session, organizationId);
    session.send(apiKeys.noteUse, { organizationId: organization, keyId, usedTime });
    return null;
  },
  async noteMintedToken(session, { organizationId, subject, actor, now: occurredTime }) {
    return noteChange(session, organizationId, { action: 'token-minted', subject, actor, occurredTime });
  },
  async ensureSigningKey(session, { key }) {
    await takeOperatorsTurn(session, 'signing-key');
    session.enter(ofSigningKeys);
    const newest = await session.get(signingKeys.newest, {});
    if (newest !== undefined) return signingKeyOf(newest);
    session.send(signingKeys.add, signingKeyArguments(key));
    return key;
  },
  putChannelRules: async (session, input) => (await putSetting(session, 'channel-rules', input)).after,
  putLandingSettings: async (session, input) => (await putSetting(session, 'landing-settings', input)).after,
  putPrivacySettings: async (session, input) => (await putSetting(session, 'privacy-settings', input)).after,
  putAffiliateSettings: async (session, input) =>
    (await putSetting(session, 'affiliate-settings', input)).after,
  async pruneEvents(session, { organizationId, upToKey }) {
    const organization = await enterOrganization(session, organizationId);
    session.send(events.prune, pruneArguments(organization, upToKey));
    return null;
  },
  async pruneAnswers(session, { organizationId: publicId, before, limit }) {
    const organizationId = await enterOrganization(session, publicId);
    const row = await session.get(answers.momentBehind, { organizationId, before, skipped: limit });
    session.send(answers.prune, { organizationId, before: row?.created_time ?? before });
    return { isLeft: row !== undefined };
  },
  async claimOutbox(session, { organizationId, ...claim }) {
    const organization = await enterOrganization(session, organizationId);
    const row = await session.get(outboxClaims.claim, { organizationId: organization, ...claim });
    return { claimed: row !== undefined };
  },
  async releaseOutbox(session, { organizationId, holder }) {
    const organization = await enterOrganization(session, organizationId);
    session.send(outboxClaims.release, { organizationId: organization, holder });
    return null;
  },
  ...erasureWrites,
  ...importWrites,
  ...webhookWrites,
  ...moneyWrites,
  ...affiliateWrites,
};

function noSuchKey(): Failure {
  return new Failure('not-found', 'No such API key.');
}
