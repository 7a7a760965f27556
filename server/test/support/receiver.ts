import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** What a receiver of webhooks was sent. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Notice;
}

export interface Notice {
  readonly customerId: string;
  readonly eventType: string;
  readonly sequence: number;
  readonly cause: string | null;
  readonly current: { readonly source: string | null; readonly medium?: string | null } | null;
  readonly previous: { readonly source: string | null } | null;
  readonly original: { readonly source: string | null } | null;
  readonly _embedded: { readonly customer: { readonly id: string } | null };
}

/** Answers a request, or leaves it without an answer. */
export type Answering = (received: Received, response: ServerResponse) => void;

/** The settings under which a service may deliver to a receiver. */
export const receiverSettings = { LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' };

/** Takes what a service sends to webhooks, on a port of its own unless one is given. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly url: string;
  answering: Answering = (_received, response) => void response.writeHead(204).end();
  readonly #server: ReturnType<typeof createServer>;
  #listeners: (() => void)[] = [];

  static async start(port = 0): Promise<Receiver> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server);
  }

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  /** Resolves once so many requests have come. */
  async until(count: number): Promise<readonly Received[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#listeners.push(resolve));
    return this.received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { headers, url: path = '' } = request;
    const received = {
      id: String(headers['webhook-id']),
      path,
      headers,
      text,
      body: JSON.parse(text) as Notice,
    };
    this.received.push(received);
    this.answering(received, response);
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const tell of listeners) tell();
  }
}

/** What is wrong with a request by the rules of Standard Webhooks, judged by their own library; null where nothing is. */
export function faultOfSignature({ headers, text }: Received, secret: string): string | null {
  try {
    new Webhook(secret).verify(text, headers as Record<string, string>);
    return null;
  } catch (error) {
    return String(error);
  }
}
