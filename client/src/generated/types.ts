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
  /** When it came into being. */
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
    /** When it came into being. */
    createdTime: string;
    /** When it last changed. */
    updatedTime: string;
  };
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self' | 'customer';
  }>;
}

export interface Customer {
  id: string;
  websiteId: string | null;
  /** Anything you keep beside a customer, up to 16 KiB of JSON. */
  customFields: Record<string, unknown>;
  /** Grows with every change of the customer or its lead source. */
  revision: number;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  organizationId: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
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
  /** When it was told to us. */
  recordedTime: string;
  position: 'original' | 'intermediary' | 'most-recent';
  /** By the channel rules in force now. */
  channel: string;
  origin: 'api' | 'capture' | 'import';
  /** Who recorded it: the id of an API key, or the subject of a token (behind its issuer and a space where the issuer is another). */
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
  /** Of a captured touch: fields that were longer, and are kept as far as they fit. Absent where none was. */
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
  /** When it was told to us. */
  recordedTime: string;
  position: 'original' | 'intermediary' | 'most-recent';
  /** By the channel rules in force now. */
  channel: string;
  origin: 'api' | 'capture' | 'import';
  /** Who recorded it: the id of an API key, or the subject of a token (behind its issuer and a space where the issuer is another). */
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
  /** Anything you keep beside a customer, up to 16 KiB of JSON. */
  customFields: Record<string, unknown>;
  /** Grows with every change of the customer or its lead source. */
  revision: number;
  /** When it came into being. */
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
    /** When it came into being. */
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
      /** When it came into being. */
      createdTime: string;
      /** When it last changed. */
      updatedTime: string;
    };
  } | null;
}

/** All that is held of a customer. */
export interface CustomerHoldings {
  /** When it was begun. */
  exportedTime: string;
  customer: Customer;
  leadSource: LeadSource | null;
  /** Ids that stand for the customer since they were merged into it. */
  aliases: Array<{
    id: string | null;
  }>;
  /** Every lead source, in the order in which they were told. */
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
  /** Browsers that are the customer, and since when. */
  visitors: Array<{
    visitorId: string | null;
    linkedAs: string | null;
    actor: string | null;
    linkedTime: string | null;
    lastSeenTime: string | null;
  }>;
  /** Merges and removals, and when those came into being who were merged away. */
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
  /** What each model gives a touch of a conversion; no touch where none led to it. */
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
  /** What was stated to affiliates so far of conversions of closed periods. */
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
  /** Lines of closed statements to affiliates that name a click of the customer. */
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
  /** Requests about the customer that were to be done once, and their answers. */
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
  /** Changes on their way to webhooks, or told to them. */
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
  /** What the key permits. */
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
  /** From then on the key is refused. */
  expiresTime: string | null;
  /** Written at most once a minute. Of a secret key, exact to that; of a publishable one, when it last sent a visit that was recorded, which shows a minute late where another had just been. */
  lastUsedTime: string | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self';
  }>;
}

export interface NewApiKey {
  id: string;
  type: 'secret' | 'publishable';
  /** What the key is for. */
  description: string | null;
  /** What the key permits. */
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
  /** From then on the key is refused. */
  expiresTime: string | null;
  /** Written at most once a minute. Of a secret key, exact to that; of a publishable one, when it last sent a visit that was recorded, which shows a minute late where another had just been. */
  lastUsedTime: string | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self';
  }>;
  /** The key itself, shown this once; of a secret key. */
  secretKey?: string | undefined;
  /** The key itself, of a publishable key. */
  publishableKey?: string | undefined;
}

export interface Token {
  /** A JSON Web Token for the Authorization header. */
  token: string;
  /** When it ends, which is never after its maker does. */
  expiresTime: string;
  subject: string;
  /** What the key permits. */
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
  /** The first that holds gives the channel; where none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All must hold; without any the rule holds for every touch. */
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
      /** Turns the condition over. */
      not?: boolean | undefined;
    }>;
  }>;
  /** Whether these are what the program has by default. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface ChannelMoves {
  /** Of the rules in force, which the others are held against. */
  version: number;
  periodStart: string;
  /** How many occurred since. */
  touches: number;
  /** How many would stay in their channel. */
  unchanged: number;
  /** From which channel to which, the greatest first. */
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
  /** Beside the page's own host: a referrer there only goes on with a visit. A host stands for those below it. */
  ownHosts: string[];
  /** Such as payment and sign-in pages: a referrer there only goes on with a visit. A host stands for those below it. */
  excludedHosts: string[];
  /** Campaign parameters that are read besides `utm_*`. */
  parameterFamilies: Array<'matomo' | 'hubspot' | 'plain'>;
  /** Of affiliate networks; of several the first counts. */
  affiliateParameters: Array<{
    name: string;
    field: 'affiliate' | 'clickId';
  }>;
  urlPolicy: {
    /** What stays of the query of a URL: nothing, the allowed parameters, or everything. */
    query: 'strip' | 'allow-list' | 'keep';
    /** Kept with `allow-list`, compared without case. */
    allowedParameters: string[];
    /** Their values are never kept. `*part*` is any name with that part. */
    redactedParameters: string[];
    /** Whether it holds for the path and the referrer of lead sources that callers write, too. */
    appliesToApi: boolean;
  };
  /** Whether these are what the program has by default. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface PrivacySettings {
  /** Grows with every change. */
  version: number;
  /** Touches that occurred so many days ago are removed, as if they had never been told. Null: never. */
  removeTouchesAfterDays: number | null;
  /** Touches that occurred so many days ago lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays: number | null;
  /** Visitors linked to nobody are forgotten so many days after they were last heard of; 400 by default. */
  forgetVisitorsAfterDays: number;
  /** Whether these are what the program has by default. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
}

export interface RetentionDryRun {
  removeBefore: string | null;
  stripBefore: string | null;
  touchesToRemove: number;
  /** Those that have something to lose. */
  touchesToStrip: number;
  /** Of whom any touch would be removed or stripped. */
  customers: number;
  /** Visitors who are nobody's, and have not been heard of for so long. Their touches go with them. */
  visitorsToForget: number;
}

export interface Erased {
  erasedTime: string;
  /** Touches that are nobody's any more. */
  touches: number;
  /** Ids that stood for the customer. */
  aliases: number;
  /** Conversions that are nobody's any more. */
  conversions: number;
  /** Refunds of these. */
  refunds: number;
  /** Visitors that were linked to the customer. */
  visitors: number;
  /** Events and deliveries of webhooks. */
  deliveries: number;
  /** Answers that were kept for repeated requests. */
  answers: number;
}

export interface ImportedTouch {
  /** Its place in the body. */
  line: number;
  /** As that of a request of its own: 201, 200 where it was there already, 503 to come again. */
  status: number;
  customerId?: string | undefined;
  /** The id of the touch. */
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
  /** With the digits of the currency. */
  amount: string;
  currency: string;
  /** What was given back of it. */
  refundedAmount: string;
  /** What is left of it. */
  netAmount: string;
  orderId: string | null;
  /** Anything you keep beside a conversion, up to 16 KiB of JSON. */
  metadata: Record<string, unknown>;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self' | 'customer' | 'refunds';
  }>;
}

export interface Refund {
  id: string;
  conversionId: string;
  /** With the digits of the currency. */
  amount: string;
  currency: string;
  /** When it was given back. */
  occurredTime: string;
  /** When it was told to us. */
  createdTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'conversion';
  }>;
}

