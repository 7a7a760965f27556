import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type AttributionModel, attributionModels } from '../../../server/src/domain/attribution-models.ts';
import { type Dimension, dimensions } from '../../../server/src/domain/dimension.ts';
import type { Server } from '../server.ts';
import { median } from '../statistics.ts';
import { secretKey } from '../traffic.ts';

/**
 * Calls a server and returns the body of its answer. Fails unless it succeeds. Each call has its own connection: between two
 * calls this process may be busy for longer than a server keeps one open.
 */
export async function ask(
  { port }: Pick<Server, 'port'>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const headers = { 'REB-APIKEY': secretKey, 'Content-Type': 'application/json' };
  const calling = request({ port, host: '127.0.0.1', method, path, headers, agent: false });
  calling.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(calling, 'response')) as [IncomingMessage];
  const told = await text(answer);
  const status = answer.statusCode ?? 0;
  if (status < 200 || status > 299) throw new Error(`${method} ${path} was answered ${status}: ${told}`);
  return JSON.parse(told);
}

/** The whole year. */
const period = 'periodStart=2025-01-01&periodEnd=2026-01-01';

export function reportPath(dimension: Dimension, models: readonly AttributionModel[], more = ''): string {
  return `/reports/attribution?dimension=${dimension}&models=${models.join(',')}&${period}${more}`;
}

/** Milliseconds from the request to the last byte of the report. */
export async function timeOfReport(server: Pick<Server, 'port'>, path: string): Promise<number> {
  const start = performance.now();
  await ask(server, 'GET', path);
  return performance.now() - start;
}

/** The median for each dimension, over all models and rounds. */
export async function reportMedians(server: Server, rounds: number): Promise<ReadonlyMap<Dimension, number>> {
  const times = new Map<Dimension, number[]>(dimensions.map((dimension) => [dimension, []]));
  for (let round = 0; round < rounds; round++) {
    for (const dimension of dimensions) {
      for (const model of attributionModels) {
        times.get(dimension)?.push(await timeOfReport(server, reportPath(dimension, [model])));
      }
    }
  }
  return new Map(Array.from(times, ([dimension, all]) => [dimension, median(all)]));
}
