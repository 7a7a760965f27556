// Connects each route with the operations that answer it.

import type { Config } from './config.ts';
import { reportRoutes } from './http/report-routes.ts';
import type { Route } from './http/route.ts';
import { affiliateSettingsRoutes } from './http/routes/affiliate-settings.ts';
import { apiKeyRoutes } from './http/routes/api-key.ts';
import { attributionSettingsRoutes } from './http/routes/attribution-settings.ts';
import { channelRulesRoutes } from './http/routes/channel-rules.ts';
import { conversionRoutes } from './http/routes/conversion.ts';
import { customerRoutes } from './http/routes/customer.ts';
import { customerExportRoutes } from './http/routes/customer-export.ts';
import { erasureRoutes } from './http/routes/erasure.ts';
import { exportRoutes } from './http/routes/export.ts';
import { importRoutes } from './http/routes/import.ts';
import { jobRoutes } from './http/routes/job.ts';
import { landingSettingsRoutes } from './http/routes/landing-settings.ts';
import { leadSourceRoutes } from './http/routes/lead-source.ts';
import { privacySettingsRoutes } from './http/routes/privacy-settings.ts';
import { settingChangeRoutes } from './http/routes/setting-change.ts';
import { spendRoutes } from './http/routes/spend.ts';
import { timelineRoutes } from './http/routes/timeline.ts';
import { tokenRoutes } from './http/routes/token.ts';
import { touchRoutes } from './http/routes/touch.ts';
import { visitorRoutes } from './http/routes/visitor.ts';
import { webhookRoutes } from './http/routes/webhook.ts';
import { webhookDeliveryRoutes } from './http/routes/webhook-delivery.ts';
import { createAffiliateSettingsOperations } from './operations/affiliate-settings.ts';
import { createApiKeyOperations } from './operations/api-key.ts';
import { createAttributionSettingsOperations } from './operations/attribution-settings.ts';
import type { Authentication } from './operations/authentication.ts';
import type { Channels } from './operations/channel.ts';
import { createChannelRulesOperations } from './operations/channel-rules.ts';
import type { OperationContext } from './operations/context.ts';
import { createConversionOperations } from './operations/conversion.ts';
import { createCustomerOperations } from './operations/customer.ts';
import { createCustomerExportOperations } from './operations/customer-export.ts';
import { createExportOperations } from './operations/export.ts';
import { createJobOperations } from './operations/job.ts';
import type { Landings } from './operations/landing.ts';
import { createLandingSettingsOperations } from './operations/landing-settings.ts';
import { createLeadSourceOperations } from './operations/lead-source.ts';
import { createSettingChangeOperations } from './operations/setting-change.ts';
import { createSpendOperations } from './operations/spend.ts';
import { createTimelineOperations } from './operations/timeline.ts';
import type { TokenOperations } from './operations/token.ts';
import { createTouchOperations } from './operations/touch.ts';
import { createVisitorOperations } from './operations/visitor.ts';
import { createWebhookOperations } from './operations/webhook.ts';
import { createWebhookDeliveryOperations } from './operations/webhook-delivery.ts';
import type { Upkeep } from './upkeep.ts';
import type { Telling } from './webhooks/telling.ts';

export interface RouteParts {
  readonly tokens: TokenOperations;
  readonly authentication: Authentication;
  readonly telling: Telling;
  readonly channels: Channels;
  readonly landings: Landings;
  readonly upkeep: Upkeep;
  readonly idleMilliseconds: number;
}

export function routesOf(
  config: Config,
  context: OperationContext,
  { tokens, authentication, telling, upkeep, channels, landings, idleMilliseconds }: RouteParts,
): readonly Route[] {
  const { now } = context;
  return [
    ...leadSourceRoutes(createLeadSourceOperations(context, landings), {
      replaceStatus: config.putReplaceStatus,
    }),
    ...visitorRoutes(createVisitorOperations(context), now),
    ...touchRoutes(createTouchOperations(context, channels, landings), upkeep.imports, {
      idleMilliseconds,
      now,
    }),
    ...erasureRoutes(upkeep.erasures),
    ...importRoutes(upkeep.imports),
    ...privacySettingsRoutes(upkeep.privacySettings),
    ...conversionRoutes(createConversionOperations(context, channels), { idleMilliseconds, now }),
    ...spendRoutes(createSpendOperations(context)),
    ...timelineRoutes(createTimelineOperations(context)),
    ...customerRoutes(createCustomerOperations(context, landings)),
    ...customerExportRoutes(createCustomerExportOperations(context, channels)),
    ...exportRoutes(createExportOperations(context, channels)),
    ...apiKeyRoutes(createApiKeyOperations(context, authentication.forget), now),
    ...tokenRoutes(tokens),
    ...ownSettingRoutes(context, channels, landings),
    ...attributionSettingsRoutes(createAttributionSettingsOperations(context, upkeep.noteJob)),
    ...jobRoutes(createJobOperations(context, { types: upkeep.jobTypes, onJob: upkeep.noteJob })),
    ...webhookRoutes(createWebhookOperations(context, telling)),
    ...reportRoutes(context, channels),
    ...webhookDeliveryRoutes(createWebhookDeliveryOperations(context, telling)),
  ];
}

/** What organizations decide for themselves. */
function ownSettingRoutes(
  context: OperationContext,
  channels: Channels,
  landings: Landings,
): readonly Route[] {
  const forget = (organizationId: string) => {
    channels.forget(organizationId);
    landings.forget(organizationId);
  };
  return [
    ...channelRulesRoutes(createChannelRulesOperations(context, channels)),
    ...landingSettingsRoutes(createLandingSettingsOperations(context, forget)),
    ...affiliateSettingsRoutes(createAffiliateSettingsOperations(context)),
    ...settingChangeRoutes(createSettingChangeOperations(context)),
  ];
}
