export type { Call, LineAnswers, Pages } from './call.ts';
export { type Client, createClient } from './client.ts';
export {
  type InvalidField,
  LeadsourceError,
  NetworkError,
  ProblemError,
  TimeoutError,
  WebhookVerificationError,
} from './errors.ts';
export type * from './generated/types.ts';
export type { CallOptions, ClientOptions } from './options.ts';
export { type SignedMessage, verifyWebhook, type WebhookEvent } from './webhook.ts';
