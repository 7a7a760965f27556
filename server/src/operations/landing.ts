import { AgingCache } from '../domain/aging-cache.ts';
import { atFirstUse } from '../domain/first-use.ts';
import { landingReader, type ReadLanding } from '../domain/landing.ts';
import { type OwnLandingSettings, wholeLandingSettings } from '../domain/landing-settings.ts';
import { firstVersion } from '../domain/setting-version.ts';
import { type KeepWritten, writtenKeeper } from '../domain/written-urls.ts';
import type { OperationContext } from './context.ts';
import { loadKnownSites } from './known-sites.ts';

/** How long a change of settings made by another process may go unnoticed; long, since every write asks. */
const rememberedMilliseconds = 5000;
const rememberedOrganizations = 10_000;

interface Remembered {
  readonly version: number;
  readonly keepWritten: KeepWritten | null;
  /** Made with the first landing. */
  readonly reader: () => Promise<ReadLanding>;
}

export type Landings = ReturnType<typeof createLandings>;

/** How the settings of each organization treat landings and URLs, compiled once for each version. */
export function createLandings({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const remembered = new AgingCache<Remembered>({
    now,
    milliseconds: rememberedMilliseconds,
    capacity: rememberedOrganizations,
  });
  const compile = readerCompiler();

  const look = async (organizationId: string, known: Remembered | undefined): Promise<Remembered> => {
    const kept = await store.read.settingVersion(organizationId, 'landing-settings', null);
    const { version, content } = kept ?? firstVersion;
    if (known?.version === version) return known;
    const keepWritten = writtenKeeper(wholeLandingSettings(content).urlPolicy);
    return { version, keepWritten, reader: atFirstUse(() => compile(content)) };
  };

  const of = (organizationId: string): Remembered | Promise<Remembered> =>
    remembered.of(organizationId, (known) => look(organizationId, known));

  return {
    /** The reader by the settings in force. Fails with `not-found` for an unknown organization. */
    async readerOf(organizationId: string): Promise<ReadLanding> {
      return (await of(organizationId)).reader();
    },

    /** What is kept of lead sources that callers write; null where they are kept as written. Fails with `not-found`. */
    async keeperOf(organizationId: string): Promise<KeepWritten | null> {
      return (await of(organizationId)).keepWritten;
    },

    /** Makes this process's changes of settings take effect at once. */
    forget(organizationId: string): void {
      remembered.forget(organizationId);
    },
  };
}

function readerCompiler() {
  let byDefault: ReadLanding | null = null;
  return async (settings: OwnLandingSettings | null): Promise<ReadLanding> => {
    const [{ directory }, { splitHost }] = await Promise.all([loadKnownSites(), import('./host-name.ts')]);
    if (settings !== null) return landingReader(wholeLandingSettings(settings), directory, splitHost);
    byDefault ??= landingReader(wholeLandingSettings(null), directory, splitHost);
    return byDefault;
  };
}
