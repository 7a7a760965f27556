/** What a server knows of a request for a page. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as they were asked for. */
  readonly target: string;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The visitor's address, as the server has established it; headers are not believed here. */
  readonly address?: string | undefined;
}

/** Whether somebody is about to look at a page: no part of one, no call of a script, nothing loaded ahead. */
export function isForPage({ method, header }: PageRequest): boolean {
  if (method !== 'GET' || header('sec-purpose')?.includes('prefetch') === true) return false;
  const destination = header('sec-fetch-dest');
  // Browsers before 2023, and those without TLS, do not say what they want it for.
  return destination === undefined
    ? header('accept')?.includes('text/html') === true
    : destination === 'document';
}

/** A redirection is not looked at: the page that it leads to is. 304 is a page that the browser has. */
export function isShown(status: number): boolean {
  return status < 300 || status === 304 || status >= 400;
}

/** Whether shared caches may keep an answer: then all who are given it would get one visitor's cookie. */
export function isForAll(cacheControl: unknown): boolean {
  return /\bpublic\b|\bs-maxage\b/i.test(String(cacheControl));
}
