import { attributionModels } from '../domain/attribution-models.ts';
import { invalid } from '../domain/failure.ts';
import { isFormula } from '../domain/formula.ts';
import { offlinePlatformNames, offlinePlatforms, type Platform } from '../domain/offline-platforms.ts';
import { readAll } from '../domain/read-all.ts';
import type { OfflineRequest } from '../operations/offline-conversion.ts';
import { type Query, requireNoChoice } from './collection-query.ts';
import { readChoice, readNeededChoice, readPeriod } from './report-query.ts';

/** What a query asks of an export for a platform. Fails with `invalid`, naming the faults of all its parts at once. */
export function readOfflineQuery(query: Query): OfflineRequest {
  const [platform, conversionName, sourceId, model, period] = readAll([
    () => readNeededChoice('platform', query['platform'], offlinePlatformNames),
    () => readConversionName(query),
    () => (platformOf(query)?.asksForSource === true ? readName('sourceId', query['sourceId']) : ''),
    () => readChoice('model', query['model'], attributionModels),
    () => readPeriod(query),
    () => requireNoChoice(query),
  ]);
  return { platform, conversionName, sourceId, model: model ?? 'last-non-direct', ...period };
}

/** Null where the query names none. */
function platformOf(query: Query): Platform | null {
  const name = offlinePlatformNames.find((each) => each === query['platform']);
  return name === undefined ? null : offlinePlatforms[name];
}

function readConversionName(query: Query): string {
  const name = readName('conversionName', query['conversionName']);
  if (platformOf(query)?.isTable !== true || !isFormula(name)) return name;
  throw invalid('conversionName', 'must not begin as a formula does, which a spreadsheet would run');
}

const longestName = 255;

function readName(member: string, value: unknown): string {
  const isName =
    typeof value === 'string' &&
    value.trim() !== '' &&
    [...value].length <= longestName &&
    !/\p{C}/u.test(value);
  if (isName) return value;
  throw invalid(member, `must be given once: 1 to ${longestName} visible characters`);
}
