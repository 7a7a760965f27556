/** What a server knows about a request for a page. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as requested. */
  readonly target: string;
  /** Takes a name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The visitor's address as determined by the server; headers are not trusted here. */
  readonly address?: string | undefined;
}

/** Whether somebody is about to see a page: not part of one, a script's call, or something loaded ahead of time. */
export function isForPage({ method, header }: PageRequest): boolean {
  if (method !== 'GET' || isAhead(header('sec-purpose')) || isAhead(header('purpose'))) return false;
  const destination = header('sec-fetch-dest');
  // Browsers before 2023, and pages without TLS, do not send this header.
  if (destination === undefined) return header('accept')?.includes('text/html') === true;
  // A service worker that passes a navigation on hides its destination. If that is a frame, the page around it is the referrer.
  const isPassedOn = destination === 'empty' && header('sec-fetch-mode') === 'navigate';
  return destination === 'document' || isPassedOn;
}

function isAhead(purpose = ''): boolean {
  return purpose.includes('prefetch');
}

/** A redirection is not shown; the page it leads to is. With 304, the browser shows the page it already has. */
export function isShown(status: number): boolean {
  return status < 300 || status === 304 || status >= 400;
}

/**
 * Whether shared caches may keep an answer: then all who are given it would get one visitor's cookie. To those of a delivery
 * network, headers of their own say so (RFC 9213).
 */
export function isForAll(header: (name: string) => unknown): boolean {
  return ['cache-control', 'cdn-cache-control', 'surrogate-control'].some((name) => {
    let said = String(header(name));
    // A time counts where no age is given.
    if (
      name === 'cache-control' &&
      !/\bmax-age/i.test(said) &&
      Date.parse(String(header('expires'))) > Date.now()
    )
      said += ',max-age=1';
    return (
      /\bpublic\b|\bs-maxage\b/i.test(said) ||
      (/\bmax-age=0*[1-9]/i.test(said) && !/\b(private|no-store|no-cache)\b/i.test(said))
    );
  });
}
