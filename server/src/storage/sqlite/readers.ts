import { creditVersionReads } from '../queries/credit-version.ts';
import type { Reads } from '../store.ts';
import { ApiKeyReader } from './api-key.ts';
import { type Connection, query } from './connection.ts';
import { ConversionReader } from './conversion.ts';
import { CustomerReader } from './customer.ts';
import { HeldReader } from './customer-export.ts';
import { ErasureReader } from './erasure.ts';
import { EventReader } from './event.ts';
import { ExportReader } from './export.ts';
import { ImportReader } from './import.ts';
import { Interning } from './interning.ts';
import { JobReader } from './job.ts';
import { OrganizationReader } from './organization.ts';
import { ReportReader } from './report.ts';
import { RetentionReader } from './retention.ts';
import { SettingChangeReader } from './setting-change.ts';
import { SettingVersionReader } from './setting-version.ts';
import { SigningKeyReader } from './signing-key.ts';
import { SpendReader } from './spend.ts';
import { TimelineReader } from './timeline.ts';
import { TouchReader } from './touch.ts';
import { VisitorReader } from './visitor.ts';
import { WebhookReader } from './webhook.ts';
import { WebhookDeliveryReader } from './webhook-delivery.ts';

/** All readers on one connection. */
export function createReaders(connection: Connection) {
  const interning = new Interning(connection);
  const touches = new TouchReader(connection, interning);
  return {
    interning,
    touches,
    erasures: new ErasureReader(connection),
    imports: new ImportReader(connection),
    retention: new RetentionReader(connection),
    customers: new CustomerReader(connection, touches),
    visitors: new VisitorReader(connection, touches),
    organizations: new OrganizationReader(connection),
    apiKeys: new ApiKeyReader(connection),
    signingKeys: new SigningKeyReader(connection),
    events: new EventReader(connection),
    exports: new ExportReader(connection, interning),
    held: new HeldReader(connection),
    settingVersions: new SettingVersionReader(connection),
    timelines: new TimelineReader(connection, touches, interning),
    settingChanges: new SettingChangeReader(connection),
    reports: new ReportReader(connection),
    conversions: new ConversionReader(connection),
    jobs: new JobReader(connection),
    spend: new SpendReader(connection),
    creditVersions: connection.prepare(creditVersionReads(query).list),
    webhooks: new WebhookReader(connection),
    webhookDeliveries: new WebhookDeliveryReader(connection),
  };
}

export type Readers = ReturnType<typeof createReaders>;

/** A read of the port as it is done with these readers. */
export type ReadOn<Kind extends keyof Reads> = (
  readers: Readers,
  ...parameters: Parameters<Reads[Kind]>
) => Awaited<ReturnType<Reads[Kind]>>;
