import { call } from './caller.ts';
import { type LoadedServer, portsOf } from './load.ts';
import { openingRequests } from './requests.ts';

const connections = 16;

/**
 * One GET for each of many organizations, so that a server has met the key of every one before anything is measured.
 * Fails for an answer that is no success.
 */
export async function meetOrganizations(server: LoadedServer, organizations: number): Promise<void> {
  let left = organizations;
  const requests = openingRequests();
  const goesOn = () => left-- > 0;
  const onAnswer = (status: number): void => {
    if (status !== 200) throw new Error(`An organization was answered with ${status}.`);
  };
  await Promise.all(portsOf([server], connections).map((port) => call({ port, requests, goesOn, onAnswer })));
}