export interface Spend {
  /** A day in the reporting time zone. */
  date: string;
  /** As in reports; null where not known. */
  channel: string | null;
  /** As in reports; null where not known. */
  medium: string | null;
  /** As in reports; null where not known. */
  source: string | null;
  /** As in reports; null where not known. */
  campaign: string | null;
  /** As in reports; null where not known. */
  term: string | null;
  /** As in reports; null where not known. */
  content: string | null;
  /** As in reports; null where not known. */
  affiliate: string | null;
  /** As in reports; null where not known. */
  subAffiliate: string | null;
  /** As in reports; null where not known. */
  salesAgent: string | null;
  /** With the digits of the currency. */
  amount: string;
  /** By ISO 4217, such as `EUR`. */
  currency: string;
  /** When it was last told. */
  updatedTime: string;
}

export interface AttributionSettings {
  /** Grows with every change. */
  version: number;
  /** So many days before a conversion a touch is credited with it. */
  lookbackDays: number;
  /** By `time-decay`, a touch so many days earlier than another is credited half as much. */
  halfLifeDays: number;
  /** By `position-based`: the shares of the first touch, those between, and the last. They sum to 1. */
  positionWeights: number[];
  /** In which days and months begin, by its name in the time zone database. */
  reportingTimezone: string;
  /** Whether the credits that reports read are by this version already, or still. */
  isApplied: boolean;
  /** The job that builds credits by this version, or built them while they are there. */
  jobId: string | null;
  /** Whether these are what the program has by default. */
  isDefault: boolean;
  /** Who made this version; null for the first, which nobody made. */
  actor: string | null;
  createdTime: string | null;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self' | 'job';
  }>;
}

/** Work that takes longer than a request. */
export interface Job {
  id: string;
  /** `recompute-credits`: credits are built by changed settings. Others were asked for. */
  type: string;
  /** Superseded: settings changed once more before it was completed. */
  status: 'queued' | 'running' | 'completed' | 'failed' | 'superseded';
  progress: number;
  request: Record<string, unknown>;
  /** Null until it is completed, and where there is none. */
  result: unknown;
  /** Why it failed. */
  error: string | null;
  /** Who caused it. */
  actor: string;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  /** When it ended. */
  finishedTime: string | null;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
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
  /** With the digits of the currency. */
  amount: string;
  currency: string;
  /** What was given back of it. */
  refundedAmount: string;
  /** What is left of it. */
  netAmount: string;
  orderId: string | null;
  /** Anything you keep beside a conversion, up to 16 KiB of JSON. */
  metadata: Record<string, unknown>;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
}

/** What each model gives a touch of a conversion. */
export interface ExportedCredit {
  conversionId: string;
  customerId: string;
  /** When the conversion occurred. */
  occurredTime: string;
  currency: string;
  /** Whether it was the first of its customer, so that its weights count new customers. */
  isFirstConversion: boolean;
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** Null, with all that is said of the touch, where no touch led to the conversion. */
  touchId: string | null;
  /** When the touch occurred. */
  touchOccurredTime: string | null;
  /** By the channel rules in force now. */
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
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
    last: {
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
    'last-non-direct': {
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
    linear: {
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
    'position-based': {
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
    'time-decay': {
      /** Those of a conversion sum to 1. */
      weight: number;
      /** Those of a conversion sum to its own. */
      amount: string;
      /** What refunds took of it; those of a conversion sum to what was refunded. */
      refunded: string;
    };
  };
}

/** What an advertising platform is told of the conversions of a period. */
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
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** None where nothing is to be told. */
  files: Array<{
    name: string;
    mediaType: 'text/csv' | 'application/json';
    rows: number;
    /** To be uploaded, or sent as the body of a request, as it is. */
    content: string;
  }>;
  /** Conversions, or touches of them, that the platform would refuse. */
  leftOut: Array<{
    conversionId: string;
    reason: string;
  }>;
}

export interface Import {
  id: string;
  /** What its lines are. */
  kind: 'lead-sources';
  /** Whether more can be added, it is being undone, or nothing of it is left. */
  status: 'open' | 'undoing' | 'undone';
  /** How many touches it ever added. */
  addedTouches: number;
  /** How many of them are there now. Only where one import is read. */
  touches?: number | undefined;
  /** Who began it. */
  actor: string;
  /** Who undoes it, or undid it; null while nobody does. */
  undoneBy: string | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
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
    /** Absent where nobody is known. */
    author?:
      | {
          /** The id of an API key, or the subject of a token. */
          userId: string;
        }
      | undefined;
    mentions: Record<string, unknown>;
    links: Array<Record<string, unknown>>;
  };
  /** When it was told to us. */
  occurredTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self';
  }>;
}

export interface CaptureAnswer {
  /** Whether it is a touch of the visitor now. */
  recorded: boolean;
  visitorId: string;
}

export interface VisitorLink {
  /** Another than was named where that one was merged away. */
  customerId: string;
  visitorId: string;
  /** Since when the visitor is the customer. */
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
  /** A key's id, a token's subject (behind its issuer and a space where the issuer is another), `operator` for the command line, or `leadsource` for what the service did by itself. */
  actor: string;
  /** When it was changed. */
  occurredTime: string;
}

export interface Webhook {
  id: string;
  status: 'active' | 'inactive';
  /** Nothing else is sent. */
  method: 'POST';
  url: string;
  /** Types of events to be told of; empty: all. */
  eventsFilter: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'>;
  headers: Array<{
    name: string;
    value: string;
    status: 'active' | 'inactive';
  }>;
  body: null;
  filter: null;
  /** When the first attempt failed of those since the last that succeeded. */
  failingSinceTime: string | null;
  /** Why the service made it inactive: the receiver answered 410, or failed for five days. */
  deactivation: 'gone' | 'failing' | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self';
  }>;
}

export interface WebhookWithSecret {
  id: string;
  status: 'active' | 'inactive';
  /** Nothing else is sent. */
  method: 'POST';
  url: string;
  /** Types of events to be told of; empty: all. */
  eventsFilter: Array<'lead-source-changed' | 'customer-created' | 'customer-merged'>;
  headers: Array<{
    name: string;
    value: string;
    status: 'active' | 'inactive';
  }>;
  body: null;
  filter: null;
  /** When the first attempt failed of those since the last that succeeded. */
  failingSinceTime: string | null;
  /** Why the service made it inactive: the receiver answered 410, or failed for five days. */
  deactivation: 'gone' | 'failing' | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self';
  }>;
  /** What its requests are signed with, shown this once. */
  secret: string;
}

/** An event on its way to a webhook, and how the last attempt ended. What was told is not kept. */
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
  /** Attempts made since it was made, or last sent for anew. */
  attempt: number;
  /** When the next attempt is due; null where none is. */
  nextAttemptTime: string | null;
  /** Nothing else is sent. */
  method: 'POST';
  /** Where the last attempt went; null before the first. */
  url: string | null;
  /** The status of the last answer; null where none came. */
  status: number | null;
  /** Why no answer came. */
  error: string | null;
  /** The beginning of the answer to an attempt that failed. */
  response: string | null;
  /** Milliseconds that the last attempt took. */
  duration: number | null;
  /** When the last attempt began. */
  initiatedTime: string | null;
  /** The same. */
  sentTime: string | null;
  /** When it came into being. */
  createdTime: string;
  /** When it last changed. */
  updatedTime: string;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'self' | 'webhook';
  }>;
}

