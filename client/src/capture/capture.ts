import { HitQueue } from './hit-queue.ts';
import { isForPage, type PageRequest } from './page-request.ts';
import { type CookieScope, hasOptedOut, newVisitorId, visitorCookie, visitorIdOf } from './visitor-cookie.ts';

const consents = ['granted', 'denied', 'unknown'] as const;
export type Consent = (typeof consents)[number];

export interface CaptureOptions {
  /** Where the service listens. */
  readonly url: string;
  /** A publishable key. */
  readonly key: string;
  /** The site's origin as visitors know it, such as `https://shop.example`. The host that a request names is not trusted. */
  readonly origin: string | ((request: PageRequest) => string);
  /** Gives all hosts below this domain one visitor id; without it, each host has its own. */
  readonly domain?: string | undefined;
  /** What the visitor has consented to; `unknown` by default. If it is `denied`, or no consent at all, nothing is sent or kept. */
  readonly consent?: ((request: PageRequest) => Consent) | undefined;
  /** How many hits are sent at once (8 by default), and how many may wait to be sent (1000). */
  readonly mostAtOnce?: number | undefined;
  readonly mostWaiting?: number | undefined;
  /** When to give up on the service (5000 by default). */
  readonly timeoutMilliseconds?: number | undefined;
  /** Called with the reason for each hit that did not reach the service; pages never notice. */
  readonly onLost?: ((reason: unknown) => void) | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** What follows from a request. */
export interface Arrival {
  /** Null if the visitor must not be recognized. */
  readonly visitorId: string | null;
  /** Whether the browser has told this id, and so is known to keep it. */
  readonly isKnown: boolean;
  /** `Set-Cookie` headers for the answer, to be added to those it already has. */
  readonly setCookies: readonly string[];
  /**
   * Sends the landing; to be called once the page can be shown. If the visitor is not known and the answer cannot carry the cookie,
   * leave it: nobody will come again under that id, so the visit could never be a customer's.
   */
  readonly send: () => void;
}

export interface Capture {
  /** Never fails. */
  readonly arrive: (request: PageRequest) => Arrival;
  /** Resolves when nothing is waiting to be sent, for a server that is about to stop. */
  readonly settled: () => Promise<void>;
}

const longestUrl = 10_000;
const longestReferrer = 2083;

/** Captures landings on a server, without a script in the page. */
export function createCapture(options: CaptureOptions): Capture {
  const { url } = options;
  const onLost = (reason: unknown) => void tell(options, reason);
  const queue = new HitQueue({
    endpoint: new URL('capture', url.endsWith('/') ? url : `${url}/`),
    fetch: options.fetch ?? fetch,
    mostAtOnce: options.mostAtOnce ?? 8,
    mostWaiting: options.mostWaiting ?? 1000,
    timeoutMilliseconds: options.timeoutMilliseconds ?? 5000,
    onLost,
  });
  return {
    settled: () => queue.settled(),
    arrive: (request) => {
      try {
        return arrival(request, options, queue);
      } catch (error) {
        onLost(error);
        return unseen(null);
      }
    },
  };
}

/** Whoever is told may fail, at once or later: that must not break the page either, or end the server. */
async function tell(options: CaptureOptions, reason: unknown): Promise<void> {
  try {
    await options.onLost?.(reason);
  } catch {}
}

function arrival(request: PageRequest, options: CaptureOptions, queue: HitQueue): Arrival {
  const cookies = request.header('cookie');
  const known = visitorIdOf(cookies);
  if (hasOptedOut(cookies)) return unseen(null);
  const consent = consentTo(request, options);
  const origin = typeof options.origin === 'string' ? options.origin : options.origin(request);
  const page = new URL(origin);
  const scope = { isSecure: page.protocol === 'https:', domain: options.domain };
  if (consent === 'denied') return unseen(null, known === null ? [] : forgettingCookies(scope));
  if (!isForPage(request)) return unseen(known);
  const visitorId = known ?? newVisitorId();
  const body = {
    key: options.key,
    visitorId,
    // `new URL` would take a target such as `//elsewhere` for another host.
    url: (page.origin + request.target).slice(0, longestUrl),
    referrer: (request.header('referer') ?? '').slice(0, longestReferrer),
    occurredTime: new Date().toISOString(),
    consent,
  };
  const hit = { body, userAgent: request.header('user-agent') ?? '', address: request.address };
  const setCookies = [visitorCookie(visitorId, scope)];
  return { visitorId, isKnown: known !== null, setCookies, send: () => queue.add(hit) };
}

function consentTo(request: PageRequest, options: CaptureOptions): Consent {
  if (request.header('sec-gpc') === '1') return 'denied';
  if (!options.consent) return 'unknown';
  const said: unknown = options.consent(request);
  const consent = consents.find((one) => one === said);
  if (consent !== undefined) return consent;
  // It may be a promise, whose failure would end the server.
  Promise.resolve(said).catch(() => {});
  throw new TypeError(`Consent must be one of ${consents.join(', ')}, and known at once.`);
}

/** Beside the domain's cookie there may be one of this host alone, set before the site named a domain. */
function forgettingCookies(scope: CookieScope): readonly string[] {
  const cookie = visitorCookie(null, scope);
  return scope.domain === undefined ? [cookie] : [cookie, visitorCookie(null, { isSecure: scope.isSecure })];
}

function unseen(visitorId: string | null, setCookies: readonly string[] = []): Arrival {
  return { visitorId, isKnown: visitorId !== null, setCookies, send: () => {} };
}
