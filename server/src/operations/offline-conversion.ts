import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttributionModel } from '../domain/attribution-models.ts';
import { invalid } from '../domain/failure.ts';
import { type OfflineExport, offlineExport } from '../domain/offline-export.ts';
import { type OfflinePlatform, offlinePlatforms, type Platform } from '../domain/offline-platforms.ts';
import { inTurns } from '../domain/pauses.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { type AskedPeriod, type ResolvedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';

export interface OfflineRequest extends AskedPeriod {
  readonly platform: OfflinePlatform;
  readonly model: AttributionModel;
  /** What the platform calls conversions of this kind. */
  readonly conversionName: string;
  /** What the platform calls the source of the events; empty where it asks for none. */
  readonly sourceId: string;
}

export interface OfflineConversions extends OfflineExport {
  readonly period: ResolvedPeriod;
  readonly settingsVersion: number;
}

/** The most that are held in memory at once; longer periods must be requested in parts. */
export const mostOfflineConversions = 20_000;

export type OfflineConversionOperations = ReturnType<typeof createOfflineConversionOperations>;

export function createOfflineConversionOperations({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  return {
    /**
     * What an advertising platform is told of the conversions of a period, or of those refunded in it. Fails with `invalid` for
     * a period that is impossible or has too many.
     */
    export(
      { organization }: Principal,
      request: OfflineRequest,
      ending?: AbortSignal,
    ): Promise<OfflineConversions> {
      const awaited = awaitedStore(store, ending);
      return withSteadyCredits(awaited, organization.id, async ({ settings, settingsVersion }) => {
        const { platform: name, model, conversionName, sourceId } = request;
        const platform: Platform = offlinePlatforms[name];
        const period = resolvePeriod(request, settings);
        const found = await awaited.read.offlineConversions(organization.id, {
          settingsVersion,
          model,
          period: { start: period.start, end: period.end },
          basis: platform.adjusts === undefined ? 'conversion' : 'refund',
          sharedKey: platform.adjusts ?? null,
          limit: mostOfflineConversions + 1,
        });
        if (found.length > mostOfflineConversions) {
          throw invalid(
            'periodEnd',
            `must be earlier: there are more than ${mostOfflineConversions} conversions`,
          );
        }
        const sha256 = (text: string) => hash('sha256', text);
        const options = { model, conversionName, sourceId, now: now(), sha256 };
        const exported = await inTurns(offlineExport(found, name, options), nextTurn);
        return { ...exported, period, settingsVersion };
      });
    },
  };
}