export interface ReportTransactions {
  data: Array<{
    /** Null for what is unset, and where no lead source is known. */
    aggregationFieldValue: string | null;
    /** Conversions in the period. */
    salesCount: number;
    /** What they were worth. */
    salesValue: number;
    /** The mean of them, to the digits of the currency. */
    salesAverage: number;
    /** What was given back in the period. */
    refundsValue: number;
    /** Sales without refunds. */
    amount: number;
  }>;
}

export interface ReportRetentionValue {
  data: Array<{
    /** Null for what is unset, and where no lead source is known. */
    aggregationValue: string | null;
    /** Customers who paid first in the period. */
    customersCount: number;
    periods: Array<{
      /** How many intervals after that in which they paid first. */
      period: number;
      /** What a customer has paid until its end, as a mean to the digits of the currency. */
      retentionAverage: number;
      /** Conversions in it. */
      transactionsCount: number;
      /** What they were worth, without refunds unless asked otherwise. */
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
  /** Null for what brought no conversion. */
  currency: string | null;
  /** What was sent in the period. */
  touches?: number | undefined;
  /** Distinct ones among these. */
  customers?: number | undefined;
  /** The closed period that the line is about. */
  adjusts?: string | undefined;
  /** Why it differs from what was stated. */
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
  /** Before refunds, with the digits of the currency. */
  gross: string;
  /** What was given back, with the digits of the currency. */
  refunds: string;
  /** Gross without refunds, with the digits of the currency. */
  net: string;
}

export interface AffiliatePeriod {
  id: string;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** When it was closed. */
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
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  /** When it was closed. */
  closedTime?: string | undefined;
  /** Who closed it. */
  actor?: string | undefined;
  rows: Array<{
    affiliate: string;
    /** Null for none. */
    subAffiliate: string | null;
    /** Null for none. */
    clickId: string | null;
    /** Null for what brought no conversion. */
    currency: string | null;
    /** What was sent in the period. */
    touches?: number | undefined;
    /** Distinct ones among these. */
    customers?: number | undefined;
    /** The closed period that the line is about. */
    adjusts?: string | undefined;
    /** Why it differs from what was stated. */
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
    /** Before refunds, with the digits of the currency. */
    gross: string;
    /** What was given back, with the digits of the currency. */
    refunds: string;
    /** Gross without refunds, with the digits of the currency. */
    net: string;
  }>;
  /** For each currency, the lines about earlier periods included. */
  totals: Array<{
    currency: string;
    conversions: number;
    /** Before refunds, with the digits of the currency. */
    gross: string;
    /** What was given back, with the digits of the currency. */
    refunds: string;
    /** Gross without refunds, with the digits of the currency. */
    net: string;
  }>;
}

export interface AffiliateSettings {
  /** Grows with every change. */
  version: number;
  model: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay';
  /** Whether these are what the program has by default. */
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
  /** Null where there are no conversions. */
  currency: string | null;
  /** Included. */
  periodStart: string;
  /** Excluded. */
  periodEnd: string;
  timezone: string;
  dateBasis: string;
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  rows: Array<{
    values: {
      /** Null for what is unset. */
      channel?: string | null | undefined;
      /** Null for what is unset. */
      medium?: string | null | undefined;
      /** Null for what is unset. */
      source?: string | null | undefined;
      /** Null for what is unset. */
      campaign?: string | null | undefined;
      /** Null for what is unset. */
      term?: string | null | undefined;
      /** Null for what is unset. */
      content?: string | null | undefined;
      /** Null for what is unset. */
      affiliate?: string | null | undefined;
      /** Null for what is unset. */
      subAffiliate?: string | null | undefined;
      /** Null for what is unset. */
      salesAgent?: string | null | undefined;
    };
    /** Conversions that no touch led to. */
    unattributed?: true | undefined;
    /** All values that have no row of their own. */
    other?: true | undefined;
    /** The day that the interval begins with. */
    interval?: string | undefined;
    /** Distinct customers with a credit here. */
    customers?: number | undefined;
    /** What was spent, with the digits of the currency. */
    spend?: string | undefined;
    credits: {
      first?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      last?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'last-non-direct'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      linear?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'position-based'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'time-decay'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
    };
    _links: Array<{
      /** Absolute, under the root that the request came by. */
      href: string;
      rel: 'conversions';
    }>;
  }>;
  totals: {
    /** What was spent, with the digits of the currency. */
    spend?: string | undefined;
    credits: {
      first?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      last?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'last-non-direct'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      linear?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'position-based'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
      'time-decay'?:
        | {
            /** Parts of conversions, added up. */
            conversions: number;
            /** The same of conversions that were the first of their customer. */
            newCustomers: number;
            /** Before refunds, with the digits of the currency. */
            revenue: string;
            /** What was given back, with the digits of the currency. */
            refunds: string;
            /** Revenue without refunds, with the digits of the currency. */
            net: string;
            /** Spend for each new customer, with the digits of the currency. */
            cac?: string | undefined;
            /** Net for each unit of spend. */
            roas?: number | undefined;
          }
        | undefined;
    };
  };
}

/** What some touches are worth, by each model that was asked for. */
export interface AttributionReportRow {
  values: {
    /** Null for what is unset. */
    channel?: string | null | undefined;
    /** Null for what is unset. */
    medium?: string | null | undefined;
    /** Null for what is unset. */
    source?: string | null | undefined;
    /** Null for what is unset. */
    campaign?: string | null | undefined;
    /** Null for what is unset. */
    term?: string | null | undefined;
    /** Null for what is unset. */
    content?: string | null | undefined;
    /** Null for what is unset. */
    affiliate?: string | null | undefined;
    /** Null for what is unset. */
    subAffiliate?: string | null | undefined;
    /** Null for what is unset. */
    salesAgent?: string | null | undefined;
  };
  /** Conversions that no touch led to. */
  unattributed?: true | undefined;
  /** All values that have no row of their own. */
  other?: true | undefined;
  /** The day that the interval begins with. */
  interval?: string | undefined;
  /** Distinct customers with a credit here. */
  customers?: number | undefined;
  /** What was spent, with the digits of the currency. */
  spend?: string | undefined;
  credits: {
    first?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    last?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'last-non-direct'?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    linear?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'position-based'?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
    'time-decay'?:
      | {
          /** Parts of conversions, added up. */
          conversions: number;
          /** The same of conversions that were the first of their customer. */
          newCustomers: number;
          /** Before refunds, with the digits of the currency. */
          revenue: string;
          /** What was given back, with the digits of the currency. */
          refunds: string;
          /** Revenue without refunds, with the digits of the currency. */
          net: string;
          /** Spend for each new customer, with the digits of the currency. */
          cac?: string | undefined;
          /** Net for each unit of spend. */
          roas?: number | undefined;
        }
      | undefined;
  };
  _links: Array<{
    /** Absolute, under the root that the request came by. */
    href: string;
    rel: 'conversions';
  }>;
}

/** The touches that led to a conversion, oldest first, and what each model gives them. */
export interface ConversionAttribution {
  conversionId: string;
  /** Of the conversion, before refunds, with the digits of the currency. */
  amount: string;
  currency: string;
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  /** How far back touches count. */
  lookbackDays: number;
  /** Whether no touch led to it. */
  unattributed: boolean;
  /** Why it is unattributed. */
  reason?: string | undefined;
  journey: Array<{
    touchId: string;
    /** When it occurred. */
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
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      last: {
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'last-non-direct': {
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      linear: {
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'position-based': {
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
      'time-decay': {
        /** Those of a conversion sum to 1. */
        weight: number;
        /** Those of a conversion sum to its own, with the digits of the currency. */
        amount: string;
        /** The rule that gave it, as a sentence. */
        reason: string;
      };
    };
  }>;
  _links: Array<{
    /** Absolute, under the root that the request came by. */
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
  /** Of the attribution settings that gave the credits. */
  settingsVersion: number;
  channelRulesVersion: number;
  rows: Array<{
    /** A value for each touch, oldest first. */
    path: Array<string | null>;
    /** Conversions that no touch led to. */
    unattributed?: true | undefined;
    /** All other paths. */
    other?: true | undefined;
    /** Distinct customers who went it. */
    customers?: number | undefined;
    conversions: number;
    /** Before refunds, with the digits of the currency. */
    revenue: string;
    /** What was given back, with the digits of the currency. */
    refunds: string;
    /** Revenue without refunds, with the digits of the currency. */
    net: string;
    /** The mean number of touches. */
    touchesToConvert: number;
    /** From the first touch to the conversion, as a mean. */
    secondsToConvert: number;
  }>;
  totals: {
    customers: number;
    conversions: number;
    /** Before refunds, with the digits of the currency. */
    revenue: string;
    /** What was given back, with the digits of the currency. */
    refunds: string;
    /** Revenue without refunds, with the digits of the currency. */
    net: string;
    /** The mean number of touches. */
    touchesToConvert: number;
    /** From the first touch to the conversion, as a mean. */
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
  /** Distinct customers who went it. */
  customers?: number | undefined;
  conversions: number;
  /** Before refunds, with the digits of the currency. */
  revenue: string;
  /** What was given back, with the digits of the currency. */
  refunds: string;
  /** Revenue without refunds, with the digits of the currency. */
  net: string;
  /** The mean number of touches. */
  touchesToConvert: number;
  /** From the first touch to the conversion, as a mean. */
  secondsToConvert: number;
}

/** RFC 9457 */
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
  /** A model by name. Absent: that of `/affiliate-settings`, else of the period that was closed last, else `last-non-direct`. */
  model?: string | null | undefined;
  /** A date, or a moment. Absent: the end of the period that was closed last. */
  periodStart?: string | null | undefined;
  /** A date, or a moment, not in the future. Absent: now. */
  periodEnd?: string | null | undefined;
  /** Of the dates. Absent: the reporting zone of the organization. */
  timezone?: string | null | undefined;
}

export interface PostApiKeyBody {
  type: 'secret' | 'publishable';
  /** What the key is for. */
  description?: string | null | undefined;
  /** What the key permits. */
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
  /** From then on the key is refused. */
  expiresTime?: string | null | undefined;
}

/** An arrival as it was seen; the service concludes. Unknown members are ignored. */
export interface PostCaptureBody {
  /** A publishable key, unless it stands in the header `Authorization`. */
  key?: string | null | undefined;
  /** Made by whoever captures, and kept by the visitor: 8 to 64 of the characters A-Z a-z 0-9 _ -. */
  visitorId: string;
  /** The page that the visitor came to, whole. */
  url: string;
  /** The page before it. Absent, null or empty: none. */
  referrer?: string | null | undefined;
  /** When. Up to 24 hours back; what is older, ahead or absent counts as arriving now. */
  occurredTime?: string | null | undefined;
  /** Whether the visitor allows it. `denied`: nothing is recorded. */
  consent?: 'granted' | 'denied' | 'unknown' | null | undefined;
}

export interface PostChannelRulesDryRunBody {
  /** The first that holds gives the channel; where none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All must hold; without any the rule holds for every touch. */
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
      /** Turns the condition over. */
      not?: boolean | undefined;
    }>;
  }>;
  /** Touches that occurred so many days ago or later are counted. */
  days: number;
}

/** A conversion to be recorded. Unknown members are ignored. */
export interface PostConversionBody {
  /** Absent, null or empty: generated. Told again under the same id it is not recorded again; what is left out is not compared. */
  id?: string | null | undefined;
  customerId: string;
  /** Absent or null: now. Up to 60 seconds ahead counts as now. */
  occurredTime?: string | null | undefined;
  /** What it was, in words of your own. */
  type?: string | null | undefined;
  /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
  amount: string | number;
  /** By ISO 4217, such as `EUR`. */
  currency: string;
  /** The order that it was. */
  orderId?: string | null | undefined;
  /** Anything you keep beside a conversion, up to 16 KiB of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
}

/** A conversion to be recorded. Unknown members are ignored. */
export interface PostConversionBulkLine {
  /** Absent, null or empty: generated. Told again under the same id it is not recorded again; what is left out is not compared. */
  id?: string | null | undefined;
  customerId: string;
  /** Absent or null: now. Up to 60 seconds ahead counts as now. */
  occurredTime?: string | null | undefined;
  /** What it was, in words of your own. */
  type?: string | null | undefined;
  /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
  amount: string | number;
  /** By ISO 4217, such as `EUR`. */
  currency: string;
  /** The order that it was. */
  orderId?: string | null | undefined;
  /** Anything you keep beside a conversion, up to 16 KiB of JSON. */
  metadata?: Record<string, unknown> | null | undefined;
}

/** Money given back of a conversion. */
export interface PostConversionRefundBody {
  /** Absent, null or empty: generated. Told again under the same id it is not recorded again; what is left out is not compared. */
  id?: string | null | undefined;
  /** As that of a conversion, in its currency. Absent or null: all that is left. */
  amount?: string | number | null | undefined;
  /** Absent or null: now. Up to 60 seconds ahead counts as now. Not before the conversion. */
  occurredTime?: string | null | undefined;
}

/** A customer to be created. */
export interface PostCustomerBody {
  /** Absent, null or empty: generated. */
  id?: string | null | undefined;
  /** Website the customer belongs to. */
  websiteId?: string | null | undefined;
  /** Anything you keep beside a customer, up to 16 KiB of JSON. */
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
  /** Absent or null: generated. Told again under the same id, a touch is not added again; what is left out is not compared. */
  id?: string | null | undefined;
  /** When the lead came. Absent or null: now. Up to 60 seconds ahead counts as now. */
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
  /** Made by whoever captures, and kept by the visitor: 8 to 64 of the characters A-Z a-z 0-9 _ -. */
  visitorId: string;
  /** Since when the visitor is this customer. Absent or null: now. Up to 60 seconds ahead counts as now. */
  linkedTime?: string | null | undefined;
}

/** A job to be done. Unknown members are ignored. */
export interface PostJobBody {
  /** `data-driven`: what the paths of a period say each value of a dimension is worth. */
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
  /** In which dates begin; by default the reporting zone. */
  timezone?: string | null | undefined;
  /** May be left out where there is but one. */
  currency?: string | null | undefined;
}

export interface PostLeadSourceCollectionLine {
  /** Absent or null: generated. Told again under the same id, a touch is not added again; what is left out is not compared. */
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

/** Settings as they would be put. */
export interface PostPrivacySettingsDryRunBody {
  /** Touches that occurred so many days ago are removed, as if they had never been told. Null: never. */
  removeTouchesAfterDays?: number | null | undefined;
  /** Touches that occurred so many days ago lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays?: number | null | undefined;
  /** Visitors linked to nobody are forgotten so many days after they were last heard of; 400 by default. */
  forgetVisitorsAfterDays?: number | null | undefined;
}

export interface PostTokenBody {
  /** Whom the token stands for; absent: its maker. Not `operator`, an id of a key, or a name of another issuer. */
  subject?: string | null | undefined;
  /** What the key permits. */
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
  /** Nothing else is sent. */
  method?: 'POST' | undefined;
  status?: 'active' | 'inactive' | undefined;
  /** Types of events to be told of; empty: all. */
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
  /** The version that the change was made from; another one in force is 409. Absent: whatever it is. */
  version?: number | null | undefined;
  /** Absent and null: none is decided on. */
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

/** A key written anew. An absent or null `acl` leaves it as it is; other absent members are emptied. */
export interface PutApiKeyBody {
  /** What the key is for. */
  description?: string | null | undefined;
  /** What the key permits. */
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
  /** From then on the key is refused. */
  expiresTime?: string | null | undefined;
}

/** Absent members and null are as by default. Unknown members are ignored. */
export interface PutAttributionSettingsBody {
  /** The version that the change was made from; another one in force is 409. Absent: whatever it is. */
  version?: number | null | undefined;
  /** So many days before a conversion a touch is credited with it. */
  lookbackDays?: number | null | undefined;
  /** By `time-decay`, a touch so many days earlier than another is credited half as much. */
  halfLifeDays?: number | null | undefined;
  /** By `position-based`: the shares of the first touch, those between, and the last. They sum to 1. */
  positionWeights?: number[] | null | undefined;
  /** In which days and months begin, by its name in the time zone database. */
  reportingTimezone?: string | null | undefined;
}

/** Unknown members are ignored, so that what GET answered can be changed and sent back. */
export interface PutChannelRulesBody {
  /** The version that the change was made from; another one in force is 409. Absent: whatever it is. */
  version?: number | null | undefined;
  /** The first that holds gives the channel; where none does, it is `Unassigned`. */
  rules: Array<{
    channel: string;
    /** All must hold; without any the rule holds for every touch. */
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
      /** Turns the condition over. */
      not?: boolean | undefined;
    }>;
  }>;
}

/** A customer. `leadSource` is set by the rules of its own PUT; absent or null leaves it as it is. */
export interface PutCustomerBody {
  /** Website the customer belongs to. */
  websiteId?: string | null | undefined;
  /** Anything you keep beside a customer, up to 16 KiB of JSON. */
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

/** Absent members and null are as by default. Unknown members are ignored. */
export interface PutLandingSettingsBody {
  /** The version that the change was made from; another one in force is 409. Absent: whatever it is. */
  version?: number | null | undefined;
  /** Beside the page's own host: a referrer there only goes on with a visit. A host stands for those below it. */
  ownHosts?: string[] | null | undefined;
  /** Such as payment and sign-in pages: a referrer there only goes on with a visit. A host stands for those below it. */
  excludedHosts?: string[] | null | undefined;
  /** Campaign parameters that are read besides `utm_*`. */
  parameterFamilies?: Array<'matomo' | 'hubspot' | 'plain'> | null | undefined;
  /** Of affiliate networks; of several the first counts. */
  affiliateParameters?:
    | Array<{
        name: string;
        field: 'affiliate' | 'clickId';
      }>
    | null
    | undefined;
  urlPolicy?:
    | {
        /** What stays of the query of a URL: nothing, the allowed parameters, or everything. */
        query?: 'strip' | 'allow-list' | 'keep' | null | undefined;
        /** Kept with `allow-list`, compared without case. */
        allowedParameters?: string[] | null | undefined;
        /** Their values are never kept. `*part*` is any name with that part. */
        redactedParameters?: string[] | null | undefined;
        /** Whether it holds for the path and the referrer of lead sources that callers write, too. */
        appliesToApi?: boolean | null | undefined;
      }
    | null
    | undefined;
}

/** Absent members and null are as by default. Unknown members are ignored. */
export interface PutPrivacySettingsBody {
  /** The version that the change was made from; another one in force is 409. Absent: whatever it is. */
  version?: number | null | undefined;
  /** Touches that occurred so many days ago are removed, as if they had never been told. Null: never. */
  removeTouchesAfterDays?: number | null | undefined;
  /** Touches that occurred so many days ago lose their click id, path and referrer; their campaign stays. Null: never. */
  stripTouchesAfterDays?: number | null | undefined;
  /** Visitors linked to nobody are forgotten so many days after they were last heard of; 400 by default. */
  forgetVisitorsAfterDays?: number | null | undefined;
}

/** A row, or an array of them. Unknown members are ignored. */
export type PutSpendBody =
  | Array<{
      /** A day in the reporting time zone. */
      date: string;
      /** As in reports; null where not known. */
      channel?: string | null | undefined;
      /** As in reports; null where not known. */
      medium?: string | null | undefined;
      /** As in reports; null where not known. */
      source?: string | null | undefined;
      /** As in reports; null where not known. */
      campaign?: string | null | undefined;
      /** As in reports; null where not known. */
      term?: string | null | undefined;
      /** As in reports; null where not known. */
      content?: string | null | undefined;
      /** As in reports; null where not known. */
      affiliate?: string | null | undefined;
      /** As in reports; null where not known. */
      subAffiliate?: string | null | undefined;
      /** As in reports; null where not known. */
      salesAgent?: string | null | undefined;
      /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
      amount: string | number;
      /** By ISO 4217, such as `EUR`. */
      currency: string;
    }>
  | {
      /** A day in the reporting time zone. */
      date: string;
      /** As in reports; null where not known. */
      channel?: string | null | undefined;
      /** As in reports; null where not known. */
      medium?: string | null | undefined;
      /** As in reports; null where not known. */
      source?: string | null | undefined;
      /** As in reports; null where not known. */
      campaign?: string | null | undefined;
      /** As in reports; null where not known. */
      term?: string | null | undefined;
      /** As in reports; null where not known. */
      content?: string | null | undefined;
      /** As in reports; null where not known. */
      affiliate?: string | null | undefined;
      /** As in reports; null where not known. */
      subAffiliate?: string | null | undefined;
      /** As in reports; null where not known. */
      salesAgent?: string | null | undefined;
      /** A decimal text such as `34.17`, or a JSON number that denotes it exactly. */
      amount: string | number;
      /** By ISO 4217, such as `EUR`. */
      currency: string;
    };

/** A webhook written whole: absent members take their defaults. */
export interface PutWebhookBody {
  /** Where requests go: https, and http only into networks that the operator allows. */
  url: string;
  /** Nothing else is sent. */
  method?: 'POST' | undefined;
  status?: 'active' | 'inactive' | undefined;
  /** Types of events to be told of; empty: all. */
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
  /** Decide on no model for statements for affiliates. Makes a new version, unless the default is in force already. */
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
  /** Give credits as by default again. Makes a new version, unless the default is in force already. */
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
  /** Merge a customer into another. The target takes over every touch; the earlier original stays. From then on the old id stands for the target in every write, and is unknown to every read. */
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
  /** Undo a touch. Removes one lead source, as if it had never been told; what remains says what is original and most recent. */
  deleteCustomerLeadSourceTouch(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Id of the touch. */
      touchId: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Undo an import. Nothing can be added to it from then on, and every touch that it added goes, little by little, as if it had never been told. Customers stay, also those that came into being by it. To ask again is harmless. */
  deleteImport(
    parameters: {
      /** Whether others are told of the changes. */
      announce?: boolean | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Import>;
  /** Read landings as by default again. Makes a new version, unless the default is in force already. */
  deleteLandingSettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Keep everything as long as by default again. Makes a new version, unless the default is in force already. */
  deletePrivacySettings(
    parameters?: {
      /** Entity tags, one of which must be current (RFC 9110). */
      ifMatch?: string | undefined;
      /** Entity tags, none of which may be current; or `*`. */
      ifNoneMatch?: string | undefined;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Erase an unlinked visitor. With every touch of theirs. What a linked visitor did is of the customer: 409. */
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<AffiliatePeriod>;
  /** Report what each affiliate sent and earned. By affiliate, partner and click, as far as is known now. Without `periodStart` it follows the period that was closed last, and has a signed line for whatever conversions of closed periods are not worth what was stated. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getAffiliateReport(
    parameters?: {
      /** A model by name. Absent: `last-non-direct`; of a statement for affiliates, the model of the period that was closed last. */
      model?: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The moment after the period, in the same forms. */
      periodEnd?: string | undefined;
      /** A name of the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
    },
    options?: CallOptions,
  ): Call<AffiliateStatement>;
  /** Read by which model statements for affiliates are made */
  getAffiliateSettings(parameters?: Record<never, never>, options?: CallOptions): Call<AffiliateSettings>;
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<ApiKey>;
  /** Report what each source of customers earned. Conversions, revenue and refunds of a period by one or two dimensions, side by side for each model. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getAttributionReport(
    parameters: {
      /** By what, one or two by a comma: channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. Absent: by channel. */
      dimension?: string | undefined;
      /** Models by commas: first, last, last-non-direct, linear, position-based, time-decay. Absent: all. */
      models?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The moment after the period, in the same forms. */
      periodEnd: string;
      /** A name of the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Required where there are conversions in several currencies. */
      currency?: string | undefined;
      /** Cuts the period: a row for each part of it. */
      interval?: 'day' | 'week' | 'month' | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent, referrerHost, clickIdKind, clickId, path, referrer. */
      filter?: string | undefined;
      /** Whether a refund counts on the date of its conversion, or on its own. */
      dateBasis?: 'conversion' | 'refund' | undefined;
      /** Whether distinct customers are counted, which takes longer. */
      customers?: boolean | undefined;
      /** Items of a page. */
      limit?: number | undefined;
    },
    options?: CallOptions,
  ): Call<AttributionReport>;
  /** Read how credits are given */
  getAttributionSettings(parameters?: Record<never, never>, options?: CallOptions): Call<AttributionSettings>;
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
  /** Read the channel rules in force. The default rules where none were ever put. */
  getChannelRules(parameters?: Record<never, never>, options?: CallOptions): Call<ChannelRules>;
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
  /** Explain who is credited with a conversion. The touches that led to it, oldest first: what each model gives each of them, and the rule by which it does. */
  getConversionAttribution(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<ConversionAttribution>;
  /** List conversions. With `credited` and `models`, those that a row of a report is made of: a link of the row asks so. With a period, those that a report of it counts, where `dateBasis=refund` adds earlier ones that were refunded in it. `credited` takes the permission `reports:read`, too. */
  getConversionCollection(
    parameters?: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Fields by commas, `-` before one for descending: id, occurredTime, createdTime, updatedTime. */
      sort?: string | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: id, customerId, type, currency, orderId, occurredTime, createdTime, updatedTime. */
      filter?: string | undefined;
      /** Only those credited to touches that say this, by the grammar of `filter`, or `unattributed`, and by one of `models`: as the rows of reports link here. */
      credited?: string | undefined;
      /** Models by commas: first, last, last-non-direct, linear, position-based, time-decay. Absent: all. */
      models?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The moment after the period, in the same forms. */
      periodEnd?: string | undefined;
      /** A name of the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Whether a refund counts on the date of its conversion, or on its own. */
      dateBasis?: 'conversion' | 'refund' | undefined;
    },
    options?: CallOptions,
  ): Pages<Conversion>;
  /** Export every conversion. The whole table as `application/x-ndjson`, sorted by its key, as it is read: an answer that breaks off is not whole. What changes meanwhile is there as it was or as it is. For programs that want columns, each line of `application/vnd.leadsource.columns` is some rows, as an object that has for each column an array of cells, or null where all are null: times as milliseconds since 1970, JSON of any shape as its text. */
  getConversionExport(
    parameters?: Record<never, never>,
    options?: CallOptions,
  ): LineAnswers<ExportedConversion>;
  /** List the refunds of a conversion */
  getConversionRefundCollection(
    parameters: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<Refund>;
  /** Export every credit: what each model gives each touch of each conversion. The whole table as `application/x-ndjson`, sorted by its key, as it is read: an answer that breaks off is not whole. What changes meanwhile is there as it was or as it is. For programs that want columns, each line of `application/vnd.leadsource.columns` is some rows, as an object that has for each column an array of cells, or null where all are null: times as milliseconds since 1970, JSON of any shape as its text. */
  getCreditExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<ExportedCredit>;
  /** Read a customer */
  getCustomer(
    parameters: {
      /** What to embed, by commas. */
      expand?: string | undefined;
      /** Members to show, by commas; all where absent. Others are left out, though the schema requires them. */
      fields?: string | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** List customers */
  getCustomerCollection(
    parameters?: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Fields by commas, `-` before one for descending: id, websiteId, revision, createdTime, updatedTime. */
      sort?: string | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: id, websiteId, revision, createdTime, updatedTime, leadSource.medium, leadSource.source, leadSource.campaign, leadSource.term, leadSource.content, leadSource.affiliate, leadSource.subAffiliate, leadSource.salesAgent, leadSource.clickId, leadSource.path, leadSource.referrer, original.medium, original.source, original.campaign, original.term, original.content, original.affiliate, original.subAffiliate, original.salesAgent, original.clickId, original.path, original.referrer. */
      filter?: string | undefined;
      /** What to embed, by commas. */
      expand?: string | undefined;
      /** Members to show, by commas; all where absent. Others are left out, though the schema requires them. */
      fields?: string | undefined;
    },
    options?: CallOptions,
  ): Pages<Customer>;
  /** Export every customer. The whole table as `application/x-ndjson`, sorted by its key, as it is read: an answer that breaks off is not whole. What changes meanwhile is there as it was or as it is. For programs that want columns, each line of `application/vnd.leadsource.columns` is some rows, as an object that has for each column an array of cells, or null where all are null: times as milliseconds since 1970, JSON of any shape as its text. */
  getCustomerExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<ExportedCustomer>;
  /** Export everything that is held of a customer. One document, as it is read: an answer that breaks off is not whole. It takes lead-sources:read, conversions:read, webhooks:read, too. What only leads to the customer by a hash, and sums over many customers, are not in it. */
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<Touch>;
  /** List what happened to a customer. The newest first: when the customer came into being, each lead source that was recorded, deletions and merges. Lead sources that were deleted are no longer shown, only that they were. */
  getCustomerTimelineCollection(
    parameters: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Pages<TimelineMessage>;
  /** List the visitors that a customer is. By the moment from which on they are the customer. */
  getCustomerVisitorCollection(
    parameters: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
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
  /** Can the service answer requests?. Whether the database can be asked and takes writes. Not ready once the service prepares to stop. */
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
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
  /** List jobs */
  getJobCollection(
    parameters?: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<Job>;
  /** Report the most frequent paths to conversions. Each path by the values of one dimension, a touch after the other, with what came of it and how long it took. Conversions that no touch led to are a row beside those that `limit` leaves. Answered as JSON, CSV or lines of JSON, as `Accept` asks. */
  getJourneyReport(
    parameters: {
      /** By what, one of channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. Absent: by channel. */
      dimension?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The moment after the period, in the same forms. */
      periodEnd: string;
      /** A name of the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
      /** Required where there are conversions in several currencies. */
      currency?: string | undefined;
      /** Items of a page. */
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
  getLandingSettings(parameters?: Record<never, never>, options?: CallOptions): Call<LandingSettings>;
  /** Read a version of how landings are read */
  getLandingSettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<LandingSettings>;
  /** Figures for Prometheus */
  getMetrics(parameters?: Record<never, never>, options?: CallOptions): Call<string>;
  /** Export conversions as an advertising platform takes them. Files to upload, or bodies of requests, with the click ids of the touches that a model credits, for the conversions of a period; those of refunds have what was refunded in it. What the platform would refuse is left out, with the reason. */
  getOfflineConversionExport(
    parameters: {
      /** Who is to be told, and in which form. */
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
      /** What the platform calls the place of the events: for `tiktok`, the id of the pixel. */
      sourceId?: string | undefined;
      /** A model by name. Absent: `last-non-direct`; of a statement for affiliates, the model of the period that was closed last. */
      model?: 'first' | 'last' | 'last-non-direct' | 'linear' | 'position-based' | 'time-decay' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart: string;
      /** The moment after the period, in the same forms. */
      periodEnd: string;
      /** A name of the time zone database. Absent: the reporting zone of the organization. */
      timezone?: string | undefined;
    },
    options?: CallOptions,
  ): Call<OfflineConversions>;
  /** This document */
  getOpenApi(parameters?: Record<never, never>, options?: CallOptions): Call<Record<string, unknown>>;
  /** Read how long what is kept */
  getPrivacySettings(parameters?: Record<never, never>, options?: CallOptions): Call<PrivacySettings>;
  /** Read a version of how long what is kept */
  getPrivacySettingsVersion(
    parameters: {
      /** A version of the setting. */
      version: number;
    },
    options?: CallOptions,
  ): Call<PrivacySettings>;
  /** Report what customers pay over time, in the published shape. Customers who paid first in the period, by a member of the lead source they came by then, and what they paid so many intervals later (day, month, quarter, year). A conversion counts for the lead source that `last-non-direct` gives it to; amounts are JSON numbers of one currency, which `filter` names where there are several (`currency:EUR`). Without a period, of the current month. */
  getRetentionValueReport(
    parameters?: {
      /** By which member of the lead source. Absent: `leadSource.source`. */
      aggregationField?: string | undefined;
      /** How long intervals are. */
      aggregationPeriod?: 'day' | 'month' | 'quarter' | 'year' | undefined;
      /** Whether refunds are taken off. */
      includeRefunds?: 'true' | 'false' | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The moment after the period, in the same forms. */
      periodEnd?: string | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: currency. */
      filter?: string | undefined;
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Call<ReportRetentionValue>;
  /** List who changed which setting. Changes of the organization and its keys, the newest first. */
  getSettingChangeCollection(
    parameters?: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<SettingChange>;
  /** List what was spent */
  getSpendCollection(
    parameters?: {
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
      /** Fields by commas, `-` before one for descending: date. */
      sort?: string | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: date, currency, channel, medium, source, campaign, term, content, affiliate, subAffiliate, salesAgent. */
      filter?: string | undefined;
    },
    options?: CallOptions,
  ): Pages<Spend>;
  /** Export all that was spent. The whole table as `application/x-ndjson`, sorted by its key, as it is read: an answer that breaks off is not whole. What changes meanwhile is there as it was or as it is. For programs that want columns, each line of `application/vnd.leadsource.columns` is some rows, as an object that has for each column an array of cells, or null where all are null: times as milliseconds since 1970, JSON of any shape as its text. */
  getSpendExport(parameters?: Record<never, never>, options?: CallOptions): LineAnswers<Spend>;
  /** Export every touch. The whole table as `application/x-ndjson`, sorted by its key, as it is read: an answer that breaks off is not whole. What changes meanwhile is there as it was or as it is. For programs that want columns, each line of `application/vnd.leadsource.columns` is some rows, as an object that has for each column an array of cells, or null where all are null: times as milliseconds since 1970, JSON of any shape as its text. */
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<WebhookDelivery>;
  /** Report transactions, in the published shape. What was sold and given back by a member of the lead source. A conversion counts for the lead source that `last-non-direct` gives it to; amounts are JSON numbers of one currency, which `filter` names where there are several (`currency:EUR`). Without a period, of the current month. */
  getTransactionReport(
    parameters?: {
      /** By which member of the lead source. Absent: `leadSource.source`. */
      aggregationField?: string | undefined;
      /** The first moment of the period: a date in the time zone of the report, or a moment. */
      periodStart?: string | undefined;
      /** The moment after the period, in the same forms. */
      periodEnd?: string | undefined;
      /** `field:value`; `;` and, `,` or, `!` not, `a..b` from and to, `null` unset, `"…"` for a value with such characters. Fields: currency. */
      filter?: string | undefined;
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
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
      /** Items of a page. */
      limit?: number | undefined;
      /** Items before the page. */
      offset?: number | undefined;
    },
    options?: CallOptions,
  ): Pages<Webhook>;
  /** Close a period and freeze its statement. What changes later of its conversions becomes a signed line of the next period, with its cause; touches and customers stay those of this moment. Periods follow each other; only the first needs `periodStart`. */
  postAffiliatePeriod(
    parameters: {
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostAffiliatePeriodBody;
    },
    options?: CallOptions,
  ): Call<AffiliateStatement>;
  /** Create an API key. Answers the key itself, this once. It can be given no permission that its maker does not have. */
  postApiKey(
    parameters: {
      body: PostApiKeyBody;
    },
    options?: CallOptions,
  ): Call<NewApiKey>;
  /** Tell of a visit. For pages and for servers that render them, by a publishable key. What is not to be recorded is answered 202 all the same, with the reason in `X-Leadsource-Ignored`: `origin` (the key is for other pages), `consent` (denied, or `Sec-GPC: 1`), `bot`, `internal` (the visit only goes on) or `duplicate` (told a moment ago). The body may say that it is `text/plain`, as beacons do, and holds up to 16 KiB. */
  postCapture(
    parameters: {
      body: PostCaptureBody;
    },
    options?: CallOptions,
  ): Call<CaptureAnswer>;
  /** Try channel rules. Answers how many touches of the last days would move from which channel to which, and changes nothing. Takes the permission `lead-sources:read`, too, since it shows examples. */
  postChannelRulesDryRun(
    parameters: {
      body: PostChannelRulesDryRunBody;
    },
    options?: CallOptions,
  ): Call<ChannelMoves>;
  /** Record a conversion. At any moment of the past. It credits the touches that led to it; an unknown customer is created. */
  postConversion(
    parameters: {
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostConversionBody;
    },
    options?: CallOptions,
  ): Call<Conversion>;
  /** Record many conversions. One for each element of an array or line of `application/x-ndjson`: up to 64 MiB, 64 KiB a line. Each line is kept or refused by itself; the answer has a line for each, in their order. A line of 503 could not be kept at that moment, or nobody knows whether it was; those behind it are tried all the same. Send it again after five seconds: with an `id` it is then 200 if it was kept. Where the storage is away before the first line, the call as a whole may be answered with 503. */
  postConversionBulk(
    parameters: {
      /** Whether others are told of the changes. */
      announce?: boolean | undefined;
      /** `return=minimal` (RFC 7240): lines that were added (201) are left out of the answer, but for the last of the body. The answer says so by `Preference-Applied`. */
      prefer?: string | undefined;
      lines:
        | Iterable<PostConversionBulkLine>
        | AsyncIterable<PostConversionBulkLine>
        | string
        | Uint8Array<ArrayBuffer>;
    },
    options?: CallOptions,
  ): LineAnswers<ImportedTouch>;
  /** Refund a conversion. In part or, without an amount, all that is left; never more. */
  postConversionRefund(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostConversionRefundBody;
    },
    options?: CallOptions,
  ): Call<Refund>;
  /** Create a customer */
  postCustomer(
    parameters: {
      /** What to embed, by commas. */
      expand?: string | undefined;
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostCustomerBody;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** Erase a customer. The customer, also by an id that stands for it, is kept under a random id that nobody is told. Its custom fields, visitors, aliases, given ids, click ids, paths and referrers go, with what was on its way to webhooks; campaigns and times stay, so that totals stay. It cannot be undone. The id used again is a new customer. */
  postCustomerErasure(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<Erased>;
  /** Add a touch to a customer. Adds a lead source at any moment, also in the past: by its time it takes its place in the history, and may become the original. It is never compared with what is there. An unknown customer is created. */
  postCustomerLeadSource(
    parameters: {
      /** Id of the resource. */
      id: string;
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostCustomerLeadSourceBody;
    },
    options?: CallOptions,
  ): Call<Touch>;
  /** Link a visitor to a customer. A touch of a visitor belongs to the customer whose link is the latest at or before it; before any link, to the first. In whatever order links and touches arrive, the same follows. The same link again changes nothing. An unknown customer is created. */
  postCustomerVisitor(
    parameters: {
      /** Id of the resource. */
      id: string;
      body: PostCustomerVisitorBody;
    },
    options?: CallOptions,
  ): Call<VisitorLink>;
  /** Have something computed. What takes longer than a request is answered by the job, once it is completed. What a job that is not finished was asked already is answered with that job; beyond 10 others of its type it is 409. */
  postJob(
    parameters: {
      /** Chosen by the caller: sent again within 24 hours with the same content, the request is not done again and answers as it did. */
      idempotencyKey?: string | undefined;
      body: PostJobBody;
    },
    options?: CallOptions,
  ): Call<Job>;
  /** Import touches. Adds many touches, one for each element of an array or line of `application/x-ndjson`: up to 64 MiB, 64 KiB a line. Each line is kept or refused by itself; the answer has a line for each, in their order, while they arrive. The touches belong to an import, which can be undone as a whole. A line of 503 could not be kept at that moment, or nobody knows whether it was; those behind it are tried all the same. Send it again after five seconds: with an `id` it is then 200 if it was kept. Where the storage is away before the first line, the call as a whole may be answered with 503. */
  postLeadSourceCollection(
    parameters: {
      /** Whether others are told of the changes. */
      announce?: boolean | undefined;
      /** The import that the lines belong to, which is begun or gone on with. Absent: one is begun under a generated id. */
      import?: string | undefined;
      /** `return=minimal` (RFC 7240): lines that were added (201) are left out of the answer, but for the last of the body. The answer says so by `Preference-Applied`. */
      prefer?: string | undefined;
      lines:
        | Iterable<PostLeadSourceCollectionLine>
        | AsyncIterable<PostLeadSourceCollectionLine>
        | string
        | Uint8Array<ArrayBuffer>;
    },
    options?: CallOptions,
  ): LineAnswers<ImportedTouch>;
  /** Try how long what is kept. Answers how many touches and visitors are too old by these settings now, and changes nothing. */
  postPrivacySettingsDryRun(
    parameters: {
      body: PostPrivacySettingsDryRunBody;
    },
    options?: CallOptions,
  ): Call<RetentionDryRun>;
  /** Mint a token. A JSON Web Token with no permission that its maker does not have. It ends with its maker at the latest, also where the key behind it is revoked. */
  postToken(
    parameters: {
      body: PostTokenBody;
    },
    options?: CallOptions,
  ): Call<Token>;
  /** Make a delivery once more. At once, with the same `webhook-id`, also where it was made. Its webhook must be active. */
  postTrackingWebhookResendRequest(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<undefined>;
  /** Create a webhook. Answers the secret that signs its requests, this once. */
  postWebhook(
    parameters: {
      body: PostWebhookBody;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
  /** Give a webhook another secret. For a day, requests are signed with the secret before as well. */
  postWebhookSecret(
    parameters: {
      /** Id of the resource. */
      id: string;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
  /** Change by which model statements for affiliates are made. Holds for statements that name no model, from the next one on: what was stated of closed periods stays, by their models. Without a model of their own they are by that of the period that was closed last, and `last-non-direct` before the first. */
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
  /** Change how credits are given. What is absent, null or equal to the default follows the default. Credits by the new settings are built beside the old ones by the job of `jobId`; until all are there, reports go on with the old ones. */
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
  /** Put channel rules in force. They hold for every touch, of the past as well. Rules equal to those in force make no new version. Each version stays to be read. */
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
      /** What to embed, by commas. */
      expand?: string | undefined;
      /** Id of the resource. */
      id: string;
      body: PutCustomerBody;
    },
    options?: CallOptions,
  ): Call<Customer>;
  /** Set a lead source. Sets the customer's most recent lead source, replacing it whole; the first one ever set stays as `original`. An unknown customer is created. One equal to the current changes nothing. */
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
  /** Change how landings are read. What is absent, null or equal to the default follows the default, also that of a newer program. Own and excluded hosts count for the channels of touches of the past as well. */
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
  /** Change how long what is kept. What is too old goes in the background, at once and then every day, and does not come back with other settings: try them first. What is absent, null or equal to the default follows the default. */
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
  /** Tell what was spent. Each row takes the place of one of the same date, dimensions and currency. All rows are kept, or none. As `text/csv` the first line names the columns, and an empty cell is null; a fault is told behind its line. */
  putSpend(
    parameters: {
      body: PutSpendBody;
    },
    options?: CallOptions,
  ): Call<Spend[]>;
  /** Create or replace a webhook. Its secret stays. What waits for a webhook that becomes inactive is given up. */
  putWebhook(
    parameters: {
      /** Id of the resource. */
      id: string;
      body: PutWebhookBody;
    },
    options?: CallOptions,
  ): Call<WebhookWithSecret>;
}
