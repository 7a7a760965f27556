import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AttributionModel, attributionModels } from '../domain/attribution-models.ts';
import { keptTupleOf } from '../domain/channel.ts';
import type { Conversion } from '../domain/conversion.ts';
import { type CreditSettings, creditsOf } from '../domain/credit.ts';
import type { ChannelOf } from '../domain/dimension.ts';
import { explainCredits, explainUnattributed } from '../domain/explanation.ts';
import { Failure } from '../domain/failure.ts';
import { type JourneyTouch, journeyOf } from '../domain/journey.ts';
import type { MinorUnits } from '../domain/money.ts';
import type { Principal } from '../domain/principal.ts';
import { isDirect, type ListedTouch } from '../domain/touch.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';

export interface ExplainedCredit {
  readonly weight: number;
  readonly amount: MinorUnits;
  /** The rule that it was given by, as a sentence. */
  readonly reason: string;
}

export interface ExplainedTouch {
  readonly listed: ListedTouch;
  readonly channel: string;
  readonly credits: Readonly<Record<AttributionModel, ExplainedCredit>>;
}

export interface Explanation {
  readonly conversion: Conversion;
  readonly settingsVersion: number;
  readonly channelRulesVersion: number;
  readonly lookbackDays: number;
  /** Oldest first, to be read once: each is explained when it is asked for. */
  readonly journey: Iterable<ExplainedTouch>;
  /** Why there is no journey; null where there is one. */
  readonly reason: string | null;
}

const everyTouch = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };
/** How often a conversion is looked for, since its customer may be merged or erased between two reads. */
const maximumAttempts = 3;

export type ExplanationOperations = ReturnType<typeof createExplanationOperations>;

export function createExplanationOperations({ store }: Pick<OperationContext, 'store'>, channels: Channels) {
  /** A conversion, and every touch of the customer who made it. Fails with `not-found`. */
  const find = async (organizationId: string, conversionId: string) => {
    for (let attempt = 1; attempt <= maximumAttempts; attempt++) {
      const owned = await store.read.conversion(organizationId, conversionId);
      if (owned === null) throw new Failure('not-found', 'No such conversion.');
      const touches = await store.read.touches(organizationId, owned.customerId, everyTouch);
      if (touches !== null) return { conversion: owned.conversion, touches: touches.items };
    }
    throw new Failure('unavailable', 'The customer keeps being merged: try again.');
  };
  return {
    /** Which touches are credited with a conversion, by each model, and why. Fails with `not-found`. */
    async explain({ organization }: Principal, conversionId: string): Promise<Explanation> {
      const [{ conversion, touches }, inForce, { channelOf, rulesVersion }] = await Promise.all([
        find(organization.id, conversionId),
        store.read.creditsInForce(organization.id),
        channels.of(organization.id),
      ]);
      // Thousands of touches take long enough to arrive.
      await nextTurn();
      const { settings, settingsVersion } = inForce;
      const seen = touches.map((listed) => {
        const { key, occurredTime, leadSource } = listed.touch;
        return { key, occurredTime, isDirect: isDirect(leadSource), listed };
      });
      const journey = journeyOf(seen, conversion.occurredTime, settings.lookbackDays);
      return {
        conversion,
        settingsVersion,
        channelRulesVersion: rulesVersion,
        lookbackDays: settings.lookbackDays,
        journey: explainedTouches({ seen, journey, conversion, settings, channelOf }),
        reason: journey.length === 0 ? explainUnattributed(settings.lookbackDays) : null,
      };
    },
  };
}

interface SeenTouch extends JourneyTouch {
  readonly listed: ListedTouch;
}

interface Explained {
  /** All touches of the customer. */
  readonly seen: readonly SeenTouch[];
  readonly journey: readonly SeenTouch[];
  readonly conversion: Conversion;
  readonly settings: CreditSettings;
  readonly channelOf: ChannelOf;
}

function* explainedTouches({
  seen,
  journey,
  conversion,
  settings,
  channelOf,
}: Explained): Generator<ExplainedTouch, undefined> {
  const { models } = creditsOf(seen, conversion, [], settings);
  const reasons = attributionModels.map((model) =>
    explainCredits(model, seen, conversion.occurredTime, settings),
  );
  for (const [index, { listed }] of journey.entries()) {
    const entries = attributionModels.map((model, place) => {
      const { weights, amounts } = models[model];
      const reason = reasons[place]?.next().value ?? '';
      return [model, { weight: weights[index] ?? 0, amount: amounts[index] ?? 0, reason }] as const;
    });
    const credits = Object.fromEntries(entries) as ExplainedTouch['credits'];
    yield { listed, channel: channelOf(keptTupleOf(listed)), credits };
  }
}
