import { Readable } from 'node:stream';
import { Failure } from '../../domain/failure.ts';
import { grants, type Permission } from '../../domain/permission.ts';
import type { Principal } from '../../domain/principal.ts';
import { formatInstant } from '../../domain/time.ts';
import type { CustomerExport, CustomerExportOperations } from '../../operations/customer-export.ts';
import { heldDocument } from '../customer-export-rows.ts';
import { type Link, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { customerDocument } from './customer.ts';
import { customerIdOfRead } from './customer-id.ts';
import { leadSourceDocument } from './lead-source.ts';

/** The permissions that it takes besides the route's own, since it shows all of these. */
const alsoNeeded: readonly Permission[] = [
  'lead-sources:read',
  'conversions:read',
  'reports:read',
  'webhooks:read',
];

export function customerExportRoutes(operations: CustomerExportOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/customers/:id/export',
      permission: 'customers:read',
      operationId: 'GetCustomerHoldings',
      tag: 'Privacy',
      summary: 'Export everything that is stored about a customer',
      description:
        'One document, sent while it is read: an answer that breaks off is incomplete. Also requires the ' +
        `permissions ${alsoNeeded.join(', ')}. Data that only a hash connects with the customer, and sums over many ` +
        'customers, are not included.',
      refusals: [404],
      answers: {
        200: {
          description: 'Everything that is stored about the customer.',
          schema: reference('CustomerHoldings'),
        },
      },
      handle: async ({ principal, parameters, link }) => {
        requirePermissions(principal);
        const exported = await operations.export(principal, customerIdOfRead(parameters));
        const body = Readable.from(textOf(exported, principal.organization.id, link), { objectMode: false });
        return { status: 200, body, headers: { 'content-type': 'application/json' } };
      },
    }),
  ];
}

/** Fails with `forbidden`, naming what is missing. */
function requirePermissions({ permissions }: Principal): void {
  const missing = alsoNeeded.filter((permission) => !grants(permissions, permission));
  if (missing.length === 0) return;
  throw new Failure('forbidden', `All that is held of a customer takes ${missing.join(', ')}, too.`);
}

async function* textOf(
  { exportedTime, customer, parts }: CustomerExport,
  organizationId: string,
  link: Link,
): AsyncGenerator<string, void, void> {
  const head = {
    exportedTime: formatInstant(exportedTime),
    customer: customerDocument(customer, organizationId, link),
    leadSource: customer.leadSource === null ? null : leadSourceDocument(customer, link),
  };
  yield JSON.stringify(head).slice(0, -1);
  let [kindBefore, isFirst] = ['', true];
  for await (const { kind, rows } of parts) {
    let text = '';
    if (kind !== kindBefore) {
      text = `${kindBefore === '' ? '' : ']'},${JSON.stringify(kind)}:[`;
      [kindBefore, isFirst] = [kind, true];
    }
    for (const row of rows) {
      text += `${isFirst ? '' : ','}${JSON.stringify(heldDocument(kind, row))}`;
      isFirst = false;
    }
    yield text;
  }
  yield ']}';
}
