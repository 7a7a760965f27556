import { filterText } from '../filter.ts';
import {
  askedPeriod,
  type Dimension,
  isDimension,
  isModel,
  type Model,
  type Period,
  periodBefore,
  periodOf,
} from '../report-view.ts';
import { isMeasure, type Measure } from './measures.ts';

/** How many values have a row of their own. A file has as many as the service allows. */
const mostRows = 200;
const mostRowsOfFile = 1000;

/** What the address of the attribution page asks for. */
export interface AttributionView {
  readonly period: Period;
  readonly dimensions: readonly Dimension[];
  readonly chosen: readonly Model[];
  readonly measure: Measure;
  readonly isCompared: boolean;
  /** The only channel that is shown; null for all. */
  readonly channel: string | null;
}

export function attributionView(query: URLSearchParams): AttributionView {
  const named = (query.get('dimension') ?? 'channel').split(',').filter(isDimension);
  const dimensions = [...new Set(named)].slice(0, 2);
  const chosen = (query.get('models') ?? '').split(',').filter(isModel);
  const measure = query.get('measure');
  return {
    period: periodOf(query),
    dimensions: dimensions.length === 0 ? ['channel'] : dimensions,
    chosen: chosen.length === 0 ? ['first', 'last', 'linear'] : [...new Set(chosen)],
    measure: isMeasure(measure) ? measure : 'net',
    isCompared: query.get('compare') === 'before',
    channel: query.get('channel'),
  };
}

/** The reports that a view may need: its own, the one for comparison, and the one for a file. */
export function reportsAsked(view: AttributionView, currency: string | null | undefined) {
  const { period, dimensions, chosen, channel } = view;
  const common = {
    dimension: dimensions.join(','),
    models: chosen.join(','),
    currency: currency ?? undefined,
    filter: channel === null ? undefined : `channel:${filterText(channel)}`,
  };
  return {
    now: { ...common, ...askedPeriod(period), limit: mostRows },
    before: { ...common, ...askedPeriod(periodBefore(period)), limit: mostRowsOfFile },
    file: { ...common, ...askedPeriod(period), limit: mostRowsOfFile },
  };
}
