import type { ClientOptions } from '@leadsource/client';

type Wait = NonNullable<ClientOptions['wait']>;
export type Patience = Required<Pick<ClientOptions, 'timeoutMilliseconds' | 'longestWaitSeconds' | 'wait'>>;

/** Longer than the windows of most limits: a history that others wait for is not urgent. */
export const longestWaitSeconds = 3600;
const shortWaitMilliseconds = 10_000;

/** How long an import waits: for the answer to one call, which stores thousands of rows, and where the service asks for it. */
export function patienceOf(tell: (line: string) => void, wait: Wait): Patience {
  return {
    timeoutMilliseconds: 120_000,
    longestWaitSeconds,
    wait: (milliseconds, signal) => {
      if (milliseconds > shortWaitMilliseconds) {
        tell(`Waiting ${Math.ceil(milliseconds / 1000)} seconds, as the service asks.`);
      }
      return wait(milliseconds, signal);
    },
  };
}
