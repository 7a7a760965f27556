import { type ChannelMoves, MoveCount } from '../domain/channel-moves.ts';
import type { ChannelRule, ChannelRuleSet } from '../domain/channel-rules.ts';
import { defaultChannelRules } from '../domain/default-channel-rules.ts';
import { Failure } from '../domain/failure.ts';
import { grants } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { SettingRequest, SettingVersion } from '../domain/setting-version.ts';
import { type Instant, millisecondsPerDay } from '../domain/time.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { createSettingVersions } from './setting-version.ts';

/** Few enough that concurrent requests wait only some milliseconds. */
const tuplesAtOnce = 200;
/** Nobody waits longer for an answer. */
const patienceMilliseconds = 20_000;

/** A version of an organization's rules. */
export interface KeptChannelRules extends ChannelRuleSet {
  /** Whether they are the program's default. */
  readonly isDefault: boolean;
  /** Who made the version, and when; both null for the first. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

export interface DryRun extends ChannelMoves {
  /** The version in force, with which the other rules are compared. */
  readonly version: number;
  readonly periodStart: Instant;
}

export type ChannelRulesOperations = ReturnType<typeof createChannelRulesOperations>;

export function createChannelRulesOperations(context: OperationContext, channels: Channels) {
  const { store, now } = context;
  const versions = createSettingVersions<'channel-rules'>(context, {
    setting: 'channel-rules',
    write: (input) => store.write('putChannelRules', input),
    onChange: channels.forget,
  });
  return {
    /** The rules in force. */
    async get(principal: Principal): Promise<KeptChannelRules> {
      return keptOf(await versions.newest(principal));
    },

    /** The rules as they were in a version. Fails with `not-found`. */
    async getVersion(principal: Principal, version: number): Promise<KeptChannelRules> {
      return keptOf(await versions.find(principal, version));
    },

    /** Puts rules in force, for past touches as well. Fails with `conflict`, `precondition-failed`. */
    async put(principal: Principal, request: SettingRequest<'channel-rules'>): Promise<KeptChannelRules> {
      return keptOf(await versions.put(principal, request));
    },

    /**
     * What these rules would change for the touches of the last days. Fails with `forbidden` for a caller who may not see the
     * examples, and with `unavailable` where it takes too long.
     */
    async dryRun(principal: Principal, rules: readonly ChannelRule[], days: number): Promise<DryRun> {
      if (!grants(principal.permissions, 'lead-sources:read')) {
        throw new Failure('forbidden', 'A dry run takes the permission lead-sources:read, too.');
      }
      const begunMilliseconds = performance.now();
      const periodStart = now() - days * millisecondsPerDay;
      const organizationId = principal.organization.id;
      const { rulesVersion, channelOf, channelsBy } = await channels.of(organizationId);
      const count = new MoveCount(channelOf, channelsBy(rules));
      const { tupleKeys, touches } = await store.read.touchCounts(organizationId, periodStart);
      for (let place = 0; place < tupleKeys.length; place += tuplesAtOnce) {
        if (performance.now() - begunMilliseconds > patienceMilliseconds) {
          throw new Failure('unavailable', 'The dry run took too long: choose fewer days.');
        }
        const keys = [...tupleKeys.subarray(place, place + tuplesAtOnce)];
        const tuples = await store.read.tuples(organizationId, keys);
        for (const [offset, tuple] of tuples.entries()) count.add(tuple, touches[place + offset] ?? 0);
      }
      return { version: rulesVersion, periodStart, ...count.result() };
    },
  };
}

function keptOf(kept: SettingVersion<'channel-rules'>): KeptChannelRules {
  const { version, content, actor, createdTime } = kept;
  return {
    version,
    rules: content ?? defaultChannelRules.rules,
    isDefault: content === null,
    actor,
    createdTime,
  };
}
