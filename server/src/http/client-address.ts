import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

const withPort = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/;

/**
 * The caller's address as trusted proxies report it, without the port that some append. If they report anything but an address,
 * their own is used.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const [, six, four] = withPort.exec(ip) ?? [];
  const address = six ?? four ?? ip;
  return isIP(address) === 0 ? (socket.remoteAddress ?? '') : address;
}
