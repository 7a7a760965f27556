import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type Arrival, arrivalAt, type FillPlan } from '../arrivals.ts';
import { secretKey } from '../traffic.ts';

/** A call may carry 64 MiB; lines of this traffic have less than 600 bytes. */
export const linesPerCall = 100_000;

/** The touches at these places of a plan as lines of JSON, one body for each call. */
export function backFillBodies(plan: FillPlan, from: number, until: number): readonly Buffer[] {
  const bodies: Buffer[] = [];
  for (let start = from; start < until; start += linesPerCall) {
    const count = Math.min(linesPerCall, until - start);
    const lines = Array.from({ length: count }, (_, place) => lineOf(arrivalAt(start + place, plan)));
    bodies.push(Buffer.from(lines.join('')));
  }
  return bodies;
}

function lineOf({ customerId, leadSource, time }: Arrival): string {
  return `${JSON.stringify({ customerId, occurredTime: new Date(time), ...leadSource })}\n`;
}

/** Sends the bodies one after the other, and returns how many lines were kept. Fails if any line was not. */
export async function backFill(port: number, bodies: readonly Buffer[]): Promise<number> {
  let kept = 0;
  for (const body of bodies) kept += await fillOnce(port, body);
  return kept;
}

async function fillOnce(port: number, body: Buffer): Promise<number> {
  const call = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/lead-sources',
    headers: {
      'REB-APIKEY': secretKey,
      'Content-Type': 'application/x-ndjson',
      'Content-Length': body.length,
    },
  });
  call.end(body);
  const [answer]: [IncomingMessage] = (await once(call, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`The run is broken, a back-fill got ${answer.statusCode}.`);
  let [lines, good] = [0, 0];
  let rest = '';
  for await (const chunk of answer.setEncoding('latin1')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines += parts.length;
    good += parts.filter((line) => line.includes('"status":201,')).length;
  }
  if (good !== lines) throw new Error(`The run is broken, ${lines - good} of ${lines} lines were not kept.`);
  return good;
}
