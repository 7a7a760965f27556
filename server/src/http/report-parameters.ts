import { attributionModels } from '../domain/attribution-models.ts';
import { dateBases } from '../domain/credit-sum.ts';
import { dimensions } from '../domain/dimension.ts';
import { offlinePlatformNames } from '../domain/offline-platforms.ts';
import { cohortIntervals } from '../domain/published-report.ts';
import { intervals } from '../domain/reporting-zone.ts';

const text = (description: string, more: object = {}) =>
  ['querystring', { type: 'string', description, ...more }] as const;

/** The query members that reports understand, each explained once. */
export const reportParameters = {
  dimension: text(
    `One or two dimensions, separated by a comma: ${dimensions.join(', ')}. Absent: \`channel\`.`,
    {
      examples: ['source,medium'],
    },
  ),
  model: text('The model to use. Absent: `last-non-direct`.', { enum: [...attributionModels] }),
  models: text(`Models separated by commas: ${attributionModels.join(', ')}. Absent: all.`, {
    examples: ['first,linear'],
  }),
  periodStart: text('The first moment of the period: a date in the time zone of the report, or a moment.', {
    examples: ['2026-07-01'],
  }),
  periodEnd: text('The end of the period, excluded, in the same forms.', { examples: ['2026-10-01'] }),
  timezone: text('A name in the time zone database. Absent: the reporting zone of the organization.', {
    examples: ['Europe/Vienna'],
  }),
  currency: text('Required if there are conversions in several currencies.', { examples: ['EUR'] }),
  credited: text(
    'Only conversions that any of `models` credits to touches matching this, in the grammar of `filter`, or ' +
      '`unattributed` for those that no touch led to. Rows of reports link here with it.',
    { examples: ['source:google;medium:cpc'] },
  ),
  aggregationField: text('The member of the lead source to group by. Absent: `leadSource.source`.', {
    examples: ['leadSource.campaign'],
  }),
  aggregationPeriod: text('The length of an interval.', { enum: [...cohortIntervals], default: 'month' }),
  includeRefunds: text('Whether refunds are subtracted.', { enum: ['true', 'false'], default: 'true' }),
  interval: text('Divides the period, with a row for each part of it.', { enum: [...intervals] }),
  dateBasis: text('Whether a refund counts on the date of its conversion, or on its own.', {
    enum: [...dateBases],
    default: 'conversion',
  }),
  platform: text('The advertising platform, and the form of what it is told.', {
    enum: [...offlinePlatformNames],
  }),
  conversionName: text(
    'What the platform calls conversions of this kind: a name, or the name of a resource.',
    {
      examples: ['Sale'],
    },
  ),
  sourceId: text(
    'What the platform calls the source of the events. Required for `tiktok`: the id of the pixel.',
  ),
  customers: [
    'querystring',
    {
      type: 'boolean',
      default: false,
      description: 'Whether to count distinct customers, which takes longer.',
    },
  ] as const,
};
