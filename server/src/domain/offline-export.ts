import { type AttributionModel, sharesConversions } from './attribution-models.ts';
import { canBeClickId, literalClickIdKind } from './click-id.ts';
import { digitsOf } from './conversion.ts';
import { isFormula } from './formula.ts';
import { leadSourceLimits } from './lead-source.ts';
import { formatAmount } from './money.ts';
import type {
  CreditedClick,
  OfflineConversion,
  OfflineFile,
  OfflineOptions,
  OfflineTouch,
  Told,
} from './offline-conversion.ts';
import { offlinePlatforms, orderIdOf, type Platform } from './offline-platforms.ts';
import { eachWithPauses, type WithPauses } from './pauses.ts';
import { millisecondsPerDay } from './time.ts';

export interface OfflineExport {
  readonly files: readonly OfflineFile[];
  readonly leftOut: readonly { readonly conversionId: string; readonly reason: string }[];
}

interface Judged {
  readonly told: readonly Told[];
  readonly reasons: readonly string[];
}

/**
 * Conversions in a platform's format, without those that it would refuse, which are listed with the reason. The model decides
 * which clicks are told, and with what part of the amount.
 */
export function* offlineExport(
  conversions: readonly OfflineConversion[],
  platformName: keyof typeof offlinePlatforms,
  options: OfflineOptions,
): WithPauses<OfflineExport> {
  const platform: Platform = offlinePlatforms[platformName];
  const leftOut: { conversionId: string; reason: string }[] = [];
  const told: Told[] = [];
  const taken = new Set<string>();
  yield* eachWithPauses(conversions, (conversion) => {
    const { told: rows, reasons } = judged(conversion, platform, options);
    const leaveOut = (reason: string) => leftOut.push({ conversionId: conversion.id, reason });
    reasons.forEach(leaveOut);
    for (const row of rows) {
      const keys = platform.keysOf(row, options);
      if (keys.some((key) => taken.has(key))) {
        leaveOut('Another row is the same to the platform.');
        continue;
      }
      for (const key of keys) taken.add(key);
      told.push(row);
    }
  });
  return { files: yield* filesOf(told, platformName, options), leftOut };
}

function judged(conversion: OfflineConversion, platform: Platform, options: OfflineOptions): Judged {
  const reason = reasonAgainst(conversion, platform, options);
  if (reason !== null) return { told: [], reasons: [reason] };
  const { occurredTime, touches } = conversion;
  const kinds = kindsFor(platform, options.model);
  const known = clicksOf(touches, kinds);
  if (known.length === 0) return { told: [], reasons: [reasonForNoClick(touches, kinds, options)] };
  const inTime = known.filter(
    ([touch]) =>
      touch.occurredTime < occurredTime &&
      occurredTime - touch.occurredTime <= platform.longestClickDays * millisecondsPerDay,
  );
  if (inTime.length === 0) {
    return { told: [], reasons: [`No click is before it by ${platform.longestClickDays} days at most.`] };
  }
  const chosen = platform.isMultiTouch === true ? inTime : [largestOf(inTime)];
  const rows = chosen.map((all) => ({ conversion, click: clickOf(all, conversion) }));
  const told = rows.filter(({ click }) => click.credit !== '0');
  return {
    told,
    reasons: rows.length > told.length ? ['The part of a click of it is next to nothing.'] : [],
  };
}

/** Only Google's API takes a `gbraid`, and by models that share it is told no order id by which to find the conversion again. */
function kindsFor({ clickIdKinds, adjusts }: Platform, model: AttributionModel): readonly string[] {
  const lacksOrder = adjusts === 'order' && sharesConversions(model);
  return lacksOrder ? clickIdKinds.filter((kind) => kind !== 'gbraid') : clickIdKinds;
}

/** Why a conversion is not told, whatever clicks led to it; null where nothing prevents it. */
function reasonAgainst(
  conversion: OfflineConversion,
  { adjusts, longestAgeDays, hasOrderColumn }: Platform,
  { now, model }: OfflineOptions,
): string | null {
  const { occurredTime, refundedTime, isShared, touches } = conversion;
  if (adjusts !== undefined && refundedTime === null) return 'Nothing of it was refunded.';
  if (now - occurredTime > longestAgeDays * millisecondsPerDay)
    return `It is more than ${longestAgeDays} days old.`;
  if (touches.every(({ clickId }) => clickId === '')) return `No touch that ${model} credits has a click id.`;
  // With an apostrophe before it, it would be the id of another order to the platform.
  if (hasOrderColumn === true && isFormula(orderIdOf(conversion)))
    return 'A spreadsheet would take its order id for a formula.';
  if (adjusts === undefined || !isShared) return null;
  return 'Another conversion is the same to the platform, which may have been told of that one.';
}

