import type { CreditedConversion, OfflineFile, OfflineOptions, Told } from './offline-conversion.ts';
import { formatInstant, type Instant } from './time.ts';

export interface Platform {
  readonly title: string;
  /** The kinds of click ids that it takes. */
  readonly clickIdKinds: readonly string[];
  /** Whether every credited touch is a row, or the one with the largest part alone. */
  readonly isMultiTouch?: true;
  /** Whether it is told of what refunds changed, instead of the conversions. */
  readonly adjusts?: true;
  /** Whether it asks for the place of the events. */
  readonly asksForSource?: true;
  /** How old a conversion may be. */
  readonly longestAgeDays: number;
  /** How long before a conversion its click may be. */
  readonly longestClickDays: number;
  /** What two rows must not share. */
  readonly keyOf: (told: Told) => string;
  readonly rowsOfFile: number;
  readonly write: (
    rows: readonly Told[],
    options: OfflineOptions,
  ) => Pick<OfflineFile, 'mediaType' | 'content'>;
}

const unlimited = Number.POSITIVE_INFINITY;
const byClickAndTime = ({ touch, conversion }: Told) =>
  `${touch.clickId} ${secondOf(conversion.occurredTime)}`;
const byOrder = ({ conversion }: Told) => orderIdOf(conversion);

