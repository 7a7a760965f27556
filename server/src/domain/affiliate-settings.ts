import { type AttributionModel, attributionModels } from './attribution-models.ts';
import { fault, isObject, isOneOf } from './body-faults.ts';
import type { InvalidField } from './failure.ts';

/** What an organization agreed on with its affiliates. */
export interface AffiliateSettings {
  /** The model of a statement whose request names none. */
  readonly model: AttributionModel;
}

export const defaultAffiliateSettings: AffiliateSettings = { model: 'last-non-direct' };

export interface AskedAffiliateSettings {
  readonly model?: AttributionModel | null;
}

/** `own` is null where the organization decided nothing. */
export function wholeAffiliateSettings(own: AffiliateSettings | null): AffiliateSettings {
  return own ?? defaultAffiliateSettings;
}

/** What the organization decided; null for nothing. Naming the default is a decision, too. */
export function ownAffiliateSettings({ model }: AskedAffiliateSettings): AffiliateSettings | null {
  return model === undefined || model === null ? null : { model };
}

/** The faults of a candidate for such settings. The model may be absent or null. */
export function affiliateSettingFaults(candidate: unknown): readonly InvalidField[] {
  if (!isObject(candidate)) return [fault('', 'must be an object')];
  const model = candidate['model'] ?? null;
  if (model === null || isOneOf(attributionModels, model)) return [];
  return [fault('model', `must be one of ${attributionModels.join(', ')}, or null`)];
}

/** The model of a statement: the one that is named, else the organization's, else that of the last period. */
export function statementModel(
  named: AttributionModel | null,
  own: AffiliateSettings | null,
  lastClosed: AttributionModel | null,
): AttributionModel {
  return named ?? own?.model ?? lastClosed ?? defaultAffiliateSettings.model;
}
