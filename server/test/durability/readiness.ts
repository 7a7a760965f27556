import { HttpClient } from '../support/http-client.ts';

export interface Readiness {
  readonly status: number;
  /** Why it is not ready. */
  readonly detail: string | undefined;
}

const tooSlow = 'The storage does not answer.';

/** What a service says of its readiness, which needs no credential. */
export async function readinessOf(url: string): Promise<Readiness> {
  using client = new HttpClient(url);
  const { status, body } = await client.send('GET', '/health/ready');
  return { status, detail: (body as { readonly detail?: string }).detail };
}

/** The same once the storage has answered in time, which on a busy machine it may not for a while, whatever its state. */
export async function readinessInTime(url: string): Promise<Readiness> {
  for (;;) {
    const readiness = await readinessOf(url);
    if (readiness.detail !== tooSlow) return readiness;
  }
}