/** One platform an entry: what it takes, what it would refuse, and its form. */
export const offlinePlatforms = {
  'google-ads': {
    title: 'Google Ads, a file of clicks',
    clickIdKinds: ['gclid'],
    longestAgeDays: 90,
    longestClickDays: 90,
    keyOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(
        ['Parameters:TimeZone=+0000'],
        'Google Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency,Order ID',
        rows.map(({ conversion, touch }) => [
          ...[touch.clickId, conversionName, googleTime(conversion.occurredTime), touch.amount],
          ...[conversion.currency, orderIdOf(conversion)],
        ]),
      ),
  },
  'google-ads-multi-touch': {
    title: 'Google Ads, a file of clicks that share conversions',
    clickIdKinds: ['gclid'],
    isMultiTouch: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keyOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName, model }) =>
      csv(
        [`Parameters:Attribution Model=${model}`, 'Parameters:TimeZone=+0000'],
        'Google Click ID,Conversion Name,Conversion Time,Attributed Credit,Conversion Value,Conversion Currency',
        rows.map(({ conversion, touch }) => [
          ...[touch.clickId, conversionName, googleTime(conversion.occurredTime), String(touch.weight)],
          ...[touch.amount, conversion.currency],
        ]),
      ),
  },
  'google-ads-api': {
    title: 'Google Ads, bodies for its API',
    clickIdKinds: ['gclid', 'gbraid', 'wbraid'],
    isMultiTouch: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keyOf: byClickAndTime,
    rowsOfFile: 2000,
    write: (rows, { conversionName, model }) =>
      json({
        conversions: rows.map(({ conversion, touch }) => ({
          [touch.clickIdKind]: touch.clickId,
          conversionAction: conversionName,
          conversionDateTime: googleTime(conversion.occurredTime, '+00:00'),
          conversionValue: Number(touch.amount),
          currencyCode: conversion.currency,
          orderId: orderIdOf(conversion),
          ...(touch.weight < 1 && {
            externalAttributionData: {
              externalAttributionCredit: touch.weight,
              externalAttributionModel: model,
            },
          }),
        })),
        partialFailure: true,
      }),
  },
  'google-ads-adjustments': {
    title: 'Google Ads, a file of refunds',
    clickIdKinds: ['gclid'],
    adjusts: true,
    longestAgeDays: 55,
    longestClickDays: 90,
    keyOf: byOrder,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(
        ['Parameters:TimeZone=+0000'],
        'Order ID,Conversion Name,Adjustment Time,Adjustment Type,Adjusted Value,Adjusted Value Currency',
        rows.map(({ conversion, touch }) => [
          ...[orderIdOf(conversion), conversionName, googleTime(refundTime(conversion))],
          ...(isNothing(touch.netAmount)
            ? ['RETRACT', '', '']
            : ['RESTATE', touch.netAmount, conversion.currency]),
        ]),
      ),
  },
  'microsoft-ads': {
    title: 'Microsoft Ads, a file of clicks',
    clickIdKinds: ['msclkid'],
    longestAgeDays: 90,
    longestClickDays: 90,
    keyOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(
        ['Parameters:TimeZone=+0000'],
        'Microsoft Click ID,Conversion Name,Conversion Time,Conversion Value,Conversion Currency',
        rows.map(({ conversion, touch }) => [
          ...[touch.clickId, conversionName, microsoftTime(conversion.occurredTime)],
          ...[touch.amount, conversion.currency],
        ]),
      ),
  },
  'microsoft-ads-adjustments': {
    title: 'Microsoft Ads, a file of refunds',
    clickIdKinds: ['msclkid'],
    adjusts: true,
    longestAgeDays: 90,
    longestClickDays: 90,
    keyOf: byClickAndTime,
    rowsOfFile: unlimited,
    write: (rows, { conversionName }) =>
      csv(
        ['Parameters:TimeZone=+0000'],
        'Microsoft Click ID,Conversion Name,Conversion Time,Adjustment Type,Adjustment Time,Adjustment Value',
        rows.map(({ conversion, touch }) => [
          ...[touch.clickId, conversionName, microsoftTime(conversion.occurredTime)],
          isNothing(touch.netAmount) ? 'Retract' : 'Restate',
          microsoftTime(refundTime(conversion)),
          isNothing(touch.netAmount) ? '' : touch.netAmount,
        ]),
      ),
  },
  meta: {
    title: 'Meta, bodies for its Conversions API',
    clickIdKinds: ['fbclid'],
    // One that is older fails the whole request.
    longestAgeDays: 7,
    longestClickDays: 90,
    keyOf: ({ conversion }) => conversion.id,
    rowsOfFile: 1000,
    write: (rows, { conversionName, sha256 }) =>
      json({
        data: rows.map(({ conversion, touch }) => ({
          event_name: conversionName,
          event_time: secondOf(conversion.occurredTime),
          action_source: 'website',
          ...(isWebPage(touch.path) && { event_source_url: touch.path }),
          event_id: conversion.id,
          user_data: {
            fbc: `fb.1.${touch.occurredTime}.${touch.clickId}`,
            external_id: sha256(conversion.customerId),
          },
          custom_data: {
            value: Number(touch.amount),
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
    keyOf: ({ conversion }) => conversion.id,
    rowsOfFile: 5000,
    write: (rows, { conversionName }) =>
      json({
        elements: rows.map(({ conversion, touch }) => ({
          conversion: conversionName,
          conversionHappenedAt: conversion.occurredTime,
          conversionValue: { currencyCode: conversion.currency, amount: touch.amount },
          eventId: conversion.id,
          user: {
            userIds: [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: touch.clickId }],
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
    keyOf: ({ conversion }) => conversion.id,
    rowsOfFile: 1000,
    write: (rows, { conversionName, sourceId, sha256 }) =>
      json({
        event_source: 'web',
        event_source_id: sourceId,
        data: rows.map(({ conversion, touch }) => ({
          event: conversionName,
          event_time: secondOf(conversion.occurredTime),
          event_id: conversion.id,
          user: { ttclid: touch.clickId, external_id: [sha256(conversion.customerId)] },
          properties: {
            currency: conversion.currency,
            value: Number(touch.amount),
            order_id: orderIdOf(conversion),
          },
          ...(isWebPage(touch.path) && {
            page: { url: touch.path, ...(touch.referrer !== null && { referrer: touch.referrer }) },
          }),
        })),
      }),
  },
} as const satisfies Readonly<Record<string, Platform>>;

export type OfflinePlatform = keyof typeof offlinePlatforms;
export const offlinePlatformNames = Object.keys(offlinePlatforms) as readonly OfflinePlatform[];

/** By what refunds of a conversion are told later, so that it must be the same each time. */
function orderIdOf({ orderId, id }: CreditedConversion): string {
  return orderId ?? id;
}

function refundTime({ refundedTime, occurredTime }: CreditedConversion): Instant {
  return refundedTime ?? occurredTime;
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

function csv(
  parameters: readonly string[],
  header: string,
  rows: readonly (readonly string[])[],
): Pick<OfflineFile, 'mediaType' | 'content'> {
  const lines = [...parameters, header, ...rows.map((row) => row.map(cell).join(','))];
  return { mediaType: 'text/csv', content: lines.map((line) => `${line}\r\n`).join('') };
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function json(body: unknown): Pick<OfflineFile, 'mediaType' | 'content'> {
  return { mediaType: 'application/json', content: JSON.stringify(body) };
}
