/** What a report says about a model, in the order in which it is shown. */
export const shownMeasures = [
  'conversions',
  'newCustomers',
  'revenue',
  'refunds',
  'net',
  'cac',
  'roas',
] as const;
export type ShownMeasure = (typeof shownMeasures)[number];
