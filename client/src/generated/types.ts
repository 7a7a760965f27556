// Made from the OpenAPI document by `npm run generate-client`; change the routes, not this file.

import type { Call, LineAnswers, Pages } from '../call.ts';
import type { CallOptions } from '../options.ts';

export interface LeadSource {
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium: string | null;
  /** Domain, platform or channel the lead came from. */
  source: string | null;
  /** Name of the campaign. */
  campaign: string | null;
  /** Search term. */
  term: string | null;
  /** What was shown: a graphic, a video, a variant. */
  content: string | null;
  /** Affiliate who sent the lead. */
  affiliate: string | null;
  /** Partner of the affiliate. */
  subAffiliate: string | null;
  /** Person who won the lead. */
  salesAgent: string | null;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId: string | null;
  /** URL on which the lead was recorded. */
  path: string | null;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer: string | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  /** The first lead source this customer ever had. */
  original: {
    /** Category of the traffic, such as `organic` or `cpc`. */
    medium: string | null;
    /** Domain, platform or channel the lead came from. */
    source: string | null;
    /** Name of the campaign. */
    campaign: string | null;
    /** Search term. */
    term: string | null;
    /** What was shown: a graphic, a video, a variant. */
    content: string | null;
    /** Affiliate who sent the lead. */
    affiliate: string | null;
    /** Partner of the affiliate. */
    subAffiliate: string | null;
    /** Person who won the lead. */
    salesAgent: string | null;
    /** Id of the click, given by the ad platform or affiliate network. */
    clickId: string | null;
    /** URL on which the lead was recorded. */
    path: string | null;
    /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
    referrer: string | null;
    /** When it was created. */
    createdTime: string;
    /** When it last changed. */
    updatedTime: string;
  };
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self' | 'customer';
  }>;
}

export interface Customer {
  id: string;
  websiteId: string | null;
  /** Anything you want to keep with a customer, up to 16 KiB of JSON. */
  customFields: Record<string, unknown>;
  /** Grows with every change of the customer or its lead source. */
  revision: number;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  organizationId: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self' | 'leadSource';
  }>;
  /** Only with `expand`. */
  _embedded?:
    | {
        leadSource?: LeadSource | null | undefined;
      }
    | undefined;
}

export interface Touch {
  id: string;
  /** When the lead came. */
  occurredTime: string;
  /** When it was recorded. */
  recordedTime: string;
  position: 'original' | 'intermediary' | 'most-recent';
  /** By the channel rules in force. */
  channel: string;
  origin: 'api' | 'capture' | 'import';
  /** Who recorded it: the id of an API key, or the subject of a token (after its issuer and a space, if that is another issuer). */
  actor: string;
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium: string | null;
  /** Domain, platform or channel the lead came from. */
  source: string | null;
  /** Name of the campaign. */
  campaign: string | null;
  /** Search term. */
  term: string | null;
  /** What was shown: a graphic, a video, a variant. */
  content: string | null;
  /** Affiliate who sent the lead. */
  affiliate: string | null;
  /** Partner of the affiliate. */
  subAffiliate: string | null;
  /** Person who won the lead. */
  salesAgent: string | null;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId: string | null;
  /** URL on which the lead was recorded. */
  path: string | null;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer: string | null;
  /** For a captured touch: fields that were too long and have been cut. Absent if there are none. */
  truncated?:
    | Array<
        | 'medium'
        | 'source'
        | 'campaign'
        | 'term'
        | 'content'
        | 'affiliate'
        | 'subAffiliate'
        | 'salesAgent'
        | 'clickId'
        | 'path'
        | 'referrer'
      >
    | undefined;
}

export interface ExportedTouch {
  customerId: string;
  id: string;
  /** When the lead came. */
  occurredTime: string;
  /** When it was recorded. */
  recordedTime: string;
  position: 'original' | 'intermediary' | 'most-recent';
  /** By the channel rules in force. */
  channel: string;
  origin: 'api' | 'capture' | 'import';
  /** Who recorded it: the id of an API key, or the subject of a token (after its issuer and a space, if that is another issuer). */
  actor: string;
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium: string | null;
  /** Domain, platform or channel the lead came from. */
  source: string | null;
  /** Name of the campaign. */
  campaign: string | null;
  /** Search term. */
  term: string | null;
  /** What was shown: a graphic, a video, a variant. */
  content: string | null;
  /** Affiliate who sent the lead. */
  affiliate: string | null;
  /** Partner of the affiliate. */
  subAffiliate: string | null;
  /** Person who won the lead. */
  salesAgent: string | null;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId: string | null;
  /** URL on which the lead was recorded. */
  path: string | null;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer: string | null;
}

export interface ExportedCustomer {
  id: string;
  websiteId: string | null;
  /** Anything you want to keep with a customer, up to 16 KiB of JSON. */
  customFields: Record<string, unknown>;
  /** Grows with every change of the customer or its lead source. */
  revision: number;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  leadSource: {
    /** Category of the traffic, such as `organic` or `cpc`. */
    medium: string | null;
    /** Domain, platform or channel the lead came from. */
    source: string | null;
    /** Name of the campaign. */
    campaign: string | null;
    /** Search term. */
    term: string | null;
    /** What was shown: a graphic, a video, a variant. */
    content: string | null;
    /** Affiliate who sent the lead. */
    affiliate: string | null;
    /** Partner of the affiliate. */
    subAffiliate: string | null;
    /** Person who won the lead. */
    salesAgent: string | null;
    /** Id of the click, given by the ad platform or affiliate network. */
    clickId: string | null;
    /** URL on which the lead was recorded. */
    path: string | null;
    /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
    referrer: string | null;
    /** When it was created. */
    createdTime: string;
    /** When it last changed. */
    updatedTime: string;
    /** The first lead source this customer ever had. */
    original: {
      /** Category of the traffic, such as `organic` or `cpc`. */
      medium: string | null;
      /** Domain, platform or channel the lead came from. */
      source: string | null;
      /** Name of the campaign. */
      campaign: string | null;
      /** Search term. */
      term: string | null;
      /** What was shown: a graphic, a video, a variant. */
      content: string | null;
      /** Affiliate who sent the lead. */
      affiliate: string | null;
      /** Partner of the affiliate. */
      subAffiliate: string | null;
      /** Person who won the lead. */
      salesAgent: string | null;
      /** Id of the click, given by the ad platform or affiliate network. */
      clickId: string | null;
      /** URL on which the lead was recorded. */
      path: string | null;
      /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
      referrer: string | null;
      /** When it was created. */
      createdTime: string;
      /** When it last changed. */
      updatedTime: string;
    };
  } | null;
}

/** Everything that is stored about a customer. */
export interface CustomerHoldings {
  /** When the export began. */
  exportedTime: string;
  customer: Customer;
  leadSource: LeadSource | null;
  /** Ids that stand for the customer because they were merged into it. */
  aliases: Array<{
    id: string | null;
  }>;
  /** Every lead source, in the order in which they were recorded. */
  touches: Array<{
    id: string | null;
    occurredTime: string | null;
    recordedTime: string | null;
    position: string | null;
    channel: string | null;
    origin: string | null;
    actor: string | null;
    medium: string | null;
    source: string | null;
    campaign: string | null;
    term: string | null;
    content: string | null;
    affiliate: string | null;
    subAffiliate: string | null;
    salesAgent: string | null;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    referrerHost: string | null;
    clickIdKind: string | null;
    importId: string | null;
    visitorId: string | null;
  }>;
  /** Browsers linked to the customer, and from when on. */
  visitors: Array<{
    visitorId: string | null;
    linkedAs: string | null;
    actor: string | null;
    linkedTime: string | null;
    lastSeenTime: string | null;
  }>;
  /** Merges and removals, and when the customers merged into this one were created. */
  timeline: Array<{
    type: string | null;
    cause: string | null;
    actor: string | null;
    mergedCustomerId: string | null;
    occurredTime: string | null;
  }>;
  /** What the customer paid. */
  conversions: Array<{
    id: string | null;
    type: string | null;
    currency: string | null;
    orderId: string | null;
    actor: string | null;
    amount: string | null;
    refundedAmount: string | null;
    metadata: unknown;
    isFirst: boolean | null;
    occurredTime: string | null;
    createdTime: string | null;
    updatedTime: string | null;
  }>;
  /** What was given back. */
  refunds: Array<{
    id: string | null;
    conversionId: string | null;
    currency: string | null;
    actor: string | null;
    amount: string | null;
    occurredTime: string | null;
    createdTime: string | null;
  }>;
  /** What each model credits to a touch for a conversion; without a touch if none led to it. */
  credits: Array<{
    conversionId: string | null;
    currency: string | null;
    touchId: string | null;
    settingsVersion: number | null;
    credits: {
      first: {
        weight: number | null;
        amount: string | null;
      };
      last: {
        weight: number | null;
        amount: string | null;
      };
      'last-non-direct': {
        weight: number | null;
        amount: string | null;
      };
      linear: {
        weight: number | null;
        amount: string | null;
      };
      'position-based': {
        weight: number | null;
        amount: string | null;
      };
      'time-decay': {
        weight: number | null;
        amount: string | null;
      };
    };
  }>;
  /** What each model takes back from a touch for a refund. */
  refundCredits: Array<{
    refundId: string | null;
    currency: string | null;
    touchId: string | null;
    settingsVersion: number | null;
    credits: {
      first: {
        amount: string | null;
      };
      last: {
        amount: string | null;
      };
      'last-non-direct': {
        amount: string | null;
      };
      linear: {
        amount: string | null;
      };
      'position-based': {
        amount: string | null;
      };
      'time-decay': {
        amount: string | null;
      };
    };
  }>;
  /** What has been stated to affiliates so far about conversions of closed periods. */
  statedConversions: Array<{
    conversionId: string | null;
    periodId: string | null;
    currency: string | null;
    affiliate: string | null;
    subAffiliate: string | null;
    clickId: string | null;
    conversions: number | null;
    gross: string | null;
    refunds: string | null;
  }>;
  /** Lines of closed statements for affiliates that name a click of the customer. */
  statementLines: Array<{
    periodId: string | null;
    causes: string | null;
    currency: string | null;
    affiliate: string | null;
    subAffiliate: string | null;
    clickId: string | null;
    line: number | null;
    touches: number | null;
    customers: number | null;
    conversions: number | null;
    gross: string | null;
    refunds: string | null;
  }>;
  /** Requests about the customer with an `Idempotency-Key`, and their answers. */
  answers: Array<{
    idempotencyKey: string | null;
    route: string | null;
    contentDigest: string | null;
    answer: unknown;
    createdTime: string | null;
  }>;
  /** Changes that are not on their way to webhooks yet. */
  events: Array<{
    type: string | null;
    cause: string | null;
    sequence: number | null;
    occurredTime: string | null;
    currentTouchId: string | null;
    previousTouchId: string | null;
    originalTouchId: string | null;
    mergedCustomerId: string | null;
  }>;
  /** Changes on their way to webhooks, or delivered to them. */
  webhookDeliveries: Array<{
    id: string | null;
    webhookId: string | null;
    status: string | null;
    url: string | null;
    error: string | null;
    response: string | null;
    type: string | null;
    cause: string | null;
    sequence: number | null;
    occurredTime: string | null;
    currentTouchId: string | null;
    previousTouchId: string | null;
    originalTouchId: string | null;
    mergedCustomerId: string | null;
    attempts: number | null;
    responseStatus: number | null;
    durationMilliseconds: number | null;
    nextTime: string | null;
    initiatedTime: string | null;
    createdTime: string | null;
    updatedTime: string | null;
  }>;
}