/** Why no click is told of touches that have click ids, of which none is known to be of these kinds. */
function reasonForNoClick(
  touches: readonly OfflineTouch[],
  kinds: readonly string[],
  { model }: OfflineOptions,
): string {
  const named = kinds.join(' or ');
  const cannotBe = (touch: OfflineTouch) => isOfKind(touch, kinds) && !canBeClickId(touch.clickId);
  return touches.some(cannotBe)
    ? `What came as a ${named} has characters that no click id has.`
    : `No touch that ${model} credits has a click id that is known to be a ${named}.`;
}

/** Whether it has a click id, of one of these kinds. */
function isOfKind(touch: OfflineTouch, kinds: readonly string[]): boolean {
  return touch.clickId !== '' && kinds.includes(kindOf(touch) ?? '');
}

/** The touches of one click, the earliest first. */
type TouchesOfClick = readonly [OfflineTouch, ...OfflineTouch[]];

/** Groups touches by click, each at its earliest: those whose ids can be of these kinds and were not cut off. */
function clicksOf(touches: readonly OfflineTouch[], kinds: readonly string[]): readonly TouchesOfClick[] {
  const isWhole = ({ clickId }: OfflineTouch) =>
    clickId.length < leadSourceLimits.clickId && canBeClickId(clickId);
  const known = touches.filter((touch) => isOfKind(touch, kinds) && isWhole(touch));
  const byClick = Map.groupBy(known, (touch) => `${kindOf(touch)} ${touch.clickId}`);
  return [...byClick.values()] as unknown as readonly TouchesOfClick[];
}

/** Of equal ones the latest: the platform is most likely to remember its click. */
function largestOf(clicks: readonly TouchesOfClick[]): TouchesOfClick {
  return clicks.reduce((best, touches) => (weightOf(touches) >= weightOf(best) ? touches : best));
}

function weightOf(touches: readonly OfflineTouch[]): number {
  return sumOf(touches, ({ weight }) => weight);
}

function sumOf(touches: readonly OfflineTouch[], partOf: (touch: OfflineTouch) => number): number {
  return touches.reduce((sum, touch) => sum + partOf(touch), 0);
}

function clickOf(touches: TouchesOfClick, conversion: OfflineConversion): CreditedClick {
  const [{ occurredTime, clickId, path, referrer }] = touches;
  const digits = digitsOf(conversion);
  const amount = sumOf(touches, (touch) => touch.amount);
  const refunded = sumOf(touches, (touch) => touch.refunded);
  return {
    ...{ occurredTime, clickId, path, referrer },
    clickIdKind: kindOf(touches[0]) ?? '',
    credit: creditText(weightOf(touches)),
    amount: formatAmount(amount, digits),
    netAmount: formatAmount(amount - refunded, digits),
  };
}

const creditDigits = 9;

function creditText(weight: number): string {
  const unit = 10 ** creditDigits;
  // The tolerance keeps what a sum of weights lacks by rounding from being cut off with the rest.
  const cut = Math.min(unit, Math.floor(weight * unit + 1e-3));
  return (cut / unit).toFixed(creditDigits).replace(/\.?0+$/, '');
}

/** Patterns that only one kind of click id has. */
const looks: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'gclid', pattern: /^(?:Cj[0wk]KC|EAIaIQob)[\w-]{20,}$/ },
  { kind: 'fbclid', pattern: /^IwA?[RYZ][\w-]{40,}$/ },
];

/** The kind of a click id: the parameter that it came in, or what it is recognized as; null where it is neither. */
function kindOf({ clickId, clickIdKind }: OfflineTouch): string | null {
  if (clickIdKind !== null && clickIdKind !== literalClickIdKind) return clickIdKind;
  return looks.find(({ pattern }) => pattern.test(clickId))?.kind ?? null;
}

function* filesOf(
  told: readonly Told[],
  platformName: keyof typeof offlinePlatforms,
  options: OfflineOptions,
): WithPauses<readonly OfflineFile[]> {
  const platform: Platform = offlinePlatforms[platformName];
  const files: OfflineFile[] = [];
  for (let start = 0; start < told.length; start += platform.rowsOfFile) {
    const rows = told.slice(start, Math.min(told.length, start + platform.rowsOfFile));
    const { mediaType, content } = yield* platform.write(rows, options);
    const ending = mediaType === 'text/csv' ? 'csv' : 'json';
    files.push({
      name: `${platformName}-${files.length + 1}.${ending}`,
      mediaType,
      rows: rows.length,
      content,
    });
    yield;
  }
  return files;
}
