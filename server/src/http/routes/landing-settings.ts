import { landingSettingFaults } from '../../domain/landing-setting-faults.ts';
import { ownLandingSettings } from '../../domain/landing-settings.ts';
import { settingEntityTag } from '../../domain/setting-version.ts';
import { formatInstant } from '../../domain/time.ts';
import type { KeptLandingSettings, LandingSettingsOperations } from '../../operations/landing-settings.ts';
import { readPrecondition } from '../entity-tags.ts';
import { type Answer, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { LandingSettingsInput } from '../setting-schemas.ts';
import { versionFaults, versionOf } from '../setting-version.ts';

const tag = 'Settings';
const path = '/landing-settings';

export function landingSettingsRoutes(operations: LandingSettingsOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'settings:read',
      operationId: 'GetLandingSettings',
      tag,
      summary: 'Read how landings are read',
      answers: {
        200: {
          description: 'The settings in force.',
          schema: reference('LandingSettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal }) => settingsAnswer(await operations.get(principal)),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'settings:write',
      operationId: 'PutLandingSettings',
      tag,
      summary: 'Change how landings are read',
      description:
        'What is absent, null or equal to the default follows the default, also that of a newer program. ' +
        'Own and excluded hosts count for the channels of touches of the past as well.',
      parameters: ['If-Match', 'If-None-Match'],
      body: LandingSettingsInput,
      faults: (body) => [...versionFaults(body), ...landingSettingFaults(body)],
      refusals: [409, 412],
      answers: {
        200: {
          description: 'The settings in force now, with their version.',
          schema: reference('LandingSettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, headers, body }) => {
        const precondition = readPrecondition(headers);
        const { version, ...asked } = body;
        const request = { content: ownLandingSettings(asked), basedOn: version ?? null, precondition };
        return settingsAnswer(await operations.put(principal, request));
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'settings:write',
      operationId: 'DeleteLandingSettings',
      tag,
      summary: 'Read landings as by default again',
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
      operationId: 'GetLandingSettingsVersion',
      tag,
      summary: 'Read a version of how landings are read',
      refusals: [404],
      answers: {
        200: {
          description: 'The settings as they were in this version.',
          schema: reference('LandingSettings'),
        },
      },
      handle: async ({ principal, parameters }) => {
        const kept = await operations.getVersion(principal, versionOf(parameters));
        return { status: 200, body: settingsDocument(kept) };
      },
    }),
  ];
}

function settingsAnswer(kept: KeptLandingSettings): Answer {
  return { status: 200, body: settingsDocument(kept), headers: { etag: settingEntityTag(kept) } };
}

function settingsDocument({ createdTime, ...settings }: KeptLandingSettings) {
  return { ...settings, createdTime: createdTime === null ? null : formatInstant(createdTime) };
}