export interface ApiKey {
  id: string;
  type: 'secret' | 'publishable';
  /** What the key is for. */
  description: string | null;
  /** The permissions that are granted. */
  acl: Array<
    | 'lead-sources:read'
    | 'lead-sources:write'
    | 'customers:read'
    | 'customers:write'
    | 'conversions:read'
    | 'conversions:write'
    | 'reports:read'
    | 'reports:write'
    | 'settings:read'
    | 'settings:write'
    | 'api-keys:read'
    | 'api-keys:write'
    | 'webhooks:read'
    | 'webhooks:write'
    | 'capture:write'
    | 'privacy:write'
    | '*'
  >;
  /** Addresses or CIDR ranges the key may be used from; empty: any. */
  allowedIps: string[];
  /** Web origins a publishable key may be used from; empty: any. */
  allowedOrigins: string[];
  /** From this time on, the key is refused. Null: never. */
  expiresTime: string | null;
  /** Updated at most once a minute. For a secret key, accurate to that; for a publishable key, the time of its last recorded visit, which shows a minute late if another came right before. */
  lastUsedTime: string | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
}

export interface NewApiKey {
  id: string;
  type: 'secret' | 'publishable';
  /** What the key is for. */
  description: string | null;
  /** The permissions that are granted. */
  acl: Array<
    | 'lead-sources:read'
    | 'lead-sources:write'
    | 'customers:read'
    | 'customers:write'
    | 'conversions:read'
    | 'conversions:write'
    | 'reports:read'
    | 'reports:write'
    | 'settings:read'
    | 'settings:write'
    | 'api-keys:read'
    | 'api-keys:write'
    | 'webhooks:read'
    | 'webhooks:write'
    | 'capture:write'
    | 'privacy:write'
    | '*'
  >;
  /** Addresses or CIDR ranges the key may be used from; empty: any. */
  allowedIps: string[];
  /** Web origins a publishable key may be used from; empty: any. */
  allowedOrigins: string[];
  /** From this time on, the key is refused. Null: never. */
  expiresTime: string | null;
  /** Updated at most once a minute. For a secret key, accurate to that; for a publishable key, the time of its last recorded visit, which shows a minute late if another came right before. */
  lastUsedTime: string | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
  /** The key itself, shown only once. Present for a secret key. */
  secretKey?: string | undefined;
  /** The key itself, shown only once. Present for a publishable key. */
  publishableKey?: string | undefined;
}

export interface Token {
  /** A JSON Web Token for the Authorization header. */
  token: string;
  /** When it expires, which is never later than its maker does. */
  expiresTime: string;
  subject: string;
  /** The permissions that are granted. */
  permissions: Array<
    | 'lead-sources:read'
    | 'lead-sources:write'
    | 'customers:read'
    | 'customers:write'
    | 'conversions:read'
    | 'conversions:write'
    | 'reports:read'
    | 'reports:write'
    | 'settings:read'
    | 'settings:write'
    | 'api-keys:read'
    | 'api-keys:write'
    | 'webhooks:read'
    | 'webhooks:write'
    | 'capture:write'
    | 'privacy:write'
    | '*'
  >;
}

export interface ChannelRules {
  /** Grows with every change. */
  version: number;
  /** The first rule that holds gives the channel; if none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All of them must hold; without any, the rule holds for every touch. */
    when: Array<{
      field:
        | 'medium'
        | 'source'
        | 'campaign'
        | 'term'
        | 'content'
        | 'affiliate'
        | 'subAffiliate'
        | 'salesAgent'
        | 'referrerHost'
        | 'clickIdKind'
        | 'siteClass'
        | 'paid'
        | 'shoppingCampaign';
      op: 'equals' | 'startsWith' | 'endsWith' | 'contains' | 'in' | 'isNull';
      /** A text, compared without case; with `in` an array of texts, with `isNull` absent; true or false for `paid` and `shoppingCampaign`, which take `equals`. */
      value?: string | string[] | boolean | undefined;
      /** Negates the condition. */
      not?: boolean | undefined;
    }>;
  }>;
  /** Whether these are the defaults of the program. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface ChannelMoves {
  /** Version of the rules in force, with which the others are compared. */
  version: number;
  periodStart: string;
  /** How many touches occurred since then. */
  touches: number;
  /** How many of them would stay in their channel. */
  unchanged: number;
  /** From which channel to which, the largest first. */
  moves: Array<{
    from: string;
    to: string;
    touches: number;
    /** What most of the touches that would move have in common. */
    examples: Array<{
      touches: number;
      medium: string | null;
      source: string | null;
      campaign: string | null;
      term: string | null;
      content: string | null;
      affiliate: string | null;
      subAffiliate: string | null;
      salesAgent: string | null;
      referrerHost: string | null;
      clickIdKind: string | null;
    }>;
  }>;
}

export interface LandingSettings {
  /** Grows with every change. */
  version: number;
  /** In addition to the page's own host: a referrer there merely continues a visit. A host includes those below it. */
  ownHosts: string[];
  /** Such as payment and sign-in pages: a referrer there merely continues a visit. A host includes those below it. */
  excludedHosts: string[];
  /** Campaign parameters that are read in addition to `utm_*`. */
  parameterFamilies: Array<'matomo' | 'hubspot' | 'plain'>;
  /** Parameters of affiliate networks; of several, the first in this list counts. */
  affiliateParameters: Array<{
    name: string;
    field: 'affiliate' | 'clickId';
  }>;
  urlPolicy: {
    /** What is kept of the query of a URL: nothing, the allowed parameters, or everything. */
    query: 'strip' | 'allow-list' | 'keep';
    /** Kept with `allow-list`, compared without case. */
    allowedParameters: string[];
    /** Their values are never kept. `*part*` matches any name that contains it. */
    redactedParameters: string[];
    /** Whether this also applies to the path and the referrer of lead sources that callers write. */
    appliesToApi: boolean;
  };
  /** Whether these are the defaults of the program. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface PrivacySettings {
  /** Grows with every change. */
  version: number;
  /** Touches that occurred this many days ago, or earlier, are removed as if they had never been recorded. Null: never. */
  removeTouchesAfterDays: number | null;
  /** Touches that occurred this many days ago, or earlier, lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays: number | null;
  /** Visitors who are not linked to a customer are forgotten this many days after they were last seen; 400 by default. */
  forgetVisitorsAfterDays: number;
  /** Whether these are the defaults of the program. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface RetentionDryRun {
  removeBefore: string | null;
  stripBefore: string | null;
  touchesToRemove: number;
  /** Only those that have something to lose. */
  touchesToStrip: number;
  /** Customers with any touch that would be removed or stripped. */
  customers: number;
  /** Visitors who are not linked to a customer, and have not been seen for that long. Their touches go with them. */
  visitorsToForget: number;
}

export interface Erased {
  erasedTime: string;
  /** Touches that no longer belong to anybody. */
  touches: number;
  /** Ids that stood for the customer. */
  aliases: number;
  /** Conversions that no longer belong to anybody. */
  conversions: number;
  /** Refunds of these conversions. */
  refunds: number;
  /** Visitors that were linked to the customer. */
  visitors: number;
  /** Events and deliveries of webhooks. */
  deliveries: number;
  /** Answers stored for repeated requests. */
  answers: number;
}

export interface LineOutcome {
  /** Its place in the body, counted from 1. */
  line: number;
  /** As for a request of its own: 201, 200 if it was there already, 503 to try again. */
  status: number;
  customerId?: string | undefined;
  /** The id of the touch or the conversion. */
  id?: string | undefined;
  invalidFields?:
    | Array<{
        /** In dot notation. */
        field: string;
        message: string;
      }>
    | undefined;
  detail?: string | undefined;
}

export interface Conversion {
  id: string;
  customerId: string;
  /** When it occurred. */
  occurredTime: string;
  type: string | null;
  /** With as many decimals as the currency has. */
  amount: string;
  currency: string;
  /** How much of it was given back. */
  refundedAmount: string;
  /** What is left of it after refunds. */
  netAmount: string;
  orderId: string | null;
  /** Anything you want to keep with a conversion, up to 16 KiB of JSON. */
  metadata: Record<string, unknown>;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self' | 'customer' | 'refunds';
  }>;
}

export interface Refund {
  id: string;
  conversionId: string;
  /** With as many decimals as the currency has. */
  amount: string;
  currency: string;
  /** When it was given back. */
  occurredTime: string;
  /** When it was recorded. */
  createdTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'conversion';
  }>;
}

export interface Spend {
  /** A day in the reporting time zone. */
  date: string;
  /** As in reports; null if unknown. */
  channel: string | null;
  /** As in reports; null if unknown. */
  medium: string | null;
  /** As in reports; null if unknown. */
  source: string | null;
  /** As in reports; null if unknown. */
  campaign: string | null;
  /** As in reports; null if unknown. */
  term: string | null;
  /** As in reports; null if unknown. */
  content: string | null;
  /** As in reports; null if unknown. */
  affiliate: string | null;
  /** As in reports; null if unknown. */
  subAffiliate: string | null;
  /** As in reports; null if unknown. */
  salesAgent: string | null;
  /** With as many decimals as the currency has. */
  amount: string;
  /** A code of ISO 4217, such as `EUR`. */
  currency: string;
  /** When it was last written. */
  updatedTime: string;
}

