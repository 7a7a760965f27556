import { AgingCache } from '../domain/aging-cache.ts';
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
}

type FactsOf = (tuple: ChannelTuple) => ChannelFacts;

export type Channels = ReturnType<typeof createChannels>;

/** Gives touches their channels when they are read: no channel is stored. */
export function createChannels({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const remembered = new AgingCache<Remembered>({
    now,
    milliseconds: rememberedMilliseconds,
    capacity: rememberedOrganizations,
  });
  const compilerOf = channelCompiler();

  const read = async (organizationId: string, known: Remembered | undefined): Promise<Remembered> => {
    const [rules, landing] = await Promise.all([
      store.read.settingVersion(organizationId, 'channel-rules', null),
      store.read.settingVersion(organizationId, 'landing-settings', null),
    ]);
    const { version: rulesVersion, content } = rules ?? firstVersion;
    const { version: landingVersion, content: settings } = landing ?? firstVersion;
    if (known?.rulesVersion === rulesVersion && known.landingVersion === landingVersion) return known;
    const channelsBy = await compilerOf(settings);
    const channelOf = channelsBy(content ?? defaultChannelRules.rules);
    return { rulesVersion, landingVersion, channelOf, channelsBy };
  };

  return {
    /** Fails with `not-found` for an unknown organization. */
    async of(organizationId: string): Promise<OrganizationChannels> {
      return remembered.of(organizationId, (known) => read(organizationId, known));
    },

    /** Makes this process's changes of settings take effect at once. */
    forget(organizationId: string): void {
      remembered.forget(organizationId);
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
