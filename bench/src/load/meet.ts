import { call } from './caller.ts';
import { type LoadedServer, portsOf } from './load.ts';
import { openingRequests, type Requests } from './requests.ts';

const connections = 16;

/**
 * Sends one PUT for each of many organizations, so that the server knows each one and its key before anything is measured.
 * Returns how many touches that leaves: none where there is one organization. Fails for an answer other than 201.
 */
export async function meetOrganizations(server: LoadedServer, organizations: number): Promise<number> {
  if (organizations === 1) return 0;
  await sendAll(server, organizations, openingRequests(), 201);
  return organizations;
}

/** Sends a visit of each visitor, so that the server knows them all. Fails for an answer other than 202. */
export async function meetVisitors(server: LoadedServer, visitors: number, first: Requests): Promise<void> {
  await sendAll(server, visitors, first, 202);
}

async function sendAll(server: LoadedServer, count: number, requests: Requests, good: number): Promise<void> {
  let left = count;
  const goesOn = () => left-- > 0;
  const onAnswer = (status: number): void => {
    if (status !== good) throw new Error(`A first call was answered with ${status}.`);
  };
  await Promise.all(portsOf([server], connections).map((port) => call({ port, requests, goesOn, onAnswer })));
}
