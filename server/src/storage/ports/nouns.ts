import type { AffiliateReads, AffiliateWrites } from './affiliate.ts';
import type { HeldReads } from './customer-export.ts';
import type { ErasureReads, ErasureWrites } from './erasure.ts';
import type { ExportReads } from './export.ts';
import type { ImportReads, ImportWrites } from './import.ts';
import type { MoneyReads, MoneyWrites } from './money.ts';
import type { ReportReads } from './report.ts';
import type { RetentionReads, RetentionWrites } from './retention.ts';
import type { SettingVersionReads } from './setting-version.ts';
import type { VisitorReads, VisitorWrites } from './visitor.ts';
import type { WebhookReads, WebhookWrites } from './webhook.ts';

// The parts of the port in this folder, combined.

export interface ReadsOfNouns
  extends AffiliateReads,
    ErasureReads,
    ExportReads,
    HeldReads,
    ImportReads,
    MoneyReads,
    ReportReads,
    RetentionReads,
    SettingVersionReads,
    VisitorReads,
    WebhookReads {}

export interface WritesOfNouns
  extends AffiliateWrites,
    ErasureWrites,
    ImportWrites,
    MoneyWrites,
    RetentionWrites,
    VisitorWrites,
    WebhookWrites {}
