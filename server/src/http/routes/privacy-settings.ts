import {
  ownPrivacySettings,
  privacySettingFaults,
  wholePrivacySettings,
} from '../../domain/privacy-settings.ts';
import { settingEntityTag } from '../../domain/setting-version.ts';
import { formatInstant } from '../../domain/time.ts';
import type {
  KeptPrivacySettings,
  PrivacySettingsOperations,
  RetentionDryRun,
} from '../../operations/privacy-settings.ts';
import { readPrecondition } from '../entity-tags.ts';
import { PrivacySettingsInput, RetentionDryRunInput } from '../privacy-schemas.ts';
import { type Answer, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { versionFaults, versionOf } from '../setting-version.ts';

const tag = 'Privacy';
const path = '/privacy-settings';

export function privacySettingsRoutes(operations: PrivacySettingsOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'settings:read',
      operationId: 'GetPrivacySettings',
      tag,
      summary: 'Read how long what is kept',
      answers: {
        200: {
          description: 'The settings in force.',
          schema: reference('PrivacySettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal }) => settingsAnswer(await operations.get(principal)),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'privacy:write',
      operationId: 'PutPrivacySettings',
      tag,
      summary: 'Change how long what is kept',
      description:
        'What is too old goes in the background, at once and then every day, and does not come back with other settings: ' +
        'try them first. What is absent, null or equal to the default follows the default.',
      parameters: ['If-Match', 'If-None-Match'],
      body: PrivacySettingsInput,
      faults: (body) => [...versionFaults(body), ...privacySettingFaults(body)],
      refusals: [409, 412],
      answers: {
        200: {
          description: 'The settings in force now, with their version.',
          schema: reference('PrivacySettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, headers, body }) => {
        const precondition = readPrecondition(headers);
        const { version, ...asked } = body;
        const request = { content: ownPrivacySettings(asked), basedOn: version ?? null, precondition };
        return settingsAnswer(await operations.put(principal, request));
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'privacy:write',
      operationId: 'DeletePrivacySettings',
      tag,
      summary: 'Keep everything as long as by default again',
      description: 'Makes a new version, unless the default is in force already.',
      parameters: ['If-Match', 'If-None-Match'],
      refusals: [412],
      answers: { 204: { description: 'The default settings are in force.' } },
      handle: async ({ principal, headers }) => {
        const precondition = readPrecondition(headers);
        await operations.put(principal, { content: null, basedOn: null, precondition });
        return { status: 204 };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/versions/:version`,
      permission: 'settings:read',
      operationId: 'GetPrivacySettingsVersion',
      tag,
      summary: 'Read a version of how long what is kept',
      refusals: [404],
      answers: {
        200: {
          description: 'The settings as they were in this version.',
          schema: reference('PrivacySettings'),
        },
      },
      handle: async ({ principal, parameters }) => {
        const kept = await operations.getVersion(principal, versionOf(parameters));
        return { status: 200, body: settingsDocument(kept) };
      },
    }),
    routeWithBody({
      method: 'POST',
      path: `${path}/dry-run`,
      permission: 'settings:read',
      operationId: 'PostPrivacySettingsDryRun',
      tag,
      summary: 'Try how long what is kept',
      description: 'Answers how many touches are too old by these settings now, and changes nothing.',
      body: RetentionDryRunInput,
      faults: privacySettingFaults,
      answers: {
        200: { description: 'What would go.', schema: reference('RetentionDryRun') },
      },
      handle: async ({ principal, body }) => {
        const settings = wholePrivacySettings(ownPrivacySettings(body));
        return { status: 200, body: dryRunDocument(await operations.dryRun(principal, settings)) };
      },
    }),
  ];
}

function settingsAnswer(kept: KeptPrivacySettings): Answer {
  return { status: 200, body: settingsDocument(kept), headers: { etag: settingEntityTag(kept) } };
}

function settingsDocument({ createdTime, ...settings }: KeptPrivacySettings) {
  return { ...settings, createdTime: createdTime === null ? null : formatInstant(createdTime) };
}

function dryRunDocument({ limits, ...counts }: RetentionDryRun) {
  const time = (instant: number | null) => (instant === null ? null : formatInstant(instant));
  return {
    removeBefore: time(limits.removeBefore),
    stripBefore: time(limits.stripBefore),
    ...counts,
  };
}
