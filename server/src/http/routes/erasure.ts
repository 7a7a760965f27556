import { formatInstant } from '../../domain/time.ts';
import type { ErasureOperations } from '../../operations/erasure.ts';
import { type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { customerIdOfRead } from './customer-id.ts';

export function erasureRoutes(operations: ErasureOperations): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/customers/:id/erasure',
      permission: 'privacy:write',
      operationId: 'PostCustomerErasure',
      tag: 'Privacy',
      summary: 'Erase a customer',
      description:
        'The customer, who may also be named by an id that was merged away, is kept under a random id that nobody ' +
        'is told. Custom fields, visitors, aliases, given ids, click ids, paths and referrers are removed, with ' +
        'what was on its way to webhooks; campaigns and times stay, so that totals do not change. This cannot be ' +
        'undone. If the id is used again, it is a new customer.',
      refusals: [404],
      answers: { 200: { description: 'What was erased.', schema: reference('Erased') } },
      handle: async ({ principal, parameters }) => {
        const { erasedTime, ...counts } = await operations.erase(principal, customerIdOfRead(parameters));
        return { status: 200, body: { erasedTime: formatInstant(erasedTime), ...counts } };
      },
    }),
  ];
}
