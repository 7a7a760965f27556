import { type Client, createClient } from '@leadsource/client';
import { forget, keep, kept } from './storage.ts';

const place = 'leadsource-credential';

/** The URL of the service: the page comes from it, whatever its path. */
export const serviceUrl = new URL('.', location.href.split('#')[0]).href.replace(/\/$/, '');

/** A token begins with a JSON object in base64url. A publishable key is recognized because it cannot be used to sign in. */
export function credentialKind(text: string): 'secret' | 'token' | 'publishable' {
  if (text.startsWith('pk_')) return 'publishable';
  return /^e[wy][\w-]+\.[\w-]+\.[\w-]*$/.test(text) ? 'token' : 'secret';
}

export function clientOf(credential: string): Client {
  const by = credentialKind(credential) === 'token' ? { token: credential } : { secretKey: credential };
  return createClient({ url: serviceUrl, ...by, retries: 1, longestWaitSeconds: 5 });
}

/** Keeps it in memory only, unless the reader wants the browser to keep it for this tab. */
export function keepCredential(credential: string, forThisTab: boolean): void {
  if (forThisTab) keep('sessionStorage', place, credential);
}

export function keptCredential(): string | null {
  return kept('sessionStorage', place);
}

export function forgetCredential(): void {
  forget('sessionStorage', place);
}
