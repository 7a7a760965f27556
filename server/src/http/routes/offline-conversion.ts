import { formatInstant } from '../../domain/time.ts';
import type { OfflineConversionOperations } from '../../operations/offline-conversion.ts';
import { readOfflineQuery } from '../offline-query.ts';
import { type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { presentDocument } from '../tabular.ts';

export function offlineConversionRoutes(operations: OfflineConversionOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/exports/offline-conversions',
      permission: 'reports:read',
      operationId: 'GetOfflineConversionExport',
      tag: 'Exports',
      summary: 'Export conversions as an advertising platform takes them',
      description:
        'Files to upload, or bodies of requests, with the click ids of the touches that a model credits with the ' +
        'conversions of a period; those about refunds contain what was refunded in it. What the platform would ' +
        'refuse is left out, with the reason.',
      parameters: ['platform', 'conversionName', 'sourceId', 'model', 'periodStart', 'periodEnd', 'timezone'],
      requires: ['platform', 'conversionName', 'periodStart', 'periodEnd'],
      answers: {
        200: { description: 'The files, and what was left out.', schema: reference('OfflineConversions') },
      },
      handle: async ({ principal, query, ending }) => {
        const request = readOfflineQuery(query);
        const { period, settingsVersion, files, leftOut } = await operations.export(
          principal,
          request,
          ending,
        );
        const { platform, model, conversionName } = request;
        const [periodStart, periodEnd] = [formatInstant(period.start), formatInstant(period.end)];
        const { timezone } = period;
        const about = { platform, model, conversionName, periodStart, periodEnd, timezone, settingsVersion };
        const written = { head: about, member: 'files', rows: files, tail: () => ({ leftOut }) };
        return { status: 200, ...presentDocument({ ...written, documentOf: (file) => file }) };
      },
    }),
  ];
}
