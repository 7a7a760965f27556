import { leadSourceFields } from '../../domain/lead-source.ts';
import { formatInstant } from '../../domain/time.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import type { Touch } from '../../domain/touch.ts';
import type { TimelineOperations } from '../../operations/timeline.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { pageHeaderNames, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { customerIdOfRead } from './customer-id.ts';

export function timelineRoutes(operations: TimelineOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/customers/:id/timeline',
      permission: 'lead-sources:read',
      operationId: 'GetCustomerTimelineCollection',
      tag: 'Customers',
      summary: 'List what happened to a customer',
      description:
        'The newest first: when the customer was created, each lead source that was recorded, deletions, merges, ' +
        'and links of visitors that moved lead sources. Deleted lead sources are not shown, only that they were deleted.',
      parameters: ['limit', 'offset'],
      order: '-occurredTime',
      refusals: [404],
      answers: {
        200: {
          description: 'A page of messages.',
          schema: { type: 'array', items: reference('TimelineMessage') },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, parameters, query }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, customerIdOfRead(parameters), page);
        return { status: 200, body: items.map(messageDocument), headers: pageHeaders(page, total) };
      },
    }),
  ];
}

function messageDocument(entry: TimelineEntry) {
  const { id, type, touch, actor } = entry;
  return {
    id,
    type,
    triggeredBy: touch?.origin === 'capture' ? 'app' : 'direct-api',
    message: messageOf(entry),
    extraData: {
      actions: [],
      tables: touch === null ? [] : [tableOf(touch)],
      ...(actor !== null && { author: { userId: actor } }),
      mentions: {},
      links: [],
    },
    occurredTime: formatInstant(entry.occurredTime),
    _links: [],
  };
}

function messageOf({ type, cause, mergedCustomerId }: TimelineEntry): string {
  if (type === 'customer-created') {
    return mergedCustomerId === null
      ? 'The customer was created.'
      : `The customer ${mergedCustomerId}, since merged into this one, was created.`;
  }
  if (type === 'customer-merged') return `The customer ${mergedCustomerId} was merged into this one.`;
  if (cause === 'delete') return 'All lead sources were deleted.';
  if (cause === 'link') return 'Lead sources came or went, as a visitor was linked.';
  if (cause === 'expire') return 'Lead sources were removed as too old.';
  return cause === 'undo' ? 'A lead source was undone.' : 'A lead source was recorded.';
}

/** The facts that are set, and when the lead came. */
function tableOf({ leadSource, occurredTime }: Touch) {
  const facts = leadSourceFields
    .map((field) => ({ attribute: field as string, value: leadSource[field] }))
    .filter(({ value }) => value !== null);
  const moment = { attribute: 'occurredTime', value: formatInstant(occurredTime) };
  return { type: 'two-columns', title: 'Lead source', data: [...facts, moment] };
}
