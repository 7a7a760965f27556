import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const pauseMilliseconds = 25;

export async function startReadyProxy(): Promise<ReadyProxy> {
  const listener = createServer({ allowHalfOpen: true });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return new ReadyProxy(listener);
}

interface Backend {
  readonly url: URL;
  isReady: boolean;
  /** Resolves when it is ready for the first time. */
  readonly wasReady: PromiseWithResolvers<void>;
}

/** Leads each new connection to the next of the services that say they are ready. What goes over it, it leaves alone. */
export class ReadyProxy implements AsyncDisposable {
  readonly url: string;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watches: Promise<void>[] = [];
  #backends: Backend[] = [];
  #connections = 0;

  constructor(listener: Server) {
    this.#listener = listener;
    this.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    listener.on('connection', (client) => this.#lead(client));
  }

  /** Leads connections to a service too; resolves when it is ready. */
  add(url: string): Promise<void> {
    const backend = { url: new URL(url), isReady: false, wasReady: Promise.withResolvers<void>() };
    this.#backends.push(backend);
    this.#watches.push(this.#watch(backend));
    return backend.wasReady.promise;
  }

  /** Asks a service no more that has gone. */
  remove(url: string): void {
    this.#backends = this.#backends.filter((backend) => backend.url.href !== new URL(url).href);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#backends = [];
    await Promise.all(this.#watches);
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#listener, 'close');
  }

  async #watch(backend: Backend): Promise<void> {
    while (this.#backends.includes(backend)) {
      const answer = await fetch(new URL('/health/ready', backend.url)).catch(() => null);
      backend.isReady = answer?.status === 200;
      if (backend.isReady) backend.wasReady.resolve();
      await pause(pauseMilliseconds);
    }
  }

  #lead(client: Socket): void {
    const ready = this.#backends.filter(({ isReady }) => isReady);
    const backend = ready[this.#connections++ % ready.length];
    if (backend === undefined) {
      client.destroy();
      return;
    }
    const service = connect({ port: Number(backend.url.port), host: '127.0.0.1', allowHalfOpen: true });
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => this.#sockets.delete(from));
    }
  }
}
