import { Readable } from 'node:stream';
import { type ExportKind, exportKinds } from '../../domain/export.ts';
import type { Permission } from '../../domain/permission.ts';
import type { ChannelledPage, ExportOperations } from '../../operations/export.ts';
import { linesType } from '../bulk.ts';
import { requireNoChoice } from '../collection-query.ts';
import { columnsType, exportColumnLines } from '../export-columns.ts';
import { exportLines } from '../export-rows.ts';
import { requireLeadSourceRead } from '../further-permission.ts';
import { type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { preferredType } from '../tabular.ts';

const tag = 'Exports';

interface ExportDeclaration {
  readonly permission: Permission;
  readonly operationId: string;
  readonly summary: string;
  readonly schema: Parameters<typeof reference>[0];
}

const declarations: Readonly<Record<ExportKind, ExportDeclaration>> = {
  touches: {
    permission: 'lead-sources:read',
    operationId: 'GetTouchExport',
    summary: 'Export every touch',
    schema: 'ExportedTouch',
  },
  conversions: {
    permission: 'conversions:read',
    operationId: 'GetConversionExport',
    summary: 'Export every conversion',
    schema: 'ExportedConversion',
  },
  credits: {
    permission: 'reports:read',
    operationId: 'GetCreditExport',
    summary: 'Export every credit: what each model gives to each touch of each conversion',
    schema: 'ExportedCredit',
  },
  spend: {
    permission: 'conversions:read',
    operationId: 'GetSpendExport',
    summary: 'Export all spend',
    schema: 'Spend',
  },
  customers: {
    permission: 'customers:read',
    operationId: 'GetCustomerExport',
    summary: 'Export every customer, with its lead source',
    schema: 'ExportedCustomer',
  },
};

const description =
  'The whole table as `application/x-ndjson`, sorted by its key and sent while it is read: an answer that breaks ' +
  'off is incomplete. Rows that change meanwhile appear in their old or their new state; those that go to another ' +
  'customer meanwhile, by a merge, an erasure or the link of a visitor, may be missing or appear twice. Customers ' +
  'also require the permission `lead-sources:read`. For programs that want columns, each line of ' +
  '`application/vnd.leadsource.columns` stands for several rows, as an object that has an array of cells for each ' +
  'column, or null if all of them are null: times are milliseconds since 1970, and JSON of any shape is text.';

export function exportRoutes(operations: ExportOperations): readonly Route[] {
  return exportKinds.map((kind) => exportRoute(kind, operations));
}

function exportRoute<Kind extends ExportKind>(kind: Kind, operations: ExportOperations): Route {
  const { permission, operationId, summary, schema } = declarations[kind];
  return route({
    method: 'GET',
    path: `/exports/${kind}`,
    permission,
    operationId,
    tag,
    summary,
    description,
    answers: {
      200: {
        description: 'One row per line.',
        schema: reference(schema),
        mediaType: linesType,
        otherTypes: { [columnsType]: null },
      },
    },
    handle: async ({ principal, query, headers }) => {
      requireNoChoice(query);
      // A customer's row includes its lead source.
      if (kind === 'customers') requireLeadSourceRead(principal);
      const pages = await operations.pages(principal, kind);
      const type = preferredType(headers.accept, [linesType, columnsType]);
      const lines: Lines<Kind> = type === columnsType ? exportColumnLines[kind] : exportLines[kind];
      const body = Readable.from(linesOf(lines, pages), { objectMode: false });
      return { status: 200, body, headers: { 'content-type': type, vary: 'Accept' } };
    },
  });
}

type Lines<Kind extends ExportKind> = (page: ChannelledPage<Kind>) => string;

async function* linesOf<Kind extends ExportKind>(
  lines: Lines<Kind>,
  pages: AsyncIterable<ChannelledPage<Kind>>,
): AsyncGenerator<string, void, void> {
  for await (const page of pages) yield lines(page);
}
