import type { KnownSites } from '../domain/channel.ts';
import { atFirstUse } from '../domain/first-use.ts';

/**
 * All that the lists know of sites: loaded at the first use, since a service may never need it, and once for all who use it.
 */
export const loadKnownSites: () => Promise<KnownSites> = atFirstUse(async () => {
  const [{ knownSites }, { splitHost }] = await Promise.all([
    import('../domain/known-sites.ts'),
    import('./host-name.ts'),
  ]);
  return knownSites(splitHost);
});
