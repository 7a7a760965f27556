import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { JudgeAddress } from './address.ts';
import { type Destination, isPermitted } from './destination.ts';

/** Gives every address of a name. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

export interface ConnectionRules {
  readonly judge: JudgeAddress;
  readonly resolve: ResolveName;
}

/** The destination is one to which nothing may be delivered. */
export class DeniedAddress extends Error {
  constructor() {
    super('The address is not permitted.');
    this.name = 'DeniedAddress';
  }
}

/** How many addresses of a name are tried. */
const mostAddresses = 4;
const attemptMilliseconds = 3_000;

/**
 * Opens a connection, encrypted if the destination is. Every address of the name has to be permitted, and the connection goes to
 * one of the addresses that were judged: the name is not resolved a second time. Fails with `DeniedAddress`.
 */
export async function openConnection(
  destination: Destination,
  { judge, resolve }: ConnectionRules,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, isEncrypted } = destination;
  const permits = (address: string) => isPermitted(judge(address), isEncrypted);
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  signal.throwIfAborted();
  if (addresses.length === 0 || !addresses.every(permits)) throw new DeniedAddress();
  const socket = await openFirst(addresses.slice(0, mostAddresses), destination.port, signal);
  if (!permits(socket.remoteAddress ?? '')) {
    socket.destroy();
    throw new DeniedAddress();
  }
  return isEncrypted ? encrypt(socket, host, signal) : socket;
}

async function openFirst(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown = new DeniedAddress();
  for (const address of addresses) {
    try {
      return await open(address, port, signal);
    } catch (error) {
      failure = error;
      signal.throwIfAborted();
    }
  }
  throw failure;
}

async function open(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  // This is an IP address already, so that nothing is resolved here.
  const socket = connect({ host: address, port, autoSelectFamily: false });
  hearErrors(socket);
  return established(socket, 'connect', AbortSignal.any([signal, AbortSignal.timeout(attemptMilliseconds)]));
}

async function encrypt(socket: Socket, host: string, signal: AbortSignal): Promise<Socket> {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const encrypted = connectTls({ socket, host, ...name, ALPNProtocols: ['http/1.1'] });
  hearErrors(encrypted);
  return established(encrypted, 'secureConnect', signal);
}

async function established(socket: Socket, event: string, signal: AbortSignal): Promise<Socket> {
  try {
    await once(socket, event, { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** A lost connection shows in whatever uses it; while nothing does, the event must not go unhandled. */
function hearErrors(socket: Socket): void {
  socket.on('error', () => undefined);
}
