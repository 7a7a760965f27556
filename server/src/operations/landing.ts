import { landingReader, type ReadLanding } from '../domain/landing.ts';
import { type OwnLandingSettings, wholeLandingSettings } from '../domain/landing-settings.ts';
import { firstVersion } from '../domain/setting-version.ts';
import type { SiteDirectory } from '../domain/site-directory.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';

/** How long a change of settings made by another process may go unnoticed. */
const rememberedMilliseconds = 1000;
const rememberedOrganizations = 1000;

interface Remembered {
  readonly version: number;
  readonly readTime: Instant;
  readonly read: ReadLanding;
}

export type Landings = ReturnType<typeof createLandings>;

/** Reads landings by the settings of each organization, compiled once for each version. */
export function createLandings({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const remembered = new Map<string, Remembered>();
  let changes = 0;
  const readerOf = readerCompiler();

  const look = async (organizationId: string, known: Remembered | undefined): Promise<Remembered> => {
    // What a slow answer tells is as old as the question.
    const readTime = now();
    const { version, content } = (await store.read.landingSettings(organizationId, null)) ?? firstVersion;
    if (known?.version === version) return { ...known, readTime };
    return { version, readTime, read: await readerOf(content) };
  };

  return {
    /** The reader by the settings in force. Fails with `not-found` for an unknown organization. */
    async readerOf(organizationId: string): Promise<ReadLanding> {
      const known = remembered.get(organizationId);
      // A clock that was set back must not make it last longer.
      if (known !== undefined && Math.abs(now() - known.readTime) < rememberedMilliseconds) return known.read;
      const changesBefore = changes;
      const entry = await look(organizationId, known);
      if (remembered.size >= rememberedOrganizations) remembered.clear();
      // What was read while a setting changed may be what it was before.
      if (changes === changesBefore) remembered.set(organizationId, entry);
      return entry.read;
    },

    /** Makes changes of settings made by this process effective at once. */
    forget(organizationId: string): void {
      changes += 1;
      remembered.delete(organizationId);
    },
  };
}

/** The lists of sites are read in with the first landing, since a service may start without ever seeing one. */
function readerCompiler() {
  let directory: Promise<SiteDirectory> | null = null;
  let byDefault: ReadLanding | null = null;
  return async (settings: OwnLandingSettings | null): Promise<ReadLanding> => {
    const { splitHost } = await import('./host-name.ts');
    directory ??= readDirectory();
    const known = await directory;
    if (settings !== null) return landingReader(wholeLandingSettings(settings), known, splitHost);
    byDefault ??= landingReader(wholeLandingSettings(null), known, splitHost);
    return byDefault;
  };
}

async function readDirectory(): Promise<SiteDirectory> {
  const [{ knownSites }, { splitHost }] = await Promise.all([
    import('../domain/known-sites.ts'),
    import('./host-name.ts'),
  ]);
  return knownSites(splitHost).directory;
}
