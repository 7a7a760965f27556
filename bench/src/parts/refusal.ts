import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileDatabase } from '../database.ts';
import { hostileRequests } from '../hostile/requests.ts';
import type { Hostile } from '../hostile/shapes.ts';
import { readAnswer } from '../load/answer.ts';
import { underLoad } from '../load/load.ts';
import { putRequests } from '../load/requests.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import { startService } from '../server.ts';
import type { BenchSettings } from '../settings.ts';
import { median } from '../statistics.ts';

const repetitions = 10;

/** How long the service, otherwise idle, takes to answer requests that are meant to keep it busy. */
export async function refusal(settings: BenchSettings, directory: string): Promise<Results> {
  await using service = await startService(fileDatabase(join(directory, 'refusal.db')));
  const { port } = service;
  const load = { servers: [service], connections: 8, warmUpSeconds: 0, durationSeconds: 1, keepAwake: false };
  const requests = putRequests({ customers: settings.fewCustomers, organizations: 1 });
  await underLoad({ ...load, requests });
  const slowest: { name: string; longest: number; usual: number }[] = [];
  for (const hostile of hostileRequests) {
    const times: number[] = [];
    for (let place = 0; place < repetitions; place++) times.push(await timeOf(hostile, port));
    slowest.push({ name: hostile.name, longest: Math.max(...times), usual: median(times) });
  }
  slowest.sort((one, other) => other.longest - one.longest);
  say(`  ${slowest.length} hostile requests, ${repetitions} times each; the slowest:`);
  for (const { name, longest, usual } of slowest.slice(0, 5)) {
    say(`  ${longest.toFixed(1).padStart(6)} ms (median ${usual.toFixed(1)})  ${name}`);
  }
  return { refusal_ms_max: slowest[0]?.longest ?? Number.NaN };
}

/** Milliseconds from the first byte sent to the last byte of the answer, on an open connection. */
async function timeOf({ name, request, status }: Hostile, port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const start = performance.now();
  socket.write(request);
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === null) continue;
    const elapsed = performance.now() - start;
    if (answer.status !== status) throw new Error(`${name}: answered with ${answer.status}, not ${status}.`);
    return elapsed;
  }
  throw new Error(`${name}: the service closed the connection without an answer.`);
}
