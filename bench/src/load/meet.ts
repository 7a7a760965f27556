import { call } from './caller.ts';
import { type LoadedServer, portsOf } from './load.ts';
import { openingRequests } from './requests.ts';

const connections = 16;

/**
 * Sends one PUT for each of many organizations, so that the server knows each one and its key before anything is measured.
 * Returns how many touches that leaves: none where there is one organization. Fails for an answer other than 201.
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
