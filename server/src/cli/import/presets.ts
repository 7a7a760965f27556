import { hubspotRow, hubspotUnknowns } from './hubspot.ts';
import type { ImportKind } from './kind.ts';
import type { PresetRow, TextsOfColumns } from './preset-row.ts';
import type { TimeForm } from './written-time.ts';

export interface Preset {
  readonly kind: ImportKind;
  readonly title: string;
  readonly rows: readonly PresetRow[];
  readonly times?: TimeForm;
  /** Only these records are imported. */
  readonly only?: TextsOfColumns;
  /** Texts that mean as little as an empty cell. */
  readonly unknowns?: readonly string[];
}

// Names of columns are compared without case, spaces and punctuation: `Lead Source`, `lead_source` and `leadSource` are the same.

const utm = {
  source: ['utm_source__c', 'utm_source'],
  medium: ['utm_medium__c', 'utm_medium'],
  campaign: ['utm_campaign__c', 'utm_campaign'],
  term: ['utm_term__c', 'utm_term'],
  content: ['utm_content__c', 'utm_content'],
};

const refundedAtStripe = ['refunded', 'partially refunded', 'partial refund'];

/** Exports of other programs, by the name of the preset. To add one, add an entry here. */
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
        needs: ['leadSource.createdTime'],
        needsLeadSource: true,
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
    unknowns: hubspotUnknowns,
    rows: [
      {
        needsLeadSource: true,
        ...hubspotRow({
          time: ['Time First Seen', 'hs_analytics_first_timestamp', 'Create Date', 'createdate'],
          category: [
            'Original Traffic Source',
            'Original Source',
            'Original Source Type',
            'hs_analytics_source',
          ],
          drillDowns: [
            [
              'Original Traffic Source Drill-Down 1',
              'Original Source Drill-Down 1',
              'hs_analytics_source_data_1',
            ],
            [
              'Original Traffic Source Drill-Down 2',
              'Original Source Drill-Down 2',
              'hs_analytics_source_data_2',
            ],
          ],
          path: ['First Page Seen', 'hs_analytics_first_url'],
          referrer: ['First Referring Site', 'hs_analytics_first_referrer'],
          clickId: ['Google ad click id', 'hs_google_click_id'],
        }),
      },
      {
        needs: ['Latest Traffic Source Date', 'Latest Source Date', 'hs_latest_source_timestamp'],
        ...hubspotRow({
          time: ['Latest Traffic Source Date', 'Latest Source Date', 'hs_latest_source_timestamp'],
          category: ['Latest Traffic Source', 'Latest Source', 'hs_latest_source'],
          drillDowns: [
            ['Latest Traffic Source Drill-Down 1', 'Latest Source Drill-Down 1', 'hs_latest_source_data_1'],
            ['Latest Traffic Source Drill-Down 2', 'Latest Source Drill-Down 2', 'hs_latest_source_data_2'],
          ],
          path: ['Last Page Seen', 'hs_analytics_last_url'],
          referrer: ['Last Referring Site', 'hs_analytics_last_referrer'],
        }),
      },
    ],
  },
  'salesforce-leads': {
    kind: 'touches',
    title: 'leads as in Salesforce reports and data exports',
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
    title: 'events as Google Analytics 4 exports them to BigQuery; only session starts are taken',
    times: 'unix-microseconds',
    only: { columns: ['event_name'], texts: ['session_start', 'first_visit'] },
    rows: [
      {
        columns: {
          customerId: ['user_id', 'user_pseudo_id'],
          occurredTime: ['event_timestamp'],
          // Not `traffic_source`, which says what brought the user first, whatever brought this session.
          source: ['collected_traffic_source.manual_source'],
          medium: ['collected_traffic_source.manual_medium'],
          campaign: ['collected_traffic_source.manual_campaign_name'],
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
    title: 'payments as the Stripe dashboard exports them, less refunds; failed ones are left out',
    only: { columns: ['Status'], texts: ['paid', 'succeeded', ...refundedAtStripe] },
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
        deduction: {
          columns: ['Amount Refunded', 'amount_refunded'],
          requiredBy: { columns: ['Status'], texts: refundedAtStripe },
        },
      },
    ],
  },
} satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
