import { formatInstant } from '../../domain/time.ts';
import type { SettingChangeOperations } from '../../operations/setting-change.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { pageHeaderNames, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';

export function settingChangeRoutes(operations: SettingChangeOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/setting-changes',
      permission: 'settings:read',
      operationId: 'GetSettingChangeCollection',
      tag: 'Settings',
      summary: 'List who changed which setting',
      description: 'Changes of the organization and its keys, the newest first.',
      parameters: ['limit', 'offset'],
      order: '-occurredTime',
      answers: {
        200: {
          description: 'A page of changes.',
          schema: { type: 'array', items: reference('SettingChange') },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        const body = items.map(({ occurredTime, ...change }) => ({
          ...change,
          occurredTime: formatInstant(occurredTime),
        }));
        return { status: 200, body, headers: pageHeaders(page, total) };
      },
    }),
  ];
}
