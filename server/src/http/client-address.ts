import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

const withPort = /^(?:\[(.+)\]|([\d.]+))(?::\d+)?$/;

/**
 * The address of whoever calls: as proxies that are believed tell it, without the port that some write beside it. What they
 * tell that is no address stands for themselves.
 */
export function clientAddress({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const [, six, four] = withPort.exec(ip) ?? [];
  const address = six ?? four ?? ip;
  return isIP(address) === 0 ? (socket.remoteAddress ?? '') : address;
}
