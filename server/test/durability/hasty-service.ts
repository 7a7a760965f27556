import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A service that is wrong on purpose: it acknowledges each write before it keeps it, which it does when the next one
 * comes. It speaks just enough of the API for the check of crashes, which must see through it.
 */
const path = (process.env['DATABASE_URL'] ?? '').replace('sqlite:', '');
const histories = new Map<string, unknown[]>();
let acknowledged: string | null = null;

function historyOf(customerId: string): unknown[] {
  const history = histories.get(customerId) ?? [];
  histories.set(customerId, history);
  return history;
}

function recall(): void {
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { customerId, leadSource } = JSON.parse(line) as { customerId: string; leadSource: unknown };
    historyOf(customerId).push(leadSource);
  }
}

function put(customerId: string, body: string): void {
  if (acknowledged !== null) appendFileSync(path, `${acknowledged}\n`);
  const leadSource: unknown = JSON.parse(body);
  acknowledged = JSON.stringify({ customerId, leadSource });
  historyOf(customerId).push(leadSource);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, customerId = '', what = ''] = /^\/customers\/([^/]+)\/([\w-]+)/.exec(request.url ?? '') ?? [];
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  if (request.method === 'PUT') put(customerId, Buffer.concat(parts).toString());
  const history = historyOf(customerId);
  const [original = null] = history;
  const current = history.at(-1);
  const body = what === 'lead-sources' ? history : { ...(current as object), original };
  const status = request.method === 'PUT' ? 201 : 200;
  response.writeHead(what === 'lead-sources' && original === null ? 404 : status, {
    'pagination-total': history.length,
  });
  response.end(JSON.stringify(body));
}

recall();
const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`hasty listens on http://127.0.0.1:${port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
