import { channelRuleFaults } from '../../domain/channel-rule-faults.ts';
import { tidyRules } from '../../domain/channel-rules.ts';
import type { InvalidField } from '../../domain/failure.ts';
import { settingEntityTag } from '../../domain/setting-version.ts';
import { formatInstant } from '../../domain/time.ts';
import type { ChannelRulesOperations, DryRun, KeptChannelRules } from '../../operations/channel-rules.ts';
import { readPrecondition } from '../entity-tags.ts';
import { type Answer, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { ChannelRulesInput, DryRunInput, longestDryRunDays } from '../setting-schemas.ts';
import { memberOf, versionFaults, versionOf } from '../setting-version.ts';

const tag = 'Settings';
const path = '/channel-rules';

export function channelRulesRoutes(operations: ChannelRulesOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'settings:read',
      operationId: 'GetChannelRules',
      tag,
      summary: 'Read the channel rules in force',
      description: 'The default rules where none were ever put.',
      answers: {
        200: {
          description: 'The rules in force.',
          schema: reference('ChannelRules'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal }) => rulesAnswer(await operations.get(principal)),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'settings:write',
      operationId: 'PutChannelRules',
      tag,
      summary: 'Put channel rules in force',
      description:
        'They hold for every touch, of the past as well. Rules equal to those in force make no new version. ' +
        'Each version stays to be read.',
      parameters: ['If-Match', 'If-None-Match'],
      body: ChannelRulesInput,
      faults: (body) => [...versionFaults(body), ...channelRuleFaults(body)],
      refusals: [409, 412],
      answers: {
        200: {
          description: 'The rules in force now, with their version.',
          schema: reference('ChannelRules'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, headers, body }) => {
        const precondition = readPrecondition(headers);
        const request = { content: tidyRules(body.rules), basedOn: body.version ?? null, precondition };
        return rulesAnswer(await operations.put(principal, request));
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'settings:write',
      operationId: 'DeleteChannelRules',
      tag,
      summary: 'Go back to the default channel rules',
      description: 'Makes a new version, unless the default is in force already.',
      parameters: ['If-Match', 'If-None-Match'],
      refusals: [412],
      answers: { 204: { description: 'The default rules are in force.' } },
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
      operationId: 'GetChannelRulesVersion',
      tag,
      summary: 'Read a version of the channel rules',
      refusals: [404],
      answers: {
        200: { description: 'The rules as they were in this version.', schema: reference('ChannelRules') },
      },
      handle: async ({ principal, parameters }) => {
        const kept = await operations.getVersion(principal, versionOf(parameters));
        return { status: 200, body: rulesDocument(kept) };
      },
    }),
    routeWithBody({
      method: 'POST',
      path: `${path}/dry-run`,
      permission: 'settings:read',
      operationId: 'PostChannelRulesDryRun',
      tag,
      summary: 'Try channel rules',
      description:
        'Answers how many touches of the last days would move from which channel to which, and changes nothing. ' +
        'Takes the permission `lead-sources:read`, too, since it shows examples.',
      body: DryRunInput,
      faults: (body) => [...channelRuleFaults(body), ...daysFaults(body)],
      answers: {
        200: { description: 'What would move.', schema: reference('ChannelMoves') },
      },
      handle: async ({ principal, body }) => ({
        status: 200,
        body: dryRunDocument(await operations.dryRun(principal, tidyRules(body.rules), body.days)),
      }),
    }),
  ];
}

function daysFaults(body: unknown): readonly InvalidField[] {
  const days = memberOf(body, 'days');
  const isCount = Number.isSafeInteger(days) && Number(days) >= 1 && Number(days) <= longestDryRunDays;
  return isCount ? [] : [{ field: 'days', message: `must be an integer from 1 to ${longestDryRunDays}` }];
}

function rulesAnswer(kept: KeptChannelRules): Answer {
  return { status: 200, body: rulesDocument(kept), headers: { etag: settingEntityTag(kept) } };
}

function rulesDocument({ version, rules, isDefault, actor, createdTime }: KeptChannelRules) {
  const time = createdTime === null ? null : formatInstant(createdTime);
  return { version, rules, isDefault, actor, createdTime: time };
}

function dryRunDocument({ version, periodStart, touches, unchanged, moves }: DryRun) {
  return {
    version,
    periodStart: formatInstant(periodStart),
    touches,
    unchanged,
    moves: moves.map(({ examples, ...move }) => ({
      ...move,
      examples: examples.map(({ tuple, touches: count }) => ({ touches: count, ...tuple })),
    })),
  };
}
