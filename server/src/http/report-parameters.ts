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
  dimension: text(`By what, one or two by a comma: ${dimensions.join(', ')}. Absent: by channel.`, {
    examples: ['source,medium'],
  }),
  model: text(
    'A model by name. Absent: `last-non-direct`; of a statement for affiliates, the model of the period that was closed last.',
    { enum: [...attributionModels] },
  ),
  models: text(`Models by commas: ${attributionModels.join(', ')}. Absent: all.`, {
    examples: ['first,linear'],
  }),
  periodStart: text('The first moment of the period: a date in the time zone of the report, or a moment.', {
    examples: ['2026-07-01'],
  }),
  periodEnd: text('The moment after the period, in the same forms.', { examples: ['2026-10-01'] }),
  timezone: text('A name of the time zone database. Absent: the reporting zone of the organization.', {
    examples: ['Europe/Vienna'],
  }),
  currency: text('Required where there are conversions in several currencies.', { examples: ['EUR'] }),
  credited: text(
    'Only those credited to touches that say this, by the grammar of `filter`, or `unattributed`, and by one of `models`: as the rows of reports link here.',
    { examples: ['source:google;medium:cpc'] },
  ),
  aggregationField: text('By which member of the lead source. Absent: `leadSource.source`.', {
    examples: ['leadSource.campaign'],
  }),
  aggregationPeriod: text('How long intervals are.', { enum: [...cohortIntervals], default: 'month' }),
  includeRefunds: text('Whether refunds are taken off.', { enum: ['true', 'false'], default: 'true' }),
  interval: text('Cuts the period: a row for each part of it.', { enum: [...intervals] }),
  dateBasis: text('Whether a refund counts on the date of its conversion, or on its own.', {
    enum: [...dateBases],
    default: 'conversion',
  }),
  platform: text('Who is to be told, and in which form.', { enum: [...offlinePlatformNames] }),
  conversionName: text(
    'What the platform calls conversions of this kind: a name, or the name of a resource.',
    {
      examples: ['Sale'],
    },
  ),
  sourceId: text('What the platform calls the place of the events: for `tiktok`, the id of the pixel.'),
  customers: [
    'querystring',
    {
      type: 'boolean',
      default: false,
      description: 'Whether distinct customers are counted, which takes longer.',
    },
  ] as const,
};
