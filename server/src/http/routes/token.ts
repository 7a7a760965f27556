import { formatInstant } from '../../domain/time.ts';
import type { TokenOperations } from '../../operations/token.ts';
import { TokenInput } from '../credential-schemas.ts';
import { furtherFaultsOf } from '../further-faults.ts';
import { type Route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';

export function tokenRoutes(operations: TokenOperations): readonly Route[] {
  return [
    routeWithBody({
      method: 'POST',
      path: '/tokens',
      permission: 'api-keys:write',
      operationId: 'PostToken',
      tag: 'Tokens',
      summary: 'Mint a token',
      description:
        'A JSON Web Token, without permissions that its maker lacks. It expires with its maker at the latest, and ' +
        'ends when the key behind it is revoked.',
      body: TokenInput,
      furtherFaults: furtherFaultsOf({ subject: operations.faultOfSubject }),
      answers: { 201: { description: 'Token minted.', schema: reference('Token') } },
      handle: async ({ principal, body }) => {
        const minted = await operations.mint(principal, {
          subject: body.subject ?? null,
          permissions: body.permissions ?? null,
          lifetimeSeconds: body.lifetimeSeconds ?? null,
        });
        return { status: 201, body: { ...minted, expiresTime: formatInstant(minted.expiresTime) } };
      },
    }),
  ];
}
