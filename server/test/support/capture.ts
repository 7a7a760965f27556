import { type Answer, type CallOptions, type TestService, testSecretKey } from './service.ts';

/** Visibly a browser's. */
export const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A publishable key of the test's organization, which may do what is said here. */
export async function publishableKey(
  service: TestService,
  request: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const { body } = await service.call('POST', '/api-keys', { body: { type: 'publishable', ...request } });
  const { id, publishableKey: key } = body as { id: string; publishableKey: string };
  return { id, key };
}

/** Tells of a visit as a page does: plain text, and the key in the body where it is an object. */
export function capture(
  service: TestService,
  key: string | null,
  body: unknown,
  { headers = {}, ...options }: CallOptions & { readonly path?: string } = {},
): Promise<Answer> {
  const isObject = typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
  return service.call('POST', options.path ?? '/capture', {
    key: null,
    body: isObject && key !== null ? { key, ...body } : body,
    headers: { 'User-Agent': browser, 'Content-Type': 'text/plain;charset=UTF-8', ...headers },
  });
}

let lastVisitor = 0;

export function freshVisitor(): string {
  return `visitor_${++lastVisitor}`;
}

interface SeenTouch {
  readonly source: string | null;
  readonly [member: string]: unknown;
}

/** What the visitor did, by linking it to a customer of its own. */
export async function touchesOf(service: TestService, visitorId: string): Promise<readonly SeenTouch[]> {
  const id = `of_${visitorId}`.slice(0, 50);
  await service.call('POST', `/customers/${id}/visitors`, { body: { visitorId }, key: testSecretKey });
  return (await service.call('GET', `/customers/${id}/lead-sources`)).body as readonly SeenTouch[];
}
