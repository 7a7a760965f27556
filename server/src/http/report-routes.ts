import { createAffiliateStatementOperations } from '../operations/affiliate-statement.ts';
import { createAttributionReportOperations } from '../operations/attribution-report.ts';
import type { Channels } from '../operations/channel.ts';
import type { OperationContext } from '../operations/context.ts';
import { createExplanationOperations } from '../operations/explanation.ts';
import { createJourneyReportOperations } from '../operations/journey.ts';
import { createOfflineConversionOperations } from '../operations/offline-conversion.ts';
import { createPublishedReportOperations } from '../operations/published-report.ts';
import type { Route } from './route.ts';
import { affiliateStatementRoutes } from './routes/affiliate-statement.ts';
import { attributionReportRoutes } from './routes/attribution-report.ts';
import { explanationRoutes } from './routes/explanation.ts';
import { journeyReportRoutes } from './routes/journey.ts';
import { offlineConversionRoutes } from './routes/offline-conversion.ts';
import { publishedReportRoutes } from './routes/published-report.ts';

/** Composes the routes of all reports. */
export function reportRoutes(context: OperationContext, channels: Channels): readonly Route[] {
  const reports = createAttributionReportOperations(context, channels);
  return [
    ...attributionReportRoutes(reports),
    ...publishedReportRoutes(createPublishedReportOperations(context, channels, reports)),
    ...journeyReportRoutes(createJourneyReportOperations(context, channels)),
    ...affiliateStatementRoutes(createAffiliateStatementOperations(context)),
    ...offlineConversionRoutes(createOfflineConversionOperations(context)),
    ...explanationRoutes(createExplanationOperations(context, channels)),
  ];
}
