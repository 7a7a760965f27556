import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { testSecretKey } from './service.ts';

export interface ClientAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A client with one connection of its own, which it keeps. It never repeats a request. */
export class HttpClient implements Disposable {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = url;
  }

  /** Fails where the connection breaks before the answer is whole. */
  send(method: string, path: string, body?: unknown): Promise<ClientAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(this.#url + path, {
        method,
        agent: this.#agent,
        headers: {
          'REB-APIKEY': testSecretKey,
          ...(text !== '' && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
        },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString();
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, body: answer === '' ? null : JSON.parse(answer) });
        });
      });
      sent.end(text);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
