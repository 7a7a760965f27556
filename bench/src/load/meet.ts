import { call } from './caller.ts';
import { type LoadedServer, portsOf } from './load.ts';
import { openingRequests } from './requests.ts';

const connections = 16;

/**
 * One PUT for each of many organizations, so that a server has met every one, and its key, before anything is measured.
 * Answers how many touches that leaves: none where there is one organization. Fails for an answer that is no success.
 */
export async function meetOrganizations(server: LoadedServer, organizations: number): Promise<number> {
  if (organizations === 1) return 0;
  let left = organizations;
  const requests = openingRequests();
  const goesOn = () => left-- > 0;
  const onAnswer = (status: number): void => {
    if (status !== 201) throw new Error(`An organization was answered with ${status}.`);
  };
  await Promise.all(portsOf([server], connections).map((port) => call({ port, requests, goesOn, onAnswer })));
  return organizations;
}
