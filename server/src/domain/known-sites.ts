import type { KnownSites } from './channel.ts';
import type { SplitHost } from './host-name.ts';
import { siteDirectory } from './site-directory.ts';
import { listedSites } from './site-list.ts';
import { sourceLookUp } from './source-site.ts';

/** All that the lists know. Make it once: it takes some milliseconds, and a megabyte. */
export function knownSites(splitHost: SplitHost): KnownSites {
  const directory = siteDirectory(listedSites, splitHost);
  return { directory, siteOfSource: sourceLookUp(directory) };
}
