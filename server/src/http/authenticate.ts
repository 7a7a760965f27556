import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../domain/failure.ts';
import type { RateLimit } from '../domain/organization.ts';
import type { Principal } from '../domain/principal.ts';
import type { Authenticated, Authentication } from '../operations/authentication.ts';
import type { TokenVerifier } from './bearer.ts';
import { clientAddress } from './client-address.ts';
import { addressName, type FixedWindows, refuseBeyond } from './rate-limit.ts';

export interface AuthenticateParts {
  readonly authentication: Authentication;
  readonly tokens: TokenVerifier;
  readonly failures: FixedWindows;
  readonly failureLimit: RateLimit;
}

const bearer = /^bearer ([^\s]+)$/i;

/**
 * Finds out who calls from the headers alone; a bearer token takes precedence over a key. Fails with `unauthenticated`, which
 * does not reveal the reason, with `forbidden` for an address that the key, or the key behind a token, does not allow, and with
 * `rate-limited` for an address that fails too often.
 */
export function createAuthenticate({ authentication, tokens, failures, failureLimit }: AuthenticateParts) {
  const find = async (request: FastifyRequest): Promise<Authenticated | null> => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = bearer.exec(authorization)?.[1];
      const verified = token === undefined ? null : await tokens.verify(token);
      return verified === null ? null : await authentication.byToken(verified);
    }
    const secret = request.headers['reb-apikey'];
    return typeof secret === 'string' ? await authentication.byKey(secret, 'secret') : null;
  };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Principal> => {
    const found = await find(request);
    if (found?.allowsAddress(clientAddress(request)) === true) return found.principal;
    // Not counted as a call of the organization: whoever has a leaked key could use up its limit.
    const allowance = failures.take(addressName(clientAddress(request)), failureLimit);
    if (allowance?.exceeded === true) throw refuseBeyond(reply, allowance);
    if (found !== null) throw new Failure('forbidden', 'The key may not be used from this address.');
    throw new Failure('unauthenticated', 'Valid credentials are required.');
  };
}

export type Authenticate = ReturnType<typeof createAuthenticate>;
