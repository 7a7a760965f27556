import type { Static } from 'typebox';
import { type EventType, eventTypes } from '../domain/event.ts';
import { type WebhookStatus, webhookStatuses } from '../domain/webhook.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links } from './schema-parts.ts';

const status = Type.Unsafe<WebhookStatus>({ type: 'string', enum: [...webhookStatuses] });
const eventType = Type.Unsafe<EventType>({ type: 'string', enum: [...eventTypes] });
const method = Type.Unsafe<'POST'>({
  type: 'string',
  enum: ['POST'],
  description: 'The only method that is used.',
});
const url = Type.String({
  maxLength: 2048,
  'x-storable': true,
  description: 'Where requests go: https, and http only into networks that the operator allows.',
});
const eventsFilter = Type.Array(eventType, {
  maxItems: 10,
  description: 'Types of events to send; empty: all.',
});
const unsupported = (what: string) =>
  Type.Optional(Type.Null({ description: `${what} is not supported: absent or null.` }));

const headerMembers = {
  name: Type.String({ format: 'header-name' }),
  value: Type.String({ format: 'header-value' }),
};
const mostHeaders = 20;

export const WebhookInput = Type.Object(
  {
    url,
    method: Type.Optional(method),
    status: Type.Optional(status),
    eventsFilter: Type.Optional(
      Type.Unsafe<EventType[] | null>({ ...eventsFilter, type: ['array', 'null'] }),
    ),
    headers: Type.Optional(
      Type.Array(Type.Object({ ...headerMembers, status: Type.Optional(status) }), { maxItems: mostHeaders }),
    ),
    body: unsupported('A body of your own'),
    filter: unsupported('A filter'),
  },
  {
    description: 'The whole state of a webhook: absent members take their defaults.',
    examples: [{ url: 'https://billing.example/hooks/leads', eventsFilter: ['lead-source-changed'] }],
  },
);

export const NewWebhookInput = Type.Object(
  {
    id: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'customer-id',
        description: 'Absent, null or empty: generated.',
      }),
    ),
    ...WebhookInput.properties,
  },
  { examples: [{ url: 'https://billing.example/hooks/leads', status: 'active' }] },
);

const webhook = {
  id: Type.String(),
  status,
  method,
  url: Type.String(),
  eventsFilter,
  headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String(), status })),
  body: Type.Null(),
  filter: Type.Null(),
  failingSinceTime: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    readOnly: true,
    description: 'When the first attempt since the last success failed; null if none has.',
  }),
  deactivation: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    enum: ['gone', 'failing', null],
    readOnly: true,
    description: 'Why the service made it inactive: the receiver answered 410, or failed for five days.',
  }),
  createdTime: dateTime('When it was created.'),
  updatedTime: dateTime('When it last changed.'),
  _links: links(['self']),
};

export const Webhook = Type.Object(webhook);

export const WebhookWithSecret = Type.Object({
  ...webhook,
  secret: Type.String({ description: 'The secret that signs its requests, shown only once.' }),
});

const nullable = (type: string, description: string, more: object = {}) =>
  Type.Unsafe<unknown>({ type: [type, 'null'], description, ...more });

export const WebhookDelivery = Type.Object(
  {
    id: Type.String({ description: 'The `webhook-id` of every attempt.' }),
    organizationId: Type.String(),
    webhookId: Type.String(),
    eventType,
    entityId: Type.String({ description: 'The customer.' }),
    source: Type.String({ enum: ['webhooks'] }),
    deliveryStatus: Type.String({ enum: ['pending', 'delivered', 'failed'] }),
    attempt: Type.Integer({ description: 'Number of attempts since it was created or last resent.' }),
    nextAttemptTime: nullable('string', 'When the next attempt is due; null if none is.', {
      format: 'date-time',
    }),
    method,
    url: nullable('string', 'Where the last attempt went; null before the first.'),
    status: nullable('integer', 'The status of the last answer; null if none came.'),
    error: nullable('string', 'Why no answer came.'),
    response: nullable('string', 'The beginning of the answer to an attempt that failed.'),
    duration: nullable('integer', 'Milliseconds that the last attempt took.'),
    initiatedTime: nullable('string', 'When the last attempt began.', { format: 'date-time' }),
    sentTime: nullable('string', 'The same as `initiatedTime`.', { format: 'date-time' }),
    createdTime: dateTime('When it was created.'),
    updatedTime: dateTime('When it last changed.'),
    _links: links(['self', 'webhook']),
  },
  {
    description:
      'An event on its way to a webhook, and how the last attempt ended. The body that was sent is not kept.',
  },
);

export type WebhookBody = Static<typeof WebhookInput>;