export interface AttributionSettings {
  /** Grows with every change. */
  version: number;
  /** The longest time from a touch to a conversion that is credited to it, in days. */
  lookbackDays: number;
  /** With `time-decay`, a touch this many days earlier than another is credited half as much. */
  halfLifeDays: number;
  /** With `position-based`: the shares of the first touch, of those in between, and of the last. They sum to 1. */
  positionWeights: number[];
  /** The time zone in which days and months begin, by its name in the time zone database. */
  reportingTimezone: string;
  /** Whether this version gave the credits that reports read. */
  isApplied: boolean;
  /** The job that builds the credits of this version, or that built them, as long as they exist. */
  jobId: string | null;
  /** Whether these are the defaults of the program. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self' | 'job';
  }>;
}

/** Work that takes longer than a request. */
export interface Job {
  id: string;
  /** `recompute-credits`: builds credits after a change of settings. Jobs of other types were requested. */
  type: string;
  /** `superseded`: settings changed again before it was completed. */
  status: 'queued' | 'running' | 'completed' | 'failed' | 'superseded';
  progress: number;
  request: Record<string, unknown>;
  /** Null until the job is completed, and if its type has no result. */
  result: unknown;
  /** Why it failed; otherwise null. */
  error: string | null;
  /** Who caused it. */
  actor: string;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  /** When it ended. */
  finishedTime: string | null;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
}

/** A conversion. */
export interface ExportedConversion {
  id: string;
  customerId: string;
  /** When it occurred. */
  occurredTime: string;
  type: string | null;
  /** With as many decimals as the currency has. */
  amount: string;
  currency: string;
  /** How much of it was given back. */
  refundedAmount: string;
  /** What is left of it after refunds. */
  netAmount: string;
  orderId: string | null;
  /** Anything you want to keep with a conversion, up to 16 KiB of JSON. */
  metadata: Record<string, unknown>;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
}

/** What each model credits to a touch for a conversion. */
export interface ExportedCredit {
  conversionId: string;
  customerId: string;
  /** When the conversion occurred. */
  occurredTime: string;
  currency: string;
  /** Whether it is the first conversion of its customer, so that its weights count new customers. */
  isFirstConversion: boolean;
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** Null, like everything else about the touch, if no touch led to the conversion. */
  touchId: string | null;
  /** When the touch occurred. */
  touchOccurredTime: string | null;
  /** By the channel rules in force. */
  channel: string | null;
  medium: string | null;
  source: string | null;
  campaign: string | null;
  term: string | null;
  content: string | null;
  affiliate: string | null;
  subAffiliate: string | null;
  salesAgent: string | null;
  clickId: string | null;
  path: string | null;
  referrer: string | null;
  credits: {
    first: {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
    last: {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
    'last-non-direct': {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
    linear: {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
    'position-based': {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
    'time-decay': {
      /** The weights of a conversion sum to 1. */
      weight: number;
      /** The amounts of a conversion sum to its own. */
      amount: string;
      /** What refunds took from it. For a conversion, these sum to what was refunded. */
      refunded: string;
    };
  };
}

/** The conversions of a period, as an advertising platform takes them. */
export interface OfflineConversions {
  platform:
    | 'google-ads'
    | 'google-ads-multi-touch'
    | 'google-ads-api'
    | 'google-ads-adjustments'
    | 'microsoft-ads'
    | 'microsoft-ads-adjustments'
    | 'meta'
    | 'linkedin'
    | 'tiktok';
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  conversionName: string;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  timezone: string;
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** Empty if there is nothing to report. */
  files: Array<{
    name: string;
    mediaType: 'text/csv' | 'application/json';
    rows: number;
    /** To be uploaded, or sent as the body of a request, unchanged. */
    content: string;
  }>;
  /** Conversions, or touches that led to them, that the platform would refuse. */
  leftOut: Array<{
    conversionId: string;
    reason: string;
  }>;
}

export interface Import {
  id: string;
  /** What its lines contain. */
  kind: 'lead-sources';
  /** Whether more can be added (`open`), it is being undone (`undoing`), or nothing of it is left (`undone`). */
  status: 'open' | 'undoing' | 'undone';
  /** How many touches it has added in all. */
  addedTouches: number;
  /** How many of them still exist. Present only when a single import is read. */
  touches?: number | undefined;
  /** Who began it. */
  actor: string;
  /** Who is undoing it, or has undone it; otherwise null. */
  undoneBy: string | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
}

export interface TimelineMessage {
  id: string;
  type: 'lead-source-changed' | 'customer-created' | 'customer-merged';
  triggeredBy: 'app' | 'direct-api';
  message: string;
  extraData: {
    actions: Array<Record<string, unknown>>;
    tables: Array<{
      type: 'two-columns';
      title: string;
      data: Array<{
        attribute: string;
        value: string;
      }>;
    }>;
    /** Absent if nobody is known. */
    author?:
      | {
          /** The id of an API key, or the subject of a token. */
          userId: string;
        }
      | undefined;
    mentions: Record<string, unknown>;
    links: Array<Record<string, unknown>>;
  };
  /** When it was recorded. */
  occurredTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
}

export interface CaptureAnswer {
  /** Whether it was recorded as a touch of the visitor. */
  recorded: boolean;
  visitorId: string;
}

export interface VisitorLink {
  /** Differs from the id in the request if that one was merged away. */
  customerId: string;
  visitorId: string;
  /** From when on the visitor is the customer. */
  linkedTime: string;
  /** How many of the visitor's touches are the customer's. */
  touches: number;
  /** Who linked them: the id of an API key, or the subject of a token. */
  actor: string;
}

export interface SettingChange {
  action:
    | 'organization-created'
    | 'organization-changed'
    | 'api-key-created'
    | 'api-key-changed'
    | 'api-key-revoked'
    | 'token-minted'
    | 'channel-rules-changed'
    | 'landing-settings-changed'
    | 'attribution-settings-changed'
    | 'privacy-settings-changed'
    | 'affiliate-settings-changed'
    | 'webhook-created'
    | 'webhook-changed'
    | 'webhook-deleted'
    | 'webhook-secret-rotated'
    | 'webhook-deactivated';
  /** The id of what was changed, the subject of the token that was minted, or the version that was made. */
  subject: string;
  /** The id of a key, the subject of a token (after its issuer and a space, if that is another issuer), `operator` for the command line, or `leadsource` for what the service did by itself. */
  actor: string;
  /** When it was changed. */
  occurredTime: string;
}

export interface Webhook {
  id: string;
  status: 'active' | 'inactive';
  /** The only method that is used. */
  method: 'POST';
  url: string;
  /** Types of events to send; empty: all. */
  eventsFilter: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'>;
  headers: Array<{
    name: string;
    value: string;
    status: 'active' | 'inactive';
  }>;
  body: null;
  filter: null;
  /** When the first attempt since the last success failed; null if none has. */
  failingSinceTime: string | null;
  /** Why the service made it inactive: the receiver answered 410, or failed for five days. */
  deactivation: 'gone' | 'failing' | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
}

export interface WebhookWithSecret {
  id: string;
  status: 'active' | 'inactive';
  /** The only method that is used. */
  method: 'POST';
  url: string;
  /** Types of events to send; empty: all. */
  eventsFilter: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'>;
  headers: Array<{
    name: string;
    value: string;
    status: 'active' | 'inactive';
  }>;
  body: null;
  filter: null;
  /** When the first attempt since the last success failed; null if none has. */
  failingSinceTime: string | null;
  /** Why the service made it inactive: the receiver answered 410, or failed for five days. */
  deactivation: 'gone' | 'failing' | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self';
  }>;
  /** The secret that signs its requests, shown only once. */
  secret: string;
}

/** An event on its way to a webhook, and how the last attempt ended. The body that was sent is not kept. */
export interface WebhookDelivery {
  /** The `webhook-id` of every attempt. */
  id: string;
  organizationId: string;
  webhookId: string;
  eventType: 'lead-source-changed' | 'customer-created' | 'customer-merged';
  /** The customer. */
  entityId: string;
  source: 'webhooks';
  deliveryStatus: 'pending' | 'delivered' | 'failed';
  /** Number of attempts since it was created or last resent. */
  attempt: number;
  /** When the next attempt is due; null if none is. */
  nextAttemptTime: string | null;
  /** The only method that is used. */
  method: 'POST';
  /** Where the last attempt went; null before the first. */
  url: string | null;
  /** The status of the last answer; null if none came. */
  status: number | null;
  /** Why no answer came. */
  error: string | null;
  /** The beginning of the answer to an attempt that failed. */
  response: string | null;
  /** Milliseconds that the last attempt took. */
  duration: number | null;
  /** When the last attempt began. */
  initiatedTime: string | null;
  /** The same as `initiatedTime`. */
  sentTime: string | null;
  /** When it was created. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'self' | 'webhook';
  }>;
}

export interface ReportTransactions {
  data: Array<{
    /** Null if the value is unset, or if no lead source is known. */
    aggregationFieldValue: string | null;
    /** Conversions in the period. */
    salesCount: number;
    /** What they were worth. */
    salesValue: number;
    /** Their mean value, rounded to the decimals of the currency. */
    salesAverage: number;
    /** What was given back in the period. */
    refundsValue: number;
    /** Sales less refunds. */
    amount: number;
  }>;
}

export interface ReportRetentionValue {
  data: Array<{
    /** Null if the value is unset, or if no lead source is known. */
    aggregationValue: string | null;
    /** Customers who first paid in the period. */
    customersCount: number;
    periods: Array<{
      /** How many intervals after the one in which they first paid. */
      period: number;
      /** What a customer has paid by its end, as a mean rounded to the decimals of the currency. */
      retentionAverage: number;
      /** Conversions in it. */
      transactionsCount: number;
      /** What they were worth, less refunds unless `includeRefunds` is `false`. */
      transactionsValue: number;
    }>;
  }>;
}

export interface AffiliateLine {
  affiliate: string;
  /** Null for none. */
  subAffiliate: string | null;
  /** Null for none. */
  clickId: string | null;
  /** Null if there is no conversion. */
  currency: string | null;
  /** Number of touches in the period. Absent on a line about an earlier period. */
  touches?: number | undefined;
  /** Number of distinct customers of these touches. */
  customers?: number | undefined;
  /** Id of the closed period that the line is about. */
  adjusts?: string | undefined;
  /** Why the amounts differ from what was stated. */
  causes?:
    | Array<
        | 'late-conversion'
        | 'settings'
        | 'merge'
        | 'delete'
        | 'undo'
        | 'expire'
        | 'late-touch'
        | 'refund'
        | 'history'
      >
    | undefined;
  conversions: number;
  /** Revenue before refunds, with as many decimals as the currency has. */
  gross: string;
  /** Amount refunded, with as many decimals as the currency has. */
  refunds: string;
  /** Gross less refunds, with as many decimals as the currency has. */
  net: string;
}

export interface AffiliatePeriod {
  id: string;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** When the period was closed. */
  closedTime: string;
  /** Who closed it. */
  actor: string;
}

export interface AffiliateStatement {
  /** Absent while the period is open. */
  id?: string | undefined;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** When the period was closed. */
  closedTime?: string | undefined;
  /** Who closed it. */
  actor?: string | undefined;
  rows: Array<{
    affiliate: string;
    /** Null for none. */
    subAffiliate: string | null;
    /** Null for none. */
    clickId: string | null;
    /** Null if there is no conversion. */
    currency: string | null;
    /** Number of touches in the period. Absent on a line about an earlier period. */
    touches?: number | undefined;
    /** Number of distinct customers of these touches. */
    customers?: number | undefined;
    /** Id of the closed period that the line is about. */
    adjusts?: string | undefined;
    /** Why the amounts differ from what was stated. */
    causes?:
      | Array<
          | 'late-conversion'
          | 'settings'
          | 'merge'
          | 'delete'
          | 'undo'
          | 'expire'
          | 'late-touch'
          | 'refund'
          | 'history'
        >
      | undefined;
    conversions: number;
    /** Revenue before refunds, with as many decimals as the currency has. */
    gross: string;
    /** Amount refunded, with as many decimals as the currency has. */
    refunds: string;
    /** Gross less refunds, with as many decimals as the currency has. */
    net: string;
  }>;
  /** Per currency, including the lines about earlier periods. */
  totals: Array<{
    currency: string;
    conversions: number;
    /** Revenue before refunds, with as many decimals as the currency has. */
    gross: string;
    /** Amount refunded, with as many decimals as the currency has. */
    refunds: string;
    /** Gross less refunds, with as many decimals as the currency has. */
    net: string;
  }>;
}

export interface AffiliateSettings {
  /** Grows with every change. */
  version: number;
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  /** Whether these are the defaults of the program. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

/** Rows add up to the totals, in every model. */
export interface AttributionReport {
  dimensions: Array<
    | 'channel'
    | 'medium'
    | 'source'
    | 'campaign'
    | 'term'
    | 'content'
    | 'affiliate'
    | 'subAffiliate'
    | 'salesAgent'
  >;
  models: Array<'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay'>;
  /** Null if there are no conversions. */
  currency: string | null;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  timezone: string;
  dateBasis: string;
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  rows: Array<{
    values: {
      /** Null if it is unset. */
      channel?: string | null | undefined;
      /** Null if it is unset. */
      medium?: string | null | undefined;
      /** Null if it is unset. */
      source?: string | null | undefined;
      /** Null if it is unset. */
      campaign?: string | null | undefined;
      /** Null if it is unset. */
      term?: string | null | undefined;
      /** Null if it is unset. */
      content?: string | null | undefined;
      /** Null if it is unset. */
      affiliate?: string | null | undefined;
      /** Null if it is unset. */
      subAffiliate?: string | null | undefined;
      /** Null if it is unset. */
      salesAgent?: string | null | undefined;
    };
    /** Conversions that no touch led to. */
    unattributed?: true | undefined;
    /** All values that have no row of their own. */
    other?: true | undefined;
    /** The first day of the interval. */
    interval?: string | undefined;
    /** Distinct customers with a credit here. */
    customers?: number | undefined;
    /** Amount spent, with as many decimals as the currency has. */
    spend?: string | undefined;
    credits: {
      first?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      last?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'last-non-direct'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      linear?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'position-based'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'time-decay'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
    };
    _links: Array<{
      /** Absolute, under the root by which the request came. */
      href: string;
      rel: 'conversions';
    }>;
  }>;
  totals: {
    /** Amount spent, with as many decimals as the currency has. */
    spend?: string | undefined;
    credits: {
      first?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      last?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'last-non-direct'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      linear?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'position-based'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'time-decay'?:
        | {
            /** The sum of credited shares of conversions. */
            conversions: number;
            /** The same for conversions that were the first of their customer. */
            newCustomers: number;
            /** Revenue before refunds, with as many decimals as the currency has. */
            revenue: string;
            /** Amount refunded, with as many decimals as the currency has. */
            refunds: string;
            /** Revenue less refunds, with as many decimals as the currency has. */
            net: string;
            /** Spend per new customer, with as many decimals as the currency has. */
            cac?: string | undefined;
            /** Net revenue per unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
    };
  };
}

/** What the touches with these values are worth, by each model that was asked for. */
export interface AttributionReportRow {
  values: {
    /** Null if it is unset. */
    channel?: string | null | undefined;
    /** Null if it is unset. */
    medium?: string | null | undefined;
    /** Null if it is unset. */
    source?: string | null | undefined;
    /** Null if it is unset. */
    campaign?: string | null | undefined;
    /** Null if it is unset. */
    term?: string | null | undefined;
    /** Null if it is unset. */
    content?: string | null | undefined;
    /** Null if it is unset. */
    affiliate?: string | null | undefined;
    /** Null if it is unset. */
    subAffiliate?: string | null | undefined;
    /** Null if it is unset. */
    salesAgent?: string | null | undefined;
  };
  /** Conversions that no touch led to. */
  unattributed?: true | undefined;
  /** All values that have no row of their own. */
  other?: true | undefined;
  /** The first day of the interval. */
  interval?: string | undefined;
  /** Distinct customers with a credit here. */
  customers?: number | undefined;
  /** Amount spent, with as many decimals as the currency has. */
  spend?: string | undefined;
  credits: {
    first?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    last?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'last-non-direct'?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    linear?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'position-based'?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'time-decay'?:
      | {
          /** The sum of credited shares of conversions. */
          conversions: number;
          /** The same for conversions that were the first of their customer. */
          newCustomers: number;
          /** Revenue before refunds, with as many decimals as the currency has. */
          revenue: string;
          /** Amount refunded, with as many decimals as the currency has. */
          refunds: string;
          /** Revenue less refunds, with as many decimals as the currency has. */
          net: string;
          /** Spend per new customer, with as many decimals as the currency has. */
          cac?: string | undefined;
          /** Net revenue per unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
  };
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'conversions';
  }>;
}

/** The touches that led to a conversion, oldest first, and what each model gives them. */
export interface ConversionAttribution {
  conversionId: string;
  /** Amount of the conversion before refunds, with as many decimals as the currency has. */
  amount: string;
  currency: string;
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  /** How many days back touches count. */
  lookbackDays: number;
  /** Whether no touch led to it. */
  unattributed: boolean;
  /** Why it is unattributed. */
  reason?: string | undefined;
  journey: Array<{
    touchId: string;
    /** When the touch occurred. */
    occurredTime: string;
    channel: string;
    medium: string | null;
    source: string | null;
    campaign: string | null;
    term: string | null;
    content: string | null;
    affiliate: string | null;
    subAffiliate: string | null;
    salesAgent: string | null;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    credits: {
      first: {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      last: {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'last-non-direct': {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      linear: {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'position-based': {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'time-decay': {
        /** The weights of a conversion sum to 1. */
        weight: number;
        /** The amounts of a conversion sum to its own, with as many decimals as the currency has. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
    };
  }>;
  _links: Array<{
    /** Absolute, under the root by which the request came. */
    href: string;
    rel: 'conversion';
  }>;
}

export interface JourneyReport {
  dimension:
    | 'channel'
    | 'medium'
    | 'source'
    | 'campaign'
    | 'term'
    | 'content'
    | 'affiliate'
    | 'subAffiliate'
    | 'salesAgent';
  currency: string | null;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  timezone: string;
  /** Version of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  rows: Array<{
    /** A value for each touch, oldest first. */
    path: Array<string | null>;
    /** Conversions that no touch led to. */
    unattributed?: true | undefined;
    /** All other paths. */
    other?: true | undefined;
    /** Distinct customers who took this path. */
    customers?: number | undefined;
    conversions: number;
    /** Revenue before refunds, with as many decimals as the currency has. */
    revenue: string;
    /** Amount refunded, with as many decimals as the currency has. */
    refunds: string;
    /** Revenue less refunds, with as many decimals as the currency has. */
    net: string;
    /** The mean number of touches, in totals of the conversions that touches led to. */
    touchesToConvert: number;
    /** The mean time from the first touch to the conversion, in totals of those that touches led to. */
    secondsToConvert: number;
  }>;
  totals: {
    customers: number;
    conversions: number;
    /** Revenue before refunds, with as many decimals as the currency has. */
    revenue: string;
    /** Amount refunded, with as many decimals as the currency has. */
    refunds: string;
    /** Revenue less refunds, with as many decimals as the currency has. */
    net: string;
    /** The mean number of touches, in totals of the conversions that touches led to. */
    touchesToConvert: number;
    /** The mean time from the first touch to the conversion, in totals of those that touches led to. */
    secondsToConvert: number;
  };
}

/** A path to conversions, and what came of it. */
export interface JourneyReportRow {
  /** A value for each touch, oldest first. */
  path: Array<string | null>;
  /** Conversions that no touch led to. */
  unattributed?: true | undefined;
  /** All other paths. */
  other?: true | undefined;
  /** Distinct customers who took this path. */
  customers?: number | undefined;
  conversions: number;
  /** Revenue before refunds, with as many decimals as the currency has. */
  revenue: string;
  /** Amount refunded, with as many decimals as the currency has. */
  refunds: string;
  /** Revenue less refunds, with as many decimals as the currency has. */
  net: string;
  /** The mean number of touches, in totals of the conversions that touches led to. */
  touchesToConvert: number;
  /** The mean time from the first touch to the conversion, in totals of those that touches led to. */
  secondsToConvert: number;
}

/** Problem details (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path of the request. */
  instance: string;
  invalidFields?:
    | Array<{
        /** In dot notation. */
        field: string;
        message: string;
      }>
    | undefined;
}

export interface PostAffiliatePeriodBody {
  /** The model to use. Absent: the one set by `/affiliate-settings`, else that of the period closed last, else `last-non-direct`. */
  model?: string | null | undefined;
  /** A date or a moment. Absent: the end of the period closed last. */
  periodStart?: string | null | undefined;
  /** A date or a moment, not in the future. Absent: now. */
  periodEnd?: string | null | undefined;
  /** The time zone of the dates. Absent: the reporting zone of the organization. */
  timezone?: string | null | undefined;
}

export interface PostApiKeyBody {
  type: 'secret' | 'publishable';
  /** What the key is for. */
  description?: string | null | undefined;
  /** The permissions that are granted. */
  acl?:
    | Array<
        | 'lead-sources:read'
        | 'lead-sources:write'
        | 'customers:read'
        | 'customers:write'
        | 'conversions:read'
        | 'conversions:write'
        | 'reports:read'
        | 'reports:write'
        | 'settings:read'
        | 'settings:write'
        | 'api-keys:read'
        | 'api-keys:write'
        | 'webhooks:read'
        | 'webhooks:write'
        | 'capture:write'
        | 'privacy:write'
        | '*'
      >
    | null
    | undefined;
  /** Addresses or CIDR ranges the key may be used from; empty: any. */
  allowedIps?: string[] | undefined;
  /** Web origins a publishable key may be used from; empty: any. */
  allowedOrigins?: string[] | undefined;
  /** From this time on, the key is refused. Null: never. */
  expiresTime?: string | null | undefined;
}

/** An arrival as it was observed; the service draws the conclusions. Unknown members are ignored. */
export interface PostCaptureBody {
  /** A publishable key, unless it is in the header `Authorization`. */
  key?: string | null | undefined;
  /** Made by the program that captures, and kept in the browser: 8 to 64 of the characters A-Z a-z 0-9 _ -. */
  visitorId: string;
  /** The whole URL of the page that the visitor came to. */
  url: string;
  /** The page before it. Absent, null or empty: none. */
  referrer?: string | null | undefined;
  /** When the visitor came, up to 24 hours back. An older, future or absent time counts as now. */
  occurredTime?: string | null | undefined;
  /** Whether the visitor allows it. With `denied`, nothing is recorded. */
  consent?: 'granted' | 'denied' | 'unknown' | null | undefined;
}

export interface PostChannelRulesDryRunBody {
  /** The first rule that holds gives the channel; if none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All of them must hold; without any, the rule holds for every touch. */
    when: Array<{
      field:
        | 'medium'
        | 'source'
        | 'campaign'
        | 'term'
        | 'content'
        | 'affiliate'
        | 'subAffiliate'
        | 'salesAgent'
        | 'referrerHost'
        | 'clickIdKind'
        | 'siteClass'
        | 'paid'
        | 'shoppingCampaign';
      op: 'equals' | 'startsWith' | 'endsWith' | 'contains' | 'in' | 'isNull';
      /** A text, compared without case; with `in` an array of texts, with `isNull` absent; true or false for `paid` and `shoppingCampaign`, which take `equals`. */
      value?: string | string[] | boolean | undefined;
      /** Negates the condition. */
      not?: boolean | undefined;
    }>;
  }>;
  /** Touches of this many past days are counted. */
  days: number;
}

/** A conversion to be recorded. Unknown members are ignored; an empty array as `metadata` is taken as `{}`. */
export interface PostConversionBody {
  /** Absent, null or empty: generated. Sent again under the same id, it is not recorded again; omitted members are not compared, and other differences are answered with 409. */
  id?: string | null | undefined;
  customerId: string;
  /** Absent or null: now. A time up to 60 seconds ahead counts as now. */
  occurredTime?: string | null | undefined;
  /** What kind of conversion it was, in your own words. */
  type?: string | null | undefined;
  /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
  amount: string | number;
  /** A code of ISO 4217, such as `EUR`. */
  currency: string;
  /** The id of the order. */
  orderId?: string | null | undefined;
  /** Anything you want to keep with a conversion, up to 16 KiB of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
}

/** A conversion to be recorded. Unknown members are ignored; an empty array as `metadata` is taken as `{}`. */
export interface PostConversionBulkLine {
  /** Absent, null or empty: generated. Sent again under the same id, it is not recorded again; omitted members are not compared, and other differences are answered with 409. */
  id?: string | null | undefined;
  customerId: string;
  /** Absent or null: now. A time up to 60 seconds ahead counts as now. */
  occurredTime?: string | null | undefined;
  /** What kind of conversion it was, in your own words. */
  type?: string | null | undefined;
  /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
  amount: string | number;
  /** A code of ISO 4217, such as `EUR`. */
  currency: string;
  /** The id of the order. */
  orderId?: string | null | undefined;
  /** Anything you want to keep with a conversion, up to 16 KiB of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
}

/** Money given back for a conversion. */
export interface PostConversionRefundBody {
  /** Absent, null or empty: generated. Sent again under the same id, it is not recorded again; omitted members are not compared, and other differences are answered with 409. */
  id?: string | null | undefined;
  /** Written like the amount of the conversion, in its currency. Absent or null: all that is left. */
  amount?: string | number | null | undefined;
  /** Absent or null: now. A time up to 60 seconds ahead counts as now. Not before the conversion. */
  occurredTime?: string | null | undefined;
}

/** A customer to be created. An empty array as `customFields` or `leadSource` is taken as `{}`. */
export interface PostCustomerBody {
  /** Absent, null or empty: generated. */
  id?: string | null | undefined;
  /** Website the customer belongs to. */
  websiteId?: string | null | undefined;
  /** Anything you want to keep with a customer, up to 16 KiB of JSON. */
  customFields?: Record<string, unknown> | null | undefined;
  /** A lead source to be set. Absent members become null; unknown and read-only ones are ignored. */
  leadSource?:
    | {
        /** Category of the traffic, such as `organic` or `cpc`. */
        medium?: string | null | undefined;
        /** Domain, platform or channel the lead came from. */
        source?: string | null | undefined;
        /** Name of the campaign. */
        campaign?: string | null | undefined;
        /** Search term. */
        term?: string | null | undefined;
        /** What was shown: a graphic, a video, a variant. */
        content?: string | null | undefined;
        /** Affiliate who sent the lead. */
        affiliate?: string | null | undefined;
        /** Partner of the affiliate. */
        subAffiliate?: string | null | undefined;
        /** Person who won the lead. */
        salesAgent?: string | null | undefined;
        /** Id of the click, given by the ad platform or affiliate network. */
        clickId?: string | null | undefined;
        /** URL on which the lead was recorded. */
        path?: string | null | undefined;
        /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
        referrer?: string | null | undefined;
      }
    | null
    | undefined;
}

/** A lead source at a moment. Absent facts become null; unknown and read-only members are ignored. */
export interface PostCustomerLeadSourceBody {
  /** Absent or null: generated. Sent again under the same id, a touch is not added again; omitted members are not compared, and other differences are answered with 409. */
  id?: string | null | undefined;
  /** When the lead came. Absent or null: now. A time up to 60 seconds ahead counts as now. */
  occurredTime?: string | null | undefined;
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium?: string | null | undefined;
  /** Domain, platform or channel the lead came from. */
  source?: string | null | undefined;
  /** Name of the campaign. */
  campaign?: string | null | undefined;
  /** Search term. */
  term?: string | null | undefined;
  /** What was shown: a graphic, a video, a variant. */
  content?: string | null | undefined;
  /** Affiliate who sent the lead. */
  affiliate?: string | null | undefined;
  /** Partner of the affiliate. */
  subAffiliate?: string | null | undefined;
  /** Person who won the lead. */
  salesAgent?: string | null | undefined;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId?: string | null | undefined;
  /** URL on which the lead was recorded. */
  path?: string | null | undefined;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer?: string | null | undefined;
}

export interface PostCustomerVisitorBody {
  /** Made by the program that captures, and kept in the browser: 8 to 64 of the characters A-Z a-z 0-9 _ -. */
  visitorId: string;
  /** From when on the visitor is this customer. Absent or null: now. A time up to 60 seconds ahead counts as now. */
  linkedTime?: string | null | undefined;
}

/** A job to be done. Unknown members are ignored. */
export interface PostJobBody {
  /** `data-driven`: computes what each value of a dimension is worth, according to the paths of a period. */
  type: string;
  model: 'markov' | 'shapley';
  /** How many steps `markov` remembers; 1 by default. */
  order?: 1 | 2 | 3 | null | undefined;
  /** `channel` by default. */
  dimension?:
    | 'channel'
    | 'medium'
    | 'source'
    | 'campaign'
    | 'term'
    | 'content'
    | 'affiliate'
    | 'subAffiliate'
    | 'salesAgent'
    | null
    | undefined;
  /** A date or a moment, included. */
  periodStart: string;
  /** A date or a moment, excluded. */
  periodEnd: string;
  /** The time zone in which dates begin; by default the reporting zone. */
  timezone?: string | null | undefined;
  /** May be omitted if there is only one. */
  currency?: string | null | undefined;
}

export interface PostLeadSourceCollectionLine {
  /** Absent or null: generated. Sent again under the same id, a touch is not added again; omitted members are not compared, and other differences are answered with 409. */
  id?: string | null | undefined;
  customerId: string;
  /** When the lead came. */
  occurredTime: string;
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium?: string | null | undefined;
  /** Domain, platform or channel the lead came from. */
  source?: string | null | undefined;
  /** Name of the campaign. */
  campaign?: string | null | undefined;
  /** Search term. */
  term?: string | null | undefined;
  /** What was shown: a graphic, a video, a variant. */
  content?: string | null | undefined;
  /** Affiliate who sent the lead. */
  affiliate?: string | null | undefined;
  /** Partner of the affiliate. */
  subAffiliate?: string | null | undefined;
  /** Person who won the lead. */
  salesAgent?: string | null | undefined;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId?: string | null | undefined;
  /** URL on which the lead was recorded. */
  path?: string | null | undefined;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer?: string | null | undefined;
}

/** The settings to try, as they would be put. */
export interface PostPrivacySettingsDryRunBody {
  /** Touches that occurred this many days ago, or earlier, are removed as if they had never been recorded. Null: never. */
  removeTouchesAfterDays?: number | null | undefined;
  /** Touches that occurred this many days ago, or earlier, lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays?: number | null | undefined;
  /** Visitors who are not linked to a customer are forgotten this many days after they were last seen; 400 by default. */
  forgetVisitorsAfterDays?: number | null | undefined;
}

export interface PostTokenBody {
  /** Whom the token stands for; absent: its maker. Must not read as the operator, an API key, or a bearer of another issuer, and have no control characters. */
  subject?: string | null | undefined;
  /** The permissions that are granted. */
  permissions?:
    | Array<
        | 'lead-sources:read'
        | 'lead-sources:write'
        | 'customers:read'
        | 'customers:write'
        | 'conversions:read'
        | 'conversions:write'
        | 'reports:read'
        | 'reports:write'
        | 'settings:read'
        | 'settings:write'
        | 'api-keys:read'
        | 'api-keys:write'
        | 'webhooks:read'
        | 'webhooks:write'
        | 'capture:write'
        | 'privacy:write'
        | '*'
      >
    | null
    | undefined;
  lifetimeSeconds?: number | null | undefined;
}

export interface PostWebhookBody {
  /** Absent, null or empty: generated. */
  id?: string | null | undefined;
  /** Where requests go: https, and http only into networks that the operator allows. */
  url: string;
  /** The only method that is used. */
  method?: 'POST' | undefined;
  status?: 'active' | 'inactive' | undefined;
  /** Types of events to send; empty: all. */
  eventsFilter?: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'> | null | undefined;
  headers?:
    | Array<{
        name: string;
        value: string;
        status?: 'active' | 'inactive' | undefined;
      }>
    | undefined;
  /** A body of your own is not supported: absent or null. */
  body?: null | undefined;
  /** A filter is not supported: absent or null. */
  filter?: null | undefined;
}

/** Unknown members are ignored. */
export interface PutAffiliateSettingsBody {
  /** The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any version. */
  version?: number | null | undefined;
  /** Absent or null: none is set. */
  model?:
    | 'first'
    | 'last'
    | 'last-non-direct'
    | 'linear'
    | 'position-based'
    | 'time-decay'
    | null
    | undefined;
}

/** The new state of a key. An absent or null `acl` leaves the permissions as they are; other absent members are cleared. */
export interface PutApiKeyBody {
  /** What the key is for. */
  description?: string | null | undefined;
  /** The permissions that are granted. */
  acl?:
    | Array<
        | 'lead-sources:read'
        | 'lead-sources:write'
        | 'customers:read'
        | 'customers:write'
        | 'conversions:read'
        | 'conversions:write'
        | 'reports:read'
        | 'reports:write'
        | 'settings:read'
        | 'settings:write'
        | 'api-keys:read'
        | 'api-keys:write'
        | 'webhooks:read'
        | 'webhooks:write'
        | 'capture:write'
        | 'privacy:write'
        | '*'
      >
    | null
    | undefined;
  /** Addresses or CIDR ranges the key may be used from; empty: any. */
  allowedIps?: string[] | undefined;
  /** Web origins a publishable key may be used from; empty: any. */
  allowedOrigins?: string[] | undefined;
  /** From this time on, the key is refused. Null: never. */
  expiresTime?: string | null | undefined;
}

/** Absent and null members follow the default. Unknown members are ignored. */
export interface PutAttributionSettingsBody {
  /** The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any version. */
  version?: number | null | undefined;
  /** The longest time from a touch to a conversion that is credited to it, in days. */
  lookbackDays?: number | null | undefined;
  /** With `time-decay`, a touch this many days earlier than another is credited half as much. */
  halfLifeDays?: number | null | undefined;
  /** With `position-based`: the shares of the first touch, of those in between, and of the last. They sum to 1. */
  positionWeights?: number[] | null | undefined;
  /** The time zone in which days and months begin, by its name in the time zone database. */
  reportingTimezone?: string | null | undefined;
}

/** Unknown members are ignored, so that what GET answered can be changed and sent back. */
export interface PutChannelRulesBody {
  /** The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any version. */
  version?: number | null | undefined;
  /** The first rule that holds gives the channel; if none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All of them must hold; without any, the rule holds for every touch. */
    when: Array<{
      field:
        | 'medium'
        | 'source'
        | 'campaign'
        | 'term'
        | 'content'
        | 'affiliate'
        | 'subAffiliate'
        | 'salesAgent'
        | 'referrerHost'
        | 'clickIdKind'
        | 'siteClass'
        | 'paid'
        | 'shoppingCampaign';
      op: 'equals' | 'startsWith' | 'endsWith' | 'contains' | 'in' | 'isNull';
      /** A text, compared without case; with `in` an array of texts, with `isNull` absent; true or false for `paid` and `shoppingCampaign`, which take `equals`. */
      value?: string | string[] | boolean | undefined;
      /** Negates the condition. */
      not?: boolean | undefined;
    }>;
  }>;
}

/** A customer. `leadSource` is set by the rules of its own PUT; absent or null leaves it as it is. An empty array as `customFields` or `leadSource` is taken as `{}`. */
export interface PutCustomerBody {
  /** Website the customer belongs to. */
  websiteId?: string | null | undefined;
  /** Anything you want to keep with a customer, up to 16 KiB of JSON. */
  customFields?: Record<string, unknown> | null | undefined;
  /** A lead source to be set. Absent members become null; unknown and read-only ones are ignored. */
  leadSource?:
    | {
        /** Category of the traffic, such as `organic` or `cpc`. */
        medium?: string | null | undefined;
        /** Domain, platform or channel the lead came from. */
        source?: string | null | undefined;
        /** Name of the campaign. */
        campaign?: string | null | undefined;
        /** Search term. */
        term?: string | null | undefined;
        /** What was shown: a graphic, a video, a variant. */
        content?: string | null | undefined;
        /** Affiliate who sent the lead. */
        affiliate?: string | null | undefined;
        /** Partner of the affiliate. */
        subAffiliate?: string | null | undefined;
        /** Person who won the lead. */
        salesAgent?: string | null | undefined;
        /** Id of the click, given by the ad platform or affiliate network. */
        clickId?: string | null | undefined;
        /** URL on which the lead was recorded. */
        path?: string | null | undefined;
        /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
        referrer?: string | null | undefined;
      }
    | null
    | undefined;
}

/** A lead source to be set. Absent members become null; unknown and read-only ones are ignored. */
export interface PutCustomerLeadSourceBody {
  /** Category of the traffic, such as `organic` or `cpc`. */
  medium?: string | null | undefined;
  /** Domain, platform or channel the lead came from. */
  source?: string | null | undefined;
  /** Name of the campaign. */
  campaign?: string | null | undefined;
  /** Search term. */
  term?: string | null | undefined;
  /** What was shown: a graphic, a video, a variant. */
  content?: string | null | undefined;
  /** Affiliate who sent the lead. */
  affiliate?: string | null | undefined;
  /** Partner of the affiliate. */
  subAffiliate?: string | null | undefined;
  /** Person who won the lead. */
  salesAgent?: string | null | undefined;
  /** Id of the click, given by the ad platform or affiliate network. */
  clickId?: string | null | undefined;
  /** URL on which the lead was recorded. */
  path?: string | null | undefined;
  /** The page before it: an absolute URI with the scheme http, https, android-app or ios-app. */
  referrer?: string | null | undefined;
}

/** Absent and null members follow the default. Unknown members are ignored. */
export interface PutLandingSettingsBody {
  /** The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any version. */
  version?: number | null | undefined;
  /** In addition to the page's own host: a referrer there merely continues a visit. A host includes those below it. */
  ownHosts?: string[] | null | undefined;
  /** Such as payment and sign-in pages: a referrer there merely continues a visit. A host includes those below it. */
  excludedHosts?: string[] | null | undefined;
  /** Campaign parameters that are read in addition to `utm_*`. */
  parameterFamilies?: Array<'matomo' | 'hubspot' | 'plain'> | null | undefined;
  /** Parameters of affiliate networks; of several, the first in this list counts. */
  affiliateParameters?:
    | Array<{
        name: string;
        field: 'affiliate' | 'clickId';
      }>
    | null
    | undefined;
  urlPolicy?:
    | {
        /** What is kept of the query of a URL: nothing, the allowed parameters, or everything. */
        query?: 'strip' | 'allow-list' | 'keep' | null | undefined;
        /** Kept with `allow-list`, compared without case. */
        allowedParameters?: string[] | null | undefined;
        /** Their values are never kept. `*part*` matches any name that contains it. */
        redactedParameters?: string[] | null | undefined;
        /** Whether this also applies to the path and the referrer of lead sources that callers write. */
        appliesToApi?: boolean | null | undefined;
      }
    | null
    | undefined;
}

/** Absent and null members follow the default. Unknown members are ignored. */
export interface PutPrivacySettingsBody {
  /** The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any version. */
  version?: number | null | undefined;
  /** Touches that occurred this many days ago, or earlier, are removed as if they had never been recorded. Null: never. */
  removeTouchesAfterDays?: number | null | undefined;
  /** Touches that occurred this many days ago, or earlier, lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays?: number | null | undefined;
  /** Visitors who are not linked to a customer are forgotten this many days after they were last seen; 400 by default. */
  forgetVisitorsAfterDays?: number | null | undefined;
}

/** A row, or an array of them. Unknown members are ignored. */
export type PutSpendBody =
  | Array<{
      /** A day in the reporting time zone. */
      date: string;
      /** As in reports; null if unknown. */
      channel?: string | null | undefined;
      /** As in reports; null if unknown. */
      medium?: string | null | undefined;
      /** As in reports; null if unknown. */
      source?: string | null | undefined;
      /** As in reports; null if unknown. */
      campaign?: string | null | undefined;
      /** As in reports; null if unknown. */
      term?: string | null | undefined;
      /** As in reports; null if unknown. */
      content?: string | null | undefined;
      /** As in reports; null if unknown. */
      affiliate?: string | null | undefined;
      /** As in reports; null if unknown. */
      subAffiliate?: string | null | undefined;
      /** As in reports; null if unknown. */
      salesAgent?: string | null | undefined;
      /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
      amount: string | number;
      /** A code of ISO 4217, such as `EUR`. */
      currency: string;
    }>
  | {
      /** A day in the reporting time zone. */
      date: string;
      /** As in reports; null if unknown. */
      channel?: string | null | undefined;
      /** As in reports; null if unknown. */
      medium?: string | null | undefined;
      /** As in reports; null if unknown. */
      source?: string | null | undefined;
      /** As in reports; null if unknown. */
      campaign?: string | null | undefined;
      /** As in reports; null if unknown. */
      term?: string | null | undefined;
      /** As in reports; null if unknown. */
      content?: string | null | undefined;
      /** As in reports; null if unknown. */
      affiliate?: string | null | undefined;
      /** As in reports; null if unknown. */
      subAffiliate?: string | null | undefined;
      /** As in reports; null if unknown. */
      salesAgent?: string | null | undefined;
      /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
      amount: string | number;
      /** A code of ISO 4217, such as `EUR`. */
      currency: string;
    };

/** The whole state of a webhook: absent members take their defaults. */
export interface PutWebhookBody {
  /** Where requests go: https, and http only into networks that the operator allows. */
  url: string;
  /** The only method that is used. */
  method?: 'POST' | undefined;
  status?: 'active' | 'inactive' | undefined;
  /** Types of events to send; empty: all. */
  eventsFilter?: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'> | null | undefined;
  headers?:
    | Array<{
        name: string;
        value: string;
        status?: 'active' | 'inactive' | undefined;
      }>
    | undefined;
  /** A body of your own is not supported: absent or null. */
  body?: null | undefined;
  /** A filter is not supported: absent or null. */
  filter?: null | undefined;
}

/** Every operation of the service. */
export interface Operations {
  /** Remove the model of statements for affiliates. Makes a new version, unless the default is in force already. */
  deleteAffiliateSettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Revoke an API key */
  deleteApiKey(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Go back to giving credits by default. Makes a new version, unless the default is in force already. */
  deleteAttributionSettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Go back to the default channel rules. Makes a new version, unless the default is in force already. */
  deleteChannelRules(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Merge a customer into another. The target takes over every touch; the earlier of both originals stays. From then on, the old id stands for the target in every write, and is unknown to every read. */
  deleteCustomer(
    parameters: {
      /** The customer to merge into. */
      targetCustomerId: string;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Forget a lead source. Removes all lead source data of the customer: current, original and history. The customer stays. */
  deleteCustomerLeadSource(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Undo a touch. Removes one lead source, as if it had never been recorded; what remains decides what is original and most recent. */
  deleteCustomerLeadSourceTouch(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Id of the touch. */
      touchId: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Undo an import. From then on, nothing can be added to it, and every touch that it added is removed, little by little, as if it had never been recorded. Customers stay, even those that it created. Repeating the request is harmless. */
  deleteImport(
    parameters: {
      /** Whether webhooks are told of the changes. */
      announce?: boolean | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Import>;
  /** Go back to reading landings by default. Makes a new version, unless the default is in force already. */
  deleteLandingSettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Go back to keeping data as long as by default. Makes a new version, unless the default is in force already. */
  deletePrivacySettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Erase an unlinked visitor. Together with all touches of the visitor. For a linked visitor, whose touches belong to the customer, the answer is 409. */
  deleteVisitor(
    parameters: {
      /** Id of the visitor. */
      visitorId: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Delete a webhook */
  deleteWebhook(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Read a frozen statement. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getAffiliatePeriod(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<AffiliateStatement>;
  /** List closed periods */
  getAffiliatePeriodCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<AffiliatePeriod>;
  /** Report what each affiliate sent and earned. By affiliate, partner and click, according to what is known now. Without `periodStart` it follows the period closed last, and has a signed line wherever conversions of closed periods are no longer worth what was stated. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getAffiliateReport(
    parameters?: {
      /** The model to use. Absent: the one set by `/affiliate-settings`, else that of the period closed last, else `last-non-direct`. */
      model?: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The end of the period, excluded, in the same forms. */
      periodEnd?: string | undefined;
      /** A name in the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
    },
    options?: CallOptions,
  ): Call<AffiliateStatement>;
  /** Read the model of statements for affiliates */
  getAffiliateSettings(
    parameters?: {
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<AffiliateSettings>;
  /** Read a version of the model of statements for affiliates */
  getAffiliateSettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<AffiliateSettings>;
  /** Read an API key */
  getApiKey(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<ApiKey>;
  /** List API keys */
  getApiKeyCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<ApiKey>;
  /** Report what each source of customers earned. Conversions, revenue and refunds of a period by one or two dimensions, side by side for each model. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getAttributionReport(
    parameters: {
      /** One or two dimensions, separated by a comma: channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. Absent: `channel`. */
      dimension?: string | undefined;
      /** Models separated by commas: first, last, last-non-direct, linear, position-based, time-decay. Absent: all. */
      models?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The end of the period, excluded, in the same forms. */
      periodEnd: string;
      /** A name in the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Required if there are conversions in several currencies. */
      currency?: string | undefined;
      /** Divides the period, with a row for each part of it. */
      interval?: 'day' | 'week' | 'month' | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent, referrerHost, clickIdKind, clickId, path, referrer. */
      filter?: string | undefined;
      /** Whether a refund counts on the date of its conversion, or on its own. */
      dateBasis?: 'conversion' | 'refund' | undefined;
      /** Whether to count distinct customers, which takes longer. */
      customers?: boolean | undefined;
      /** The number of items per page. */
      limit?: number | undefined;
    },
    options?: CallOptions,
  ): Call<AttributionReport>;
  /** Read how credits are given */
  getAttributionSettings(
    parameters?: {
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<AttributionSettings>;
  /** Read a version of how credits are given */
  getAttributionSettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<AttributionSettings>;
  /** The script that captures landings in the browser */
  getCaptureScript(parameters?: Record<never, never>, options?: CallOptions): Call<string>;
  /** Read the channel rules in force. These are the default rules unless others are in force. */
  getChannelRules(
    parameters?: {
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<ChannelRules>;
  /** Read a version of the channel rules */
  getChannelRulesVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<ChannelRules>;
  /** Read a conversion */
  getConversion(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Conversion>;
  /** Explain who is credited with a conversion. The touches that led to it, oldest first, with what each model credits to each of them, and by which rule. */
  getConversionAttribution(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<ConversionAttribution>;
  /** List conversions. With `credited` and `models`, the conversions behind a row of a report, as the row links to them. With a period, those that a report on it counts; `dateBasis=refund` adds earlier ones that were refunded in it. `credited` also requires the permission `reports:read`. */
  getConversionCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Fields separated by commas, with `-` before one for descending order: id, occurredTime, createdTime, updatedTime. */
      sort?: string | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: id, customerId, type, currency, orderId, occurredTime, createdTime, updatedTime. */
      filter?: string | undefined;
      /** Only conversions that any of `models` credits to touches matching this, in the grammar of `filter`, or `unattributed` for those that no touch led to. Rows of reports link here with it. */
      credited?: string | undefined;
      /** Models separated by commas: first, last, last-non-direct, linear, position-based, time-decay. Absent: all. */
      models?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The end of the period, excluded, in the same forms. */
      periodEnd?: string | undefined;
      /** A name in the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Whether a refund counts on the date of its conversion, or on its own. */
      dateBasis?: 'conversion' | 'refund' | undefined;
    },
    options?: CallOptions,
  ): Pages<Conversion>;
  /** Export every conversion. The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers also require the permission `lead-sources:read`. For programs that want columns, each line of `application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text. */
  getConversionExport(
    parameters?: Record<never, never>,
    options?: CallOptions,
  ): LineAnswers<ExportedConversion>;
  /** List the refunds of a conversion */
  getConversionRefundCollection(
    parameters: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<Refund>;
  /** Export every credit: what each model gives to each touch of each conversion. The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers also require the permission `lead-sources:read`. For programs that want columns, each line of `application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text. */
  getCreditExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<ExportedCredit>;
  /** Read a customer */
  getCustomer(
    parameters: {
      /** What to embed, separated by commas. */
      expand?: string | undefined;
      /** Members to show, separated by commas; absent: all. Others are left out, even if the schema requires them. */
      fields?: string | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** List customers */
  getCustomerCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Fields separated by commas, with `-` before one for descending order: id, websiteId, revision, createdTime, updatedTime. */
      sort?: string | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: id, websiteId, revision, createdTime, updatedTime, leadSource.medium, leadSource.source, leadSource.campaign, leadSource.term, leadSource.content, leadSource.affiliate, leadSource.subAffiliate, leadSource.salesAgent, leadSource.clickId, leadSource.path, leadSource.referrer, original.medium, original.source, original.campaign, original.term, original.content, original.affiliate, original.subAffiliate, original.salesAgent, original.clickId, original.path, original.referrer. */
      filter?: string | undefined;
      /** What to embed, separated by commas. */
      expand?: string | undefined;
      /** Members to show, separated by commas; absent: all. Others are left out, even if the schema requires them. */
      fields?: string | undefined;
    },
    options?: CallOptions,
  ): Pages<Customer>;
  /** Export every customer, with its lead source. The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers also require the permission `lead-sources:read`. For programs that want columns, each line of `application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text. */
  getCustomerExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<ExportedCustomer>;
  /** Export everything that is stored about a customer. One document, sent while it is read: an answer that breaks off is incomplete. Also requires the permissions lead-sources:read, conversions:read, reports:read, webhooks:read. Data that only a hash connects with the customer, and sums over many customers, are not included. */
  getCustomerHoldings(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<CustomerHoldings>;
  /** Read a lead source */
  getCustomerLeadSource(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<LeadSource>;
  /** List every touch of a customer. All lead sources the customer ever had, oldest first. */
  getCustomerLeadSourceCollection(
    parameters: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<Touch>;
  /** List what happened to a customer. The newest first: when the customer was created, each lead source that was recorded, deletions, merges, and links of visitors that moved lead sources. Deleted lead sources are not shown, only that they were deleted. */
  getCustomerTimelineCollection(
    parameters: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<TimelineMessage>;
  /** List the visitors linked to a customer. In the order of the times from which they are the customer. */
  getCustomerVisitorCollection(
    parameters: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<VisitorLink>;
  /** Is the process alive? */
  getHealthLive(
    parameters?: Record<never, never>,
    options?: CallOptions,
  ): Call<{
    status: 'ok';
  }>;
  /** Can the service answer requests?. Whether the database answers and takes writes. Not ready once the service prepares to stop. */
  getHealthReady(
    parameters?: Record<never, never>,
    options?: CallOptions,
  ): Call<{
    status: 'ok';
  }>;
  /** Read an import */
  getImport(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Import>;
  /** List imports */
  getImportCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<Import>;
  /** Read a job */
  getJob(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Job>;
  /** List jobs. A long list is sent while it is read: an answer that breaks off is incomplete. */
  getJobCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<Job>;
  /** Report the most frequent paths to conversions. Each path as the values of one dimension, touch by touch, with what came of it and how long it took. Conversions that no touch led to are one more row, which `limit` does not count. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getJourneyReport(
    parameters: {
      /** One dimension: channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. Absent: `channel`. */
      dimension?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The end of the period, excluded, in the same forms. */
      periodEnd: string;
      /** A name in the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Required if there are conversions in several currencies. */
      currency?: string | undefined;
      /** The number of items per page. */
      limit?: number | undefined;
    },
    options?: CallOptions,
  ): Call<JourneyReport>;
  /** Public keys of the tokens minted here */
  getJsonWebKeySet(
    parameters?: Record<never, never>,
    options?: CallOptions,
  ): Call<{
    keys: Array<Record<string, unknown>>;
  }>;
  /** Read how landings are read */
  getLandingSettings(
    parameters?: {
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<LandingSettings>;
  /** Read a version of how landings are read */
  getLandingSettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<LandingSettings>;
  /** Metrics for Prometheus */
  getMetrics(parameters?: Record<never, never>, options?: CallOptions): Call<string>;
  /** Export conversions as an advertising platform takes them. Files to upload, or bodies of requests, with the click ids of the touches that a model credits with the conversions of a period; those about refunds contain what was refunded in it. What the platform would refuse is left out, with the reason. */
  getOfflineConversionExport(
    parameters: {
      /** The advertising platform, and the form of what it is told. */
      platform:
        | 'google-ads'
        | 'google-ads-multi-touch'
        | 'google-ads-api'
        | 'google-ads-adjustments'
        | 'microsoft-ads'
        | 'microsoft-ads-adjustments'
        | 'meta'
        | 'linkedin'
        | 'tiktok';
      /** What the platform calls conversions of this kind: a name, or the name of a resource. */
      conversionName: string;
      /** What the platform calls the source of the events. Required for `tiktok`: the id of the pixel. */
      sourceId?: string | undefined;
      /** The model to use. Absent: `last-non-direct`. */
      model?: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The end of the period, excluded, in the same forms. */
      periodEnd: string;
      /** A name in the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
    },
    options?: CallOptions,
  ): Call<OfflineConversions>;
  /** This document */
  getOpenApi(parameters?: Record<never, never>, options?: CallOptions): Call<Record<string, unknown>>;
  /** Read how long data is kept */
  getPrivacySettings(
    parameters?: {
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<PrivacySettings>;
  /** Read a version of how long data is kept */
  getPrivacySettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<PrivacySettings>;
  /** Report what customers pay over time, in the published shape. Customers who first paid in the period, grouped by a member of the lead source they came by then, and what they paid in each interval after that (day, month, quarter, year). A conversion counts for the lead source to which `last-non-direct` credits it; amounts are JSON numbers in one currency, which `filter` names if there are several (`currency:EUR`). Without a period, the report is on the current month. */
  getRetentionValueReport(
    parameters?: {
      /** The member of the lead source to group by. Absent: `leadSource.source`. */
      aggregationField?: string | undefined;
      /** The length of an interval. */
      aggregationPeriod?: 'day' | 'month' | 'quarter' | 'year' | undefined;
      /** Whether refunds are subtracted. */
      includeRefunds?: 'true' | 'false' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The end of the period, excluded, in the same forms. */
      periodEnd?: string | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: currency. */
      filter?: string | undefined;
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Call<ReportRetentionValue>;
  /** List who changed which setting. Changes of the organization and its keys, the newest first. */
  getSettingChangeCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<SettingChange>;
  /** List spend */
  getSpendCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
      /** Fields separated by commas, with `-` before one for descending order: date. */
      sort?: string | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: date, currency, channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. */
      filter?: string | undefined;
    },
    options?: CallOptions,
  ): Pages<Spend>;
  /** Export all spend. The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers also require the permission `lead-sources:read`. For programs that want columns, each line of `application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text. */
  getSpendExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<Spend>;
  /** Export every touch. The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers also require the permission `lead-sources:read`. For programs that want columns, each line of `application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text. */
  getTouchExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<ExportedTouch>;
  /** Read a delivery to a webhook */
  getTrackingWebhook(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<WebhookDelivery>;
  /** List deliveries to webhooks */
  getTrackingWebhookCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<WebhookDelivery>;
  /** Report transactions, in the published shape. What was sold and given back, grouped by a member of the lead source. A conversion counts for the lead source to which `last-non-direct` credits it; amounts are JSON numbers in one currency, which `filter` names if there are several (`currency:EUR`). Without a period, the report is on the current month. */
  getTransactionReport(
    parameters?: {
      /** The member of the lead source to group by. Absent: `leadSource.source`. */
      aggregationField?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The end of the period, excluded, in the same forms. */
      periodEnd?: string | undefined;
      /** `field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` around a value with such characters. Fields: currency. */
      filter?: string | undefined;
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Call<ReportTransactions>;
  /** Read a webhook */
  getWebhook(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Webhook>;
  /** List webhooks */
  getWebhookCollection(
    parameters?: {
      /** The number of items per page. */
      limit?: number | undefined;
      /** The number of items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<Webhook>;
  /** Close a period and freeze its statement. Later changes to its conversions become signed lines of the next period, with their causes; the numbers of touches and customers stay as they are now. Periods follow each other; only the first needs `periodStart`. */
  postAffiliatePeriod(
    parameters: {
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostAffiliatePeriodBody;
    },
    options?: CallOptions,
  ): Call<AffiliateStatement>;
  /** Create an API key. The answer contains the key itself, which is shown only once. A key cannot have permissions that its maker lacks, nor be used from addresses that its maker cannot be used from. */
  postApiKey(
    parameters: {
      body: PostApiKeyBody;
    },
    options?: CallOptions,
  ): Call<NewApiKey>;
  /** Record a visit. For pages and for servers that render them, with a publishable key. A visit that is not recorded is also answered with 202, and with the reason in `X-Leadsource-Ignored`: `origin` (the key is for other pages), `consent` (denied, or `Sec-GPC: 1`), `bot`, `internal` (a visit merely continues) or `duplicate` (sent a moment ago). The body may be declared as `text/plain`, as by beacons, and may have up to 16 KiB. */
  postCapture(
    parameters: {
      body: PostCaptureBody;
    },
    options?: CallOptions,
  ): Call<CaptureAnswer>;
  /** Try channel rules. Tells how many touches of the last `days` would move from which channel to which, and changes nothing. Also requires the permission `lead-sources:read`, since it shows examples. */
  postChannelRulesDryRun(
    parameters: {
      body: PostChannelRulesDryRunBody;
    },
    options?: CallOptions,
  ): Call<ChannelMoves>;
  /** Record a conversion. It may lie in the past. The touches that led to it are credited; an unknown customer is created. */
  postConversion(
    parameters: {
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostConversionBody;
    },
    options?: CallOptions,
  ): Call<Conversion>;
  /** Record many conversions. One for each element of an array or line of `application/x-ndjson`: up to 64 MiB, and 64 KiB per line. Each line is stored or refused by itself; the answer has a line for each, in the same order. A line answered with 503 could not be stored at that moment, or nobody knows whether it was; the lines after it are still tried. Send it again after five seconds: with an `id`, it is then answered with 200 if it had been stored. If the storage is not available before the first line, the whole call may be answered with 503. */
  postConversionBulk(
    parameters: {
      /** Whether webhooks are told of the changes. */
      announce?: boolean | undefined;
      /** `return=minimal` (RFC 7240): lines that were added (201) are left out of the answer, except for the last line of the body. The answer confirms this with `Preference-Applied`. */
      prefer?: string | undefined;
      lines:
        | Iterable<PostConversionBulkLine>
        | AsyncIterable<PostConversionBulkLine>
        | string
        | Uint8Array<ArrayBuffer>;
    },
    options?: CallOptions,
  ): LineAnswers<LineOutcome>;
  /** Refund a conversion. In part or, without an amount, everything that is left; never more. */
  postConversionRefund(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostConversionRefundBody;
    },
    options?: CallOptions,
  ): Call<Refund>;
  /** Create a customer */
  postCustomer(
    parameters: {
      /** What to embed, separated by commas. */
      expand?: string | undefined;
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostCustomerBody;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** Erase a customer. The customer, who may also be named by an id that was merged away, is kept under a random id that nobody is told. Custom fields, visitors, aliases, given ids, click ids, paths and referrers are removed, with what was on its way to webhooks; campaigns and times stay, so that totals do not change. This cannot be undone. If the id is used again, it is a new customer. */
  postCustomerErasure(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Erased>;
  /** Add a touch to a customer. Adds a lead source at any time, including the past: its time decides its place in the history, and may make it the original. It is added even if it equals another one. An unknown customer is created. */
  postCustomerLeadSource(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostCustomerLeadSourceBody;
    },
    options?: CallOptions,
  ): Call<Touch>;
  /** Link a visitor to a customer. A touch of a visitor belongs to the customer with the latest link at or before it; before any link, to the first. The order in which links and touches arrive makes no difference. The same link again changes nothing. An unknown customer is created. */
  postCustomerVisitor(
    parameters: {
      /** Id of the resource. */
      id: string;
      body: PostCustomerVisitorBody;
    },
    options?: CallOptions,
  ): Call<VisitorLink>;
  /** Start a job. For what takes longer than a request: the job has the result once it is completed. If an unfinished job was asked for the same, the answer is that job; beyond 10 unfinished jobs of its type, it is 409. */
  postJob(
    parameters: {
      /** Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not executed again, and gets the same answer. */
      idempotencyKey?: string | undefined;
      body: PostJobBody;
    },
    options?: CallOptions,
  ): Call<Job>;
  /** Import touches. Adds many touches, one for each element of an array or line of `application/x-ndjson`: up to 64 MiB, and 64 KiB per line. Each line is stored or refused by itself; the answer has a line for each, in the same order, sent while they arrive. The touches belong to an import, which can be undone as a whole. A line answered with 503 could not be stored at that moment, or nobody knows whether it was; the lines after it are still tried. Send it again after five seconds: with an `id`, it is then answered with 200 if it had been stored. If the storage is not available before the first line, the whole call may be answered with 503. */
  postLeadSourceCollection(
    parameters: {
      /** Whether webhooks are told of the changes. */
      announce?: boolean | undefined;
      /** The import to which the lines belong, which is begun or continued. Absent: one is begun with a generated id. */
      import?: string | undefined;
      /** `return=minimal` (RFC 7240): lines that were added (201) are left out of the answer, except for the last line of the body. The answer confirms this with `Preference-Applied`. */
      prefer?: string | undefined;
      lines:
        | Iterable<PostLeadSourceCollectionLine>
        | AsyncIterable<PostLeadSourceCollectionLine>
        | string
        | Uint8Array<ArrayBuffer>;
    },
    options?: CallOptions,
  ): LineAnswers<LineOutcome>;
  /** Try how long data would be kept. Tells how many touches and visitors are too old now by these settings, and changes nothing. */
  postPrivacySettingsDryRun(
    parameters: {
      body: PostPrivacySettingsDryRunBody;
    },
    options?: CallOptions,
  ): Call<RetentionDryRun>;
  /** Mint a token. A JSON Web Token, without permissions that its maker lacks. It expires with its maker at the latest, and ends when the key behind it is revoked. */
  postToken(
    parameters: {
      body: PostTokenBody;
    },
    options?: CallOptions,
  ): Call<Token>;
  /** Resend a delivery. At once, with the same `webhook-id`, even if it was delivered before. Its webhook must be active. */
  postTrackingWebhookResendRequest(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Create a webhook. The answer contains the secret that signs its requests, which is shown only once. */
  postWebhook(
    parameters: {
      body: PostWebhookBody;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
  /** Replace the secret of a webhook. For a day, requests are signed with the previous secret as well. */
  postWebhookSecret(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
  /** Change the model of statements for affiliates. Applies to statements that name no model, from the next one on; what was stated for closed periods stays, with their models. Without this setting, a statement uses the model of the period closed last, and `last-non-direct` before the first. */
  putAffiliateSettings(
    parameters: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutAffiliateSettingsBody;
    },
    options?: CallOptions,
  ): Call<AffiliateSettings>;
  /** Change an API key */
  putApiKey(
    parameters: {
      /** Id of the resource. */
      id: string;
      body: PutApiKeyBody;
    },
    options?: CallOptions,
  ): Call<ApiKey>;
  /** Change how credits are given. Members that are absent, null or equal to the default follow the default. Credits by the new settings are built beside the old ones by the job `jobId`; until all of them exist, reports use the old ones. */
  putAttributionSettings(
    parameters: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutAttributionSettingsBody;
    },
    options?: CallOptions,
  ): Call<AttributionSettings>;
  /** Put channel rules in force. They apply to every touch, including those of the past. Rules equal to those in force make no new version. Every version can still be read. */
  putChannelRules(
    parameters: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutChannelRulesBody;
    },
    options?: CallOptions,
  ): Call<ChannelRules>;
  /** Create or replace a customer */
  putCustomer(
    parameters: {
      /** What to embed, separated by commas. */
      expand?: string | undefined;
      /** Id of the resource. */
      id: string;
      body: PutCustomerBody;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** Set a lead source. Sets the customer's most recent lead source, replacing it whole; the first one ever set stays as `original`. An unknown customer is created. Setting one equal to the current one changes nothing. */
  putCustomerLeadSource(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutCustomerLeadSourceBody;
    },
    options?: CallOptions,
  ): Call<LeadSource>;
  /** Change how landings are read. Members that are absent, null or equal to the default follow the default, also when a newer program changes it. Own and excluded hosts also affect the channels of past touches. */
  putLandingSettings(
    parameters: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutLandingSettingsBody;
    },
    options?: CallOptions,
  ): Call<LandingSettings>;
  /** Change how long data is kept. Data that is too old is removed in the background, at once and then every day, and does not come back with other settings: try them first. Members that are absent, null or equal to the default follow the default. */
  putPrivacySettings(
    parameters: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
      body: PutPrivacySettingsBody;
    },
    options?: CallOptions,
  ): Call<PrivacySettings>;
  /** Record spend. Each row replaces one of the same date, dimensions and currency. All rows are stored, or none. In `text/csv`, the first line names the columns, and an empty cell is null; faults name their line. A table with all columns of `leadsource export spend` is read as it was written: without the apostrophe before what looks like a formula, and with two quotes for an empty text, unless every cell is quoted. */
  putSpend(
    parameters: {
      body: PutSpendBody;
    },
    options?: CallOptions,
  ): Call<Spend[]>;
  /** Create or replace a webhook. The secret of an existing webhook stays. Deliveries that wait for a webhook are given up when it becomes inactive. */
  putWebhook(
    parameters: {
      /** Id of the resource. */
      id: string;
      body: PutWebhookBody;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
}
