import { atFirstUse } from '../domain/first-use.ts';
import { landingReader, type ReadLanding } from '../domain/landing.ts';
import { type OwnLandingSettings, wholeLandingSettings } from '../domain/landing-settings.ts';
import { firstVersion } from '../domain/setting-version.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import { type KeepWritten, writtenKeeper } from '../domain/written-urls.ts';
import type { OperationContext } from './context.ts';
import { loadKnownSites } from './known-sites.ts';

/** How long a change of settings made by another process may go unnoticed; long, since every write asks. */
const rememberedMilliseconds = 5000;
const rememberedOrganizations = 10_000;

interface Remembered {
  readonly version: number;
  readonly readTime: Instant;
  readonly keepWritten: KeepWritten | null;
  /** Made with the first landing. */
  readonly reader: () => Promise<ReadLanding>;
}

export type Landings = ReturnType<typeof createLandings>;

/** How the settings of each organization treat landings and URLs, compiled once for each version. */
export function createLandings({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const remembered = new Map<string, Remembered>();
  const refreshing = new Map<string, Promise<Remembered>>();
  let changes = 0;
  const compile = readerCompiler();

  const look = async (organizationId: string, known: Remembered | undefined): Promise<Remembered> => {
    // The answer is as old as the question, however long it takes.
    const readTime = now();
    const kept = await store.read.settingVersion(organizationId, 'landing-settings', null);
    const { version, content } = kept ?? firstVersion;
    if (known?.version === version) return { ...known, readTime };
    const keepWritten = writtenKeeper(wholeLandingSettings(content).urlPolicy);
    return { version, readTime, keepWritten, reader: atFirstUse(() => compile(content)) };
  };

  const refresh = async (organizationId: string): Promise<Remembered> => {
    const changesBefore = changes;
    const entry = await look(organizationId, remembered.get(organizationId));
    if (remembered.size >= rememberedOrganizations) remembered.clear();
    // What was read while a setting changed may be outdated.
    if (changes === changesBefore) remembered.set(organizationId, entry);
    return entry;
  };

  /** Callers that ask while a read is under way share it, so that no answer overtakes another. */
  const of = (organizationId: string): Remembered | Promise<Remembered> => {
    const known = remembered.get(organizationId);
    if (known !== undefined && isRecent(known.readTime, now(), rememberedMilliseconds)) return known;
    const underWay = refreshing.get(organizationId);
    if (underWay !== undefined) return underWay;
    const begun = refresh(organizationId).finally(() => {
      if (refreshing.get(organizationId) === begun) refreshing.delete(organizationId);
    });
    refreshing.set(organizationId, begun);
    return begun;
  };

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
      changes += 1;
      remembered.delete(organizationId);
      refreshing.delete(organizationId);
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
