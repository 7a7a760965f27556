import { attributionSettingFaults, ownAttributionSettings } from '../../domain/attribution-settings.ts';
import { settingEntityTag } from '../../domain/setting-version.ts';
import { formatInstant } from '../../domain/time.ts';
import type {
  AttributionSettingsOperations,
  KeptAttributionSettings,
} from '../../operations/attribution-settings.ts';
import { readPrecondition } from '../entity-tags.ts';
import { AttributionSettingsInput } from '../money-schemas.ts';
import { type Answer, type Exchange, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { versionFaults, versionOf } from '../setting-version.ts';

const tag = 'Settings';
const path = '/attribution-settings';

export function attributionSettingsRoutes(operations: AttributionSettingsOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'settings:read',
      operationId: 'GetAttributionSettings',
      tag,
      summary: 'Read how credits are given',
      answers: {
        200: {
          description: 'The settings in force.',
          schema: reference('AttributionSettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, link }) => settingsAnswer(await operations.get(principal), link),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'settings:write',
      operationId: 'PutAttributionSettings',
      tag,
      summary: 'Change how credits are given',
      description:
        'What is absent, null or equal to the default follows the default. Credits by the new settings are built beside the ' +
        'old ones by the job of `jobId`; until all are there, reports go on with the old ones.',
      parameters: ['If-Match', 'If-None-Match'],
      body: AttributionSettingsInput,
      faults: (body) => [...versionFaults(body), ...attributionSettingFaults(body)],
      refusals: [409, 412],
      answers: {
        200: {
          description: 'The settings in force now, with their version.',
          schema: reference('AttributionSettings'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, headers, body, link }) => {
        const precondition = readPrecondition(headers);
        const { version, ...asked } = body;
        const request = { content: ownAttributionSettings(asked), basedOn: version ?? null, precondition };
        return settingsAnswer(await operations.put(principal, request), link);
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'settings:write',
      operationId: 'DeleteAttributionSettings',
      tag,
      summary: 'Give credits as by default again',
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
      operationId: 'GetAttributionSettingsVersion',
      tag,
      summary: 'Read a version of how credits are given',
      refusals: [404],
      answers: {
        200: {
          description: 'The settings as they were in this version.',
          schema: reference('AttributionSettings'),
        },
      },
      handle: async ({ principal, parameters, link }) => {
        const kept = await operations.getVersion(principal, versionOf(parameters));
        return { status: 200, body: settingsDocument(kept, link) };
      },
    }),
  ];
}

type Link = Exchange<unknown>['link'];

function settingsAnswer(kept: KeptAttributionSettings, link: Link): Answer {
  return { status: 200, body: settingsDocument(kept, link), headers: { etag: settingEntityTag(kept) } };
}

function settingsDocument({ createdTime, ...settings }: KeptAttributionSettings, link: Link) {
  const { jobId } = settings;
  return {
    ...settings,
    createdTime: createdTime === null ? null : formatInstant(createdTime),
    _links: [
      { href: link(path), rel: 'self' },
      ...(jobId === null ? [] : [{ href: link(`/jobs/${jobId}`), rel: 'job' }]),
    ],
  };
}
