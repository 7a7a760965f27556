import { offlinePlatforms, type Platform } from './offline-platforms.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

/** A conversion with the touches that a model gives it to, as far as an advertising platform may be told of it. */
export interface CreditedConversion {
  readonly id: string;
  readonly customerId: string;
  readonly occurredTime: Instant;
  readonly currency: string;
  readonly orderId: string | null;
  /** When the latest of its refunds occurred; null where there is none. */
  readonly refundedTime: Instant | null;
  readonly touches: readonly CreditedTouch[];
}

export interface CreditedTouch {
  readonly occurredTime: Instant;
  readonly clickId: string | null;
  readonly clickIdKind: string | null;
  readonly path: string | null;
  readonly referrer: string | null;
  /** More than 0, 1 at most. */
  readonly weight: number;
  /** Its part of the amount, and what refunds leave of that: decimals with the currency's digits. */
  readonly amount: string;
  readonly netAmount: string;
}

export interface OfflineOptions {
  readonly model: string;
  /** What the platform calls conversions of this kind: a name or the name of a resource. */
  readonly conversionName: string;
  /** What the platform calls the place of the events, where it asks for one; else empty. */
  readonly sourceId: string;
  readonly now: Instant;
  /** SHA-256 as lower-case hexadecimal digits. */
  readonly sha256: (text: string) => string;
}

/** Something to upload, or to send as the body of a request. */
export interface OfflineFile {
  readonly name: string;
  readonly mediaType: 'text/csv' | 'application/json';
  readonly rows: number;
  readonly content: string;
}

export interface OfflineExport {
  readonly files: readonly OfflineFile[];
  readonly leftOut: readonly { readonly conversionId: string; readonly reason: string }[];
}

/** A row for a platform, before it is written in the platform's form. */
export interface Told {
  readonly conversion: CreditedConversion;
  readonly touch: CreditedTouch & { readonly clickId: string; readonly clickIdKind: string };
}

/**
 * What a platform is told of conversions: in its form, without those that it would refuse, which are listed with the
 * reason. Which touch is told of, and with what part of the amount, is what the model says.
 */
export function offlineExport(
  conversions: readonly CreditedConversion[],
  platformName: keyof typeof offlinePlatforms,
  options: OfflineOptions,
): OfflineExport {
  const platform: Platform = offlinePlatforms[platformName];
  const leftOut: { conversionId: string; reason: string }[] = [];
  const told: Told[] = [];
  const keys = new Set<string>();
  for (const conversion of conversions) {
    const rows = rowsOf(conversion, platform, options);
    if (typeof rows === 'string') {
      leftOut.push({ conversionId: conversion.id, reason: rows });
      continue;
    }
    for (const row of rows) {
      const key = platform.keyOf(row);
      if (keys.has(key)) {
        leftOut.push({ conversionId: conversion.id, reason: 'Another row is the same to the platform.' });
        continue;
      }
      keys.add(key);
      told.push(row);
    }
  }
  return { files: filesOf(told, platformName, options), leftOut };
}

/** The rows that a conversion becomes, or why it becomes none. */
function rowsOf(
  conversion: CreditedConversion,
  platform: Platform,
  { now, model }: OfflineOptions,
): readonly Told[] | string {
  const { occurredTime, touches } = conversion;
  if (platform.adjusts === true && conversion.refundedTime === null) return 'Nothing of it was refunded.';
  if (now - occurredTime > platform.longestAgeDays * millisecondsPerDay) {
    return `It is more than ${platform.longestAgeDays} days old.`;
  }
  const credited = touches.filter(({ clickId }) => clickId !== null && clickId !== '');
  if (credited.length === 0) return `No touch that ${model} credits has a click id.`;
  const known = credited.flatMap((touch): Told['touch'][] => {
    const { clickId } = touch;
    const kind = kindOf(touch);
    if (clickId === null || kind === null || !platform.clickIdKinds.includes(kind)) return [];
    return [{ ...touch, clickId, clickIdKind: kind }];
  });
  if (known.length === 0) {
    return `No touch that ${model} credits has a click id that is known to be a ${platform.clickIdKinds.join(' or ')}.`;
  }
  const inTime = known.filter(
    (touch) =>
      touch.occurredTime < occurredTime &&
      occurredTime - touch.occurredTime <= platform.longestClickDays * millisecondsPerDay,
  );
  if (inTime.length === 0) return `No click is before it by ${platform.longestClickDays} days at most.`;
  const chosen = platform.isMultiTouch === true ? inTime : [largestOf(inTime)];
  return chosen.map((touch) => ({ conversion, touch }));
}

/** Of equal ones the latest, whose click the platform remembers best. */
function largestOf(touches: readonly Told['touch'][]): Told['touch'] {
  return touches.reduce((best, touch) => (touch.weight >= best.weight ? touch : best));
}

/** What click ids look like that nobody else's do. */
const looks: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'gclid', pattern: /^(?:Cj[0wk]KC|EAIaIQob)[\w-]{20,}$/ },
  { kind: 'fbclid', pattern: /^IwA?[RYZ][\w-]{40,}$/ },
];

/** The kind of a click id: the parameter that it came in, or what it is recognized as. */
function kindOf({ clickId, clickIdKind }: CreditedTouch): string | null {
  if (clickIdKind !== null && clickIdKind !== 'clickid') return clickIdKind;
  return looks.find(({ pattern }) => pattern.test(clickId ?? ''))?.kind ?? null;
}

function filesOf(
  told: readonly Told[],
  platformName: keyof typeof offlinePlatforms,
  options: OfflineOptions,
): readonly OfflineFile[] {
  const platform: Platform = offlinePlatforms[platformName];
  const files: OfflineFile[] = [];
  for (let start = 0; start < told.length; start += platform.rowsOfFile) {
    const rows = told.slice(start, Math.min(told.length, start + platform.rowsOfFile));
    const { mediaType, content } = platform.write(rows, options);
    const ending = mediaType === 'text/csv' ? 'csv' : 'json';
    files.push({
      name: `${platformName}-${files.length + 1}.${ending}`,
      mediaType,
      rows: rows.length,
      content,
    });
  }
  return files;
}
