import { hash } from 'node:crypto';
import { isbot } from 'isbot';
import { allowsOrigin, arrivalTime, type Consent, type IgnoredReason } from '../domain/capture.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';
import type { Landings } from './landing.ts';

/** An arrival as a page or a server saw it, with its circumstances. */
export interface CapturedArrival {
  readonly visitorId: string;
  readonly url: string;
  readonly referrer: string | null;
  /** Null for now. */
  readonly occurredTime: Instant | null;
  readonly consent: Consent;
  /** Null for a caller that is not a page. */
  readonly origin: string | null;
  readonly userAgent: string | null;
}

export type CaptureOutcome =
  | { readonly recorded: true }
  | { readonly recorded: false; readonly reason: IgnoredReason };

/** Who captures, and from which pages. */
export interface CapturePrincipal extends Pick<Principal, 'organization' | 'actor'> {
  readonly allowedOrigins: readonly string[];
}

export type CaptureOperations = ReturnType<typeof createCaptureOperations>;

export function createCaptureOperations({ store, now }: OperationContext, landings: Landings) {
  return {
    /** Records an arrival as its visitor's, or says why it is not recorded. */
    async capture(
      { organization, actor, allowedOrigins }: CapturePrincipal,
      arrival: CapturedArrival,
    ): Promise<CaptureOutcome> {
      const { visitorId, url, referrer, consent, origin, userAgent } = arrival;
      if (!allowsOrigin(allowedOrigins, origin)) return ignored('origin');
      if (consent === 'denied') return ignored('consent');
      if (isbot(userAgent)) return ignored('bot');
      const organizationId = organization.id;
      const reading = (await landings.readerOf(organizationId))({ url, referrer });
      if (reading.kind === 'ignored') return ignored(reading.reason);
      const { leadSource, clickIdKind } = reading;
      const at = now();
      const hit = { occurredTime: arrivalTime(arrival.occurredTime, at), digest: digestOf(url, referrer) };
      const touch = { organizationId, visitorId, leadSource, clickIdKind, hit, actor, now: at };
      const { recorded } = await store.write('captureTouch', touch);
      return recorded ? { recorded } : ignored('duplicate');
    },
  };
}

function ignored(reason: IgnoredReason): CaptureOutcome {
  return { recorded: false, reason };
}

/** Long enough that two different arrivals of one visitor hardly ever share a digest. */
const digestCharacters = 12;

function digestOf(url: string, referrer: string | null): string {
  return hash('sha256', `${withoutRoute(url)}\n${referrer ?? ''}`, 'base64url').slice(0, digestCharacters);
}

/** Servers see no fragment, so an anchor or a route in it makes no other page; a query in it may. */
function withoutRoute(url: string): string {
  const fragment = url.indexOf('#');
  return fragment === -1 || url.includes('?', fragment) ? url : url.slice(0, fragment);
}
