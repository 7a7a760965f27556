import { type Client, createClient } from '@leadsource/client';

const place = 'leadsource-credential';

/** Where the service is: the page comes from it, whatever path it stands under. */
export const serviceUrl = new URL('.', location.href.split('#')[0]).href.replace(/\/$/, '');

/** A secret key, or a token, which begins with a JSON object in base64url. A key for pages is neither: it cannot read. */
export function credentialKind(text: string): 'secret' | 'token' | 'publishable' {
  if (text.startsWith('pk_')) return 'publishable';
  return /^e[wy][\w-]+\.[\w-]+\.[\w-]*$/.test(text) ? 'token' : 'secret';
}

export function clientOf(credential: string): Client {
  const by = credentialKind(credential) === 'token' ? { token: credential } : { secretKey: credential };
  return createClient({ url: serviceUrl, ...by, retries: 1, longestWaitSeconds: 5 });
}

/** Kept in memory; where the reader wants it, in what the browser keeps for this tab alone. */
export function keepCredential(credential: string, forThisTab: boolean): void {
  if (forThisTab) sessionStorage.setItem(place, credential);
}

export function keptCredential(): string | null {
  return sessionStorage.getItem(place);
}

export function forgetCredential(): void {
  sessionStorage.removeItem(place);
}
