import { memberOf } from '../../domain/body-faults.ts';
import { channelRuleFaults } from '../../domain/channel-rule-faults.ts';
import { tidyRules } from '../../domain/channel-rules.ts';
import type { InvalidField } from '../../domain/failure.ts';
import { formatInstant } from '../../domain/time.ts';
import type { ChannelRulesOperations, DryRun } from '../../operations/channel-rules.ts';
import { type Route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { settingRoutes } from '../setting-routes.ts';
import { ChannelRulesInput, DryRunInput, longestDryRunDays } from '../setting-schemas.ts';

const tag = 'Settings';

export function channelRulesRoutes(operations: ChannelRulesOperations): readonly Route[] {
  return [
    ...settingRoutes({
      name: 'channel-rules',
      shape: 'ChannelRules',
      tag,
      writePermission: 'settings:write',
      parts: 'rules',
      summaries: {
        read: 'Read the channel rules in force',
        put: 'Put channel rules in force',
        remove: 'Go back to the default channel rules',
        readVersion: 'Read a version of the channel rules',
      },
      readDescription: 'These are the default rules unless others are in force.',
      putDescription:
        'They apply to every touch, including those of the past. Rules equal to those in force make no new version. ' +
        'Every version can still be read.',
      body: ChannelRulesInput,
      faults: channelRuleFaults,
      contentOf: ({ rules }) => tidyRules(rules),
      operations,
    }),
    routeWithBody({
      method: 'POST',
      path: '/channel-rules/dry-run',
      permission: 'settings:read',
      operationId: 'PostChannelRulesDryRun',
      tag,
      summary: 'Try channel rules',
      description:
        'Tells how many touches of the last `days` would move from which channel to which, and changes nothing. ' +
        'Also requires the permission `lead-sources:read`, since it shows examples.',
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
