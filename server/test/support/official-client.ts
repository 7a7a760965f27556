import RebillyAPI, { RebillyErrors, RebillyExperimentalAPI } from 'rebilly-js-sdk';
import { type TestService, testSecretKey } from './service.ts';

export interface OfficialClientOptions {
  readonly organizationId?: string | undefined;
  readonly apiKey?: string;
  readonly sandbox?: boolean;
}

/** The published client as it comes, pointed at a service of our own. */
export function officialClient({ url }: Pick<TestService, 'url'>, options: OfficialClientOptions = {}) {
  const { organizationId, apiKey = testSecretKey, sandbox = false } = options;
  return RebillyAPI({
    apiKey,
    sandbox,
    timeout: 6000,
    urls: { live: url, sandbox: url },
    ...(organizationId !== undefined && { organizationId }),
  });
}

/** The same for what is published as experimental. */
export function officialExperimentalClient(
  { url }: Pick<TestService, 'url'>,
  { organizationId, apiKey = testSecretKey }: OfficialClientOptions = {},
) {
  return RebillyExperimentalAPI({
    apiKey,
    sandbox: false,
    timeout: 20_000,
    urls: { live: url, sandbox: url },
    ...(organizationId !== undefined && { organizationId }),
  });
}

/** What the client's errors carry, whichever of its classes they are of. */
export interface OfficialError extends Error {
  readonly status: number | null;
  readonly invalidFields: readonly { field: string; message: string }[] | null;
  readonly response: { headers: Readonly<Record<string, string>> } | null;
}

/** The error that a call of the client fails with. */
export async function errorOf(call: Promise<unknown>): Promise<OfficialError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error as OfficialError;
  throw new Error('The call did not fail.');
}

export { RebillyErrors };
