import { type ChannelFacts, type ChannelTuple, factReader } from '../domain/channel.ts';
import { type ChannelRule, compileChannelRules } from '../domain/channel-rules.ts';
import { defaultChannelRules } from '../domain/default-channel-rules.ts';
import {
  defaultLandingSettings,
  type OwnLandingSettings,
  wholeLandingSettings,
} from '../domain/landing-settings.ts';
import { insideRule } from '../domain/referrer.ts';
import { firstVersion } from '../domain/setting-version.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import type { OperationContext } from './context.ts';
import { loadKnownSites } from './known-sites.ts';

/** How long a change of settings made by another process may go unnoticed. */
const rememberedMilliseconds = 1000;
const rememberedOrganizations = 1000;

/** The channels of an organization, by the settings in force. */
export interface OrganizationChannels {
  readonly rulesVersion: number;
  readonly channelOf: (tuple: ChannelTuple) => string;
  /** As `channelOf`, by other rules. */
  channelsBy(rules: readonly ChannelRule[]): (tuple: ChannelTuple) => string;
}

interface Remembered extends OrganizationChannels {
  readonly landingVersion: number;
  readonly readTime: Instant;
}

type FactsOf = (tuple: ChannelTuple) => ChannelFacts;

export type Channels = ReturnType<typeof createChannels>;

/** Gives touches their channels when they are read: no channel is stored. */
export function createChannels({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const remembered = new Map<string, Remembered>();
  let changes = 0;
  const compilerOf = channelCompiler();

  const read = async (organizationId: string, known: Remembered | undefined): Promise<Remembered> => {
    // The answer is as old as the question, however long it takes.
    const readTime = now();
    const [rules, landing] = await Promise.all([
      store.read.settingVersion(organizationId, 'channel-rules', null),
      store.read.settingVersion(organizationId, 'landing-settings', null),
    ]);
    const { version: rulesVersion, content } = rules ?? firstVersion;
    const { version: landingVersion, content: settings } = landing ?? firstVersion;
    if (known?.rulesVersion === rulesVersion && known.landingVersion === landingVersion) {
      return { ...known, readTime };
    }
    const channelsBy = await compilerOf(settings);
    const channelOf = channelsBy(content ?? defaultChannelRules.rules);
    return { rulesVersion, landingVersion, readTime, channelOf, channelsBy };
  };

  return {
    /** Fails with `not-found` for an unknown organization. */
    async of(organizationId: string): Promise<OrganizationChannels> {
      const known = remembered.get(organizationId);
      if (known !== undefined && isRecent(known.readTime, now(), rememberedMilliseconds)) return known;
      const changesBefore = changes;
      const entry = await read(organizationId, known);
      if (remembered.size >= rememberedOrganizations) remembered.clear();
      // What was read while a setting changed may be outdated.
      if (changes === changesBefore) remembered.set(organizationId, entry);
      return entry;
    },

    /** Makes this process's changes of settings take effect at once. */
    forget(organizationId: string): void {
      changes += 1;
      remembered.delete(organizationId);
    },
  };
}

/** Makes compilers of rules. */
function channelCompiler() {
  let factsByDefault: FactsOf | null = null;
  const factsBy = async (settings: OwnLandingSettings | null): Promise<FactsOf> => {
    const known = await loadKnownSites();
    if (settings !== null) return factReader(known, insideRule(wholeLandingSettings(settings)));
    factsByDefault ??= factReader(known, insideRule(defaultLandingSettings));
    return factsByDefault;
  };
  return async (settings: OwnLandingSettings | null): Promise<OrganizationChannels['channelsBy']> => {
    const factsOf = await factsBy(settings);
    return (rules) => compileChannelRules({ rules }, factsOf);
  };
}
