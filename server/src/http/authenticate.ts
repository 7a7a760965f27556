import { BlockList, isIPv6 } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../domain/failure.ts';
import type { RateLimit } from '../domain/organization.ts';
import type { Principal } from '../domain/principal.ts';
import type { Authentication } from '../operations/authentication.ts';
import type { TokenVerifier } from './bearer.ts';
import { type FixedWindows, refuseBeyond } from './rate-limit.ts';

export interface AuthenticateParts {
  readonly authentication: Authentication;
  readonly tokens: TokenVerifier;
  readonly failures: FixedWindows;
  readonly failureLimit: RateLimit;
}

const bearer = /^bearer ([^\s]+)$/i;

/**
 * Who calls, from the request's headers alone. Bearer decides where both are given. Fails with `unauthenticated`,
 * which tells nothing of the reason, `forbidden` for an address that the key does not allow, and `rate-limited` for an
 * address that fails too often.
 */
export function createAuthenticate({ authentication, tokens, failures, failureLimit }: AuthenticateParts) {
  const find = async (request: FastifyRequest): Promise<Principal | null> => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = bearer.exec(authorization)?.[1];
      const verified = token === undefined ? null : await tokens.verify(token);
      return verified === null ? null : await authentication.byToken(verified);
    }
    const secret = request.headers['reb-apikey'];
    if (typeof secret !== 'string') return null;
    const found = await authentication.byKey(secret, 'secret');
    if (found === null) return null;
    if (!isAllowedAddress(request.ip, found.key.allowedIps)) {
      throw new Failure('forbidden', 'The key may not be used from this address.');
    }
    return found.principal;
  };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Principal> => {
    const principal = await find(request);
    if (principal !== null) return principal;
    const allowance = failures.take(request.ip, failureLimit);
    if (allowance?.exceeded === true) throw refuseBeyond(reply, allowance);
    throw new Failure('unauthenticated', 'Valid credentials are required.');
  };
}

export type Authenticate = ReturnType<typeof createAuthenticate>;

function isAllowedAddress(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  const allowed = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    const family = familyOf(network);
    if (prefix === undefined) allowed.addAddress(network, family);
    else allowed.addSubnet(network, Number(prefix), family);
  }
  return allowed.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
