import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a store and its server, and can come between them. */
export interface CuttableProxy extends AsyncDisposable {
  /** The server's URL with the proxy in its place. */
  readonly url: string;
  /** Ends every connection, and every new one until `mend`. */
  cut(): void;
  mend(): void;
  /** Ends the next connection that carries this text to the server, before or after the server has it. */
  cutAt(text: string, place: 'before' | 'after'): void;
}

export async function startCuttableProxy(serverUrl: string): Promise<CuttableProxy> {
  const server = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let trap: { readonly text: string; readonly place: 'before' | 'after' } | null = null;

  const proxy = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    if (isCut) end();
    upstream.pipe(client);
    client.on('data', (bytes: Buffer) => {
      const sprung = trap !== null && bytes.includes(trap.text) ? trap : null;
      if (sprung === null) {
        upstream.write(bytes);
        return;
      }
      trap = null;
      client.destroySoon();
      if (sprung.place === 'before') end();
      else upstream.end(bytes);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(serverUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend() {
      isCut = false;
    },
    cutAt(text, place) {
      trap = { text, place };
    },
    async [Symbol.asyncDispose]() {
      cut();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
