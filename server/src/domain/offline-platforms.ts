import { sharesConversions } from './attribution-models.ts';
import type { OfflineConversion, OfflineOptions, SharedKey, Told } from './offline-conversion.ts';
import { csv, type FileContent, json } from './offline-file.ts';
import type { WithPauses } from './pauses.ts';
import { formatInstant, type Instant } from './time.ts';

export interface Platform {
  readonly title: string;
  /** The kinds of click ids that it accepts. */
  readonly clickIdKinds: readonly string[];
  /** Set where every credited click becomes a row, instead of only the one with the largest part. */
  readonly isMultiTouch?: true;
  /** Set where it is told what refunds changed instead of the conversions, which it finds by this key. */
  readonly adjusts?: SharedKey;
  /** Set where it asks for the source of the events. */
  readonly asksForSource?: true;
  /** Set where it takes tables, which people open in spreadsheets. */
  readonly isTable?: true;
  /** Set where such a table has order ids. */
  readonly hasOrderColumn?: true;
  /** How old a conversion may be. */
  readonly longestAgeDays: number;
  /** How long before the conversion its click may be. */
  readonly longestClickDays: number;
  /** Keys of a row; no two rows may share any. */
  readonly keysOf: (told: Told, options: OfflineOptions) => readonly string[];
  readonly rowsOfFile: number;
  readonly write: (rows: readonly Told[], options: OfflineOptions) => WithPauses<FileContent>;
}

const unlimited = Number.POSITIVE_INFINITY;
const clickAndTime = ({ click, conversion }: Told) => `${secondOf(conversion.occurredTime)} ${click.clickId}`;
const order = ({ conversion }: Told) => `order ${orderIdOf(conversion)}`;
const byClickAndTime = (told: Told) => [clickAndTime(told)];
const byClickAndTimeOrOrder = (told: Told) => [clickAndTime(told), order(told)];
const byOrder = (told: Told) => [order(told)];
const byConversion = ({ conversion }: Told) => [conversion.id];

