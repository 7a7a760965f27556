import type { ImportKind } from './kind.ts';
import type { TimeForm } from './written-time.ts';

/** What one record becomes, of which it may become several. */
export interface PresetRow {
  /** For each field, the columns that may have it: the first with something in it is taken. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly constants?: Readonly<Record<string, string>>;
  /** Records without anything in these columns do not become this row, and nothing is wrong with them. */
  readonly needs?: readonly string[];
}

export interface Preset {
  readonly kind: ImportKind;
  readonly title: string;
  readonly rows: readonly PresetRow[];
  readonly times?: TimeForm;
  /** Only records with one of these texts in the column, in whatever case, are meant. */
  readonly only?: { readonly columns: readonly string[]; readonly texts: readonly string[] };
}

// Names of columns are compared without case, spaces and punctuation: `Lead Source`, `lead_source` and `leadSource` are one.

const utm = {
  source: ['utm_source__c', 'utm_source'],
  medium: ['utm_medium__c', 'utm_medium'],
  campaign: ['utm_campaign__c', 'utm_campaign'],
  term: ['utm_term__c', 'utm_term'],
  content: ['utm_content__c', 'utm_content'],
};

/** Exports of other programs, by the name of the preset. A new one is a new entry here. */
export const presets = {
  'rebilly-customers': {
    kind: 'touches',
    title: 'customers as Rebilly exports them, with their lead sources',
    rows: [
      {
        needs: ['original.createdTime', 'leadSource.original.createdTime'],
        columns: {
          customerId: ['id', 'customerId'],
          occurredTime: ['leadSource.original.createdTime', 'original.createdTime'],
          medium: ['leadSource.original.medium', 'original.medium'],
          source: ['leadSource.original.source', 'original.source'],
          campaign: ['leadSource.original.campaign', 'original.campaign'],
          term: ['leadSource.original.term', 'original.term'],
          content: ['leadSource.original.content', 'original.content'],
          affiliate: ['leadSource.original.affiliate', 'original.affiliate'],
          subAffiliate: ['leadSource.original.subAffiliate', 'original.subAffiliate'],
          salesAgent: ['leadSource.original.salesAgent', 'original.salesAgent'],
          clickId: ['leadSource.original.clickId', 'original.clickId'],
          path: ['leadSource.original.path', 'original.path'],
          referrer: ['leadSource.original.referrer', 'original.referrer'],
        },
      },
      {
        columns: {
          customerId: ['id', 'customerId'],
          occurredTime: ['leadSource.createdTime', 'createdTime', 'customer.createdTime'],
          medium: ['leadSource.medium', 'medium'],
          source: ['leadSource.source', 'source'],
          campaign: ['leadSource.campaign', 'campaign'],
          term: ['leadSource.term', 'term'],
          content: ['leadSource.content', 'content'],
          affiliate: ['leadSource.affiliate', 'affiliate'],
          subAffiliate: ['leadSource.subAffiliate', 'subAffiliate'],
          salesAgent: ['leadSource.salesAgent', 'salesAgent'],
          clickId: ['leadSource.clickId', 'clickId'],
          path: ['leadSource.path', 'path'],
          referrer: ['leadSource.referrer', 'referrer'],
        },
      },
    ],
  },
  'hubspot-contacts': {
    kind: 'touches',
    title: 'contacts as HubSpot exports them: the original and the latest traffic source of each',
    rows: [
      {
        columns: {
          customerId: ['Record ID', 'Record ID - Contact', 'Contact ID', 'hs_object_id'],
          occurredTime: ['Time First Seen', 'hs_analytics_first_timestamp', 'Create Date', 'createdate'],
          medium: [
            'Original Traffic Source',
            'Original Source',
            'Original Source Type',
            'hs_analytics_source',
          ],
          source: [
            'Original Traffic Source Drill-Down 1',
            'Original Source Drill-Down 1',
            'hs_analytics_source_data_1',
          ],
          campaign: [
            'Original Traffic Source Drill-Down 2',
            'Original Source Drill-Down 2',
            'hs_analytics_source_data_2',
          ],
          path: ['First Page Seen', 'hs_analytics_first_url'],
          referrer: ['First Referring Site', 'hs_analytics_first_referrer'],
          clickId: ['Google ad click id', 'hs_google_click_id'],
          salesAgent: ['Contact owner', 'hubspot_owner_id'],
        },
      },
      {
        needs: ['Latest Traffic Source Date', 'Latest Source Date', 'hs_latest_source_timestamp'],
        columns: {
          customerId: ['Record ID', 'Record ID - Contact', 'Contact ID', 'hs_object_id'],
          occurredTime: ['Latest Traffic Source Date', 'Latest Source Date', 'hs_latest_source_timestamp'],
          medium: ['Latest Traffic Source', 'Latest Source', 'hs_latest_source'],
          source: [
            'Latest Traffic Source Drill-Down 1',
            'Latest Source Drill-Down 1',
            'hs_latest_source_data_1',
          ],
          campaign: [
            'Latest Traffic Source Drill-Down 2',
            'Latest Source Drill-Down 2',
            'hs_latest_source_data_2',
          ],
          path: ['Last Page Seen', 'hs_analytics_last_url'],
          referrer: ['Last Referring Site', 'hs_analytics_last_referrer'],
          salesAgent: ['Contact owner', 'hubspot_owner_id'],
        },
      },
    ],
  },
  'salesforce-leads': {
    kind: 'touches',
    title: 'leads as Salesforce reports and its data export have them',
    rows: [
      {
        columns: {
          customerId: ['Lead ID', 'Id'],
          occurredTime: ['Create Date', 'Created Date', 'CreatedDate'],
          ...utm,
          source: [...utm.source, 'Lead Source', 'LeadSource'],
          campaign: [...utm.campaign, 'Campaign', 'Campaign Name'],
          clickId: ['gclid__c', 'gclid'],
          path: ['landing_page__c', 'Landing Page', 'landing_page'],
          referrer: ['referrer__c', 'Referrer', 'Referring URL'],
          salesAgent: ['Lead Owner', 'Owner', 'Owner.Name', 'OwnerId'],
        },
      },
    ],
  },
  'ga4-bigquery': {
    kind: 'touches',
    title:
      'events as Google Analytics 4 exports them to BigQuery, of which the beginnings of sessions are taken',
    times: 'unix-microseconds',
    only: { columns: ['event_name'], texts: ['session_start', 'first_visit'] },
    rows: [
      {
        columns: {
          customerId: ['user_id', 'user_pseudo_id'],
          occurredTime: ['event_timestamp'],
          source: ['collected_traffic_source.manual_source', 'traffic_source.source'],
          medium: ['collected_traffic_source.manual_medium', 'traffic_source.medium'],
          campaign: ['collected_traffic_source.manual_campaign_name', 'traffic_source.name'],
          term: ['collected_traffic_source.manual_term'],
          content: ['collected_traffic_source.manual_content'],
          clickId: ['collected_traffic_source.gclid', 'event_params.gclid'],
          path: ['event_params.page_location'],
          referrer: ['event_params.page_referrer'],
        },
      },
    ],
  },
  'stripe-payments': {
    kind: 'conversions',
    title: 'payments as the Stripe dashboard exports them; those that failed are left out',
    only: { columns: ['Status'], texts: ['paid', 'succeeded', 'refunded', 'partially refunded'] },
    rows: [
      {
        columns: {
          id: ['id'],
          customerId: ['Customer ID', 'customer'],
          occurredTime: ['Created date (UTC)', 'Created (UTC)', 'created_utc', 'created'],
          amount: ['Amount'],
          currency: ['Currency'],
          orderId: ['Invoice ID', 'PaymentIntent ID', 'invoice'],
        },
        constants: { type: 'payment' },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