/** One entry for each platform: what it accepts, what it would refuse, and its format. */
export const offlinePlatforms = {
  'google-ads': {
    title: 'Google Ads, a file of clicks',
    clickIdKinds: ['gclid'],
    isTable: true,
    hasOrderColumn: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keysOf: byClickAndTimeOrOrder,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(['Parameters:TimeZone=+0000'], rows, {
        'Google Click ID': ({ click }) => click.clickId,
        'Conversion Name': () => conversionName,
        'Conversion Time': ({ conversion }) => googleTime(conversion.occurredTime),
        'Conversion Value': ({ click }) => click.amount,
        'Conversion Currency': ({ conversion }) => conversion.currency,
        'Order ID': ({ conversion }) => orderIdOf(conversion),
      }),
  },
  'google-ads-multi-touch': {
    title: 'Google Ads, a file of clicks that share conversions',
    clickIdKinds: ['gclid'],
    isMultiTouch: true,
    isTable: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keysOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName, model }) =>
      csv([`Parameters:Attribution Model=${model}`, 'Parameters:TimeZone=+0000'], rows, {
        'Google Click ID': ({ click }) => click.clickId,
        'Conversion Name': () => conversionName,
        'Conversion Time': ({ conversion }) => googleTime(conversion.occurredTime),
        'Attributed Credit': ({ click }) => click.credit,
        'Conversion Value': ({ click }) => click.amount,
        'Conversion Currency': ({ conversion }) => conversion.currency,
      }),
  },
  'google-ads-api': {
    title: 'Google Ads, bodies for its API',
    clickIdKinds: ['gclid', 'gbraid', 'wbraid'],
    isMultiTouch: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    // It recognizes a repeated conversion by its order, unless others attribute it.
    keysOf: (told, { model }) => (sharesConversions(model) ? byClickAndTime : byClickAndTimeOrOrder)(told),
    rowsOfFile: 2000,
    write: (rows, { conversionName, model }) =>
      json({
        conversions: rows.map(({ conversion, click }) => ({
          [click.clickIdKind]: click.clickId,
          conversionAction: conversionName,
          conversionDateTime: googleTime(conversion.occurredTime, '+00:00'),
          conversionValue: Number(click.amount),
          currencyCode: conversion.currency,
          // A conversion action is attributed either by Google or by others; in the second case every row must state its
          // credit, and none an order id.
          ...(sharesConversions(model)
            ? {
                externalAttributionData: {
                  externalAttributionCredit: Number(click.credit),
                  externalAttributionModel: model,
                },
              }
            : { orderId: orderIdOf(conversion) }),
        })),
        partialFailure: true,
      }),
  },
  'google-ads-adjustments': {
    title: 'Google Ads, a file of refunds',
    // Conversions by a wbraid cannot be adjusted.
    clickIdKinds: ['gclid', 'gbraid'],
    adjusts: 'order',
    isTable: true,
    hasOrderColumn: true,
    longestAgeDays: 54,
    longestClickDays: 90,
    keysOf: byOrder,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(['Parameters:TimeZone=+0000'], rows, {
        'Order ID': ({ conversion }) => orderIdOf(conversion),
        'Conversion Name': () => conversionName,
        'Adjustment Time': ({ conversion }) => googleTime(refundTime(conversion)),
        'Adjustment Type': ({ click }) => (isNothing(click.netAmount) ? 'RETRACT' : 'RESTATE'),
        'Adjusted Value': ({ click }) => (isNothing(click.netAmount) ? '' : click.netAmount),
        'Adjusted Value Currency': ({ conversion, click }) =>
          isNothing(click.netAmount) ? '' : conversion.currency,
      }),
  },
  'microsoft-ads': {
    title: 'Microsoft Ads, a file of clicks',
    clickIdKinds: ['msclkid'],
    isTable: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keysOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(['Parameters:TimeZone=+0000'], rows, {
        'Microsoft Click ID': ({ click }) => click.clickId,
        'Conversion Name': () => conversionName,
        'Conversion Time': ({ conversion }) => microsoftTime(conversion.occurredTime),
        'Conversion Value': ({ click }) => click.amount,
        'Conversion Currency': ({ conversion }) => conversion.currency,
      }),
  },
  'microsoft-ads-adjustments': {
    title: 'Microsoft Ads, a file of refunds',
    clickIdKinds: ['msclkid'],
    adjusts: 'customer-second',
    isTable: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keysOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(['Parameters:TimeZone=+0000'], rows, {
        'Microsoft Click ID': ({ click }) => click.clickId,
        'Conversion Name': () => conversionName,
        'Conversion Time': ({ conversion }) => microsoftTime(conversion.occurredTime),
        'Adjustment Type': ({ click }) => (isNothing(click.netAmount) ? 'Retract' : 'Restate'),
        'Adjustment Time': ({ conversion }) => microsoftTime(refundTime(conversion)),
        'Adjustment Value': ({ click }) => (isNothing(click.netAmount) ? '' : click.netAmount),
      }),
  },
  meta: {
    title: 'Meta, bodies for its Conversions API',
    clickIdKinds: ['fbclid'],
    // A single older event fails the whole request.
    longestAgeDays: 7,
    longestClickDays: 90,
    keysOf: byConversion,
    rowsOfFile: 1000,
    write: (rows, { conversionName, sha256 }) =>
      json({
        data: rows.map(({ conversion, click }) => ({
          event_name: conversionName,
          event_time: secondOf(conversion.occurredTime),
          action_source: 'website',
          ...(isWebPage(click.path) && { event_source_url: click.path }),
          event_id: conversion.id,
          user_data: {
            fbc: `fb.1.${click.occurredTime}.${click.clickId}`,
            external_id: sha256(conversion.customerId),
          },
          custom_data: {
            value: Number(click.amount),
            currency: conversion.currency,
            order_id: orderIdOf(conversion),
          },
        })),
      }),
  },
  linkedin: {
    title: 'LinkedIn, bodies for its conversion events',
    clickIdKinds: ['li_fat_id'],
    longestAgeDays: 90,
    longestClickDays: 90,
    keysOf: byConversion,
    rowsOfFile: 5000,
    write: (rows, { conversionName }) =>
      json({
        elements: rows.map(({ conversion, click }) => ({
          conversion: conversionName,
          conversionHappenedAt: conversion.occurredTime,
          conversionValue: { currencyCode: conversion.currency, amount: click.amount },
          eventId: conversion.id,
          user: {
            userIds: [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: click.clickId }],
          },
        })),
      }),
  },
  tiktok: {
    title: 'TikTok, bodies for its Events API',
    asksForSource: true,
    clickIdKinds: ['ttclid'],
    longestAgeDays: unlimited,
    longestClickDays: 90,
    keysOf: byConversion,
    rowsOfFile: 1000,
    write: (rows, { conversionName, sourceId, sha256 }) =>
      json({
        event_source: 'web',
        event_source_id: sourceId,
        data: rows.map(({ conversion, click }) => ({
          event: conversionName,
          event_time: secondOf(conversion.occurredTime),
          event_id: conversion.id,
          user: { ttclid: click.clickId, external_id: [sha256(conversion.customerId)] },
          properties: {
            currency: conversion.currency,
            value: Number(click.amount),
            order_id: orderIdOf(conversion),
          },
          ...(isWebPage(click.path) && {
            page: { url: click.path, ...(click.referrer !== null && { referrer: click.referrer }) },
          }),
        })),
      }),
  },
} as const satisfies Readonly<Record<string, Platform>>;

export type OfflinePlatform = keyof typeof offlinePlatforms;
export const offlinePlatformNames = Object.keys(offlinePlatforms) as readonly OfflinePlatform[];

/** Later refunds refer to the conversion by this id, so it must be the same each time. */
export function orderIdOf({ orderId, id }: OfflineConversion): string {
  return orderId ?? id;
}

/** Later than of any earlier adjustment, and in a later second than the conversion: platforms refuse any other. */
function refundTime({ refundedTime, occurredTime }: OfflineConversion): Instant {
  return Math.max(refundedTime ?? 0, occurredTime + 1000);
}

function secondOf(instant: Instant): number {
  return Math.floor(instant / 1000);
}

/** `2026-11-23 08:15:30+0000` */
function googleTime(instant: Instant, zone = '+0000'): string {
  return formatInstant(instant).slice(0, 19).replace('T', ' ') + zone;
}

/** `11/23/2026 8:15:30 AM`, in UTC. */
function microsoftTime(instant: Instant): string {
  const [date = '', time = ''] = formatInstant(instant).slice(0, 19).split('T');
  const [year, month, day] = date.split('-').map(Number);
  const [hour = 0] = time.split(':').map(Number);
  const half = hour < 12 ? 'AM' : 'PM';
  return `${month}/${day}/${year} ${hour % 12 || 12}${time.slice(2)} ${half}`;
}

function isNothing(amount: string): boolean {
  return !/[1-9]/.test(amount);
}

function isWebPage(path: string | null): boolean {
  return path !== null && /^https?:\/\//.test(path);
}
