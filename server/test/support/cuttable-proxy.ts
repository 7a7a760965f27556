import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Trap {
  readonly text: string;
  readonly place: 'before' | 'after';
}

export async function startCuttableProxy(serverUrl: string): Promise<CuttableProxy> {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return new CuttableProxy(listener, new URL(serverUrl));
}

/** Stands between a store and its server, and can come between them. */
export class CuttableProxy implements AsyncDisposable {
  /** The server's URL with the proxy in its place. */
  readonly url: string;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  readonly #mute = new WeakSet<Socket>();
  #server: URL;
  #isCut = false;
  #isSwallowing = false;
  #trap: Trap | null = null;
  #allowedBytes = Number.POSITIVE_INFINITY;
  #lastWord: Buffer | null = null;

  constructor(listener: Server, server: URL) {
    this.#listener = listener;
    this.#server = server;
    const url = new URL(server);
    url.port = String((listener.address() as AddressInfo).port);
    this.url = url.href;
    listener.on('connection', (client) => this.#lead(client));
  }

  /** Ends every connection, and every new one until `mend`. */
  cut(): void {
    this.#isCut = true;
    this.#endAll();
  }

  /** Lets nothing through until `mend`, and tells nobody. Connections of this time stay mute for ever. */
  swallow(): void {
    this.#isSwallowing = true;
    for (const socket of this.#sockets) this.#mute.add(socket);
  }

  /** Ends every connection, and every new one until `mend`, as a server does that has a reason: an SQLSTATE. */
  refuseWith(sqlState: string): void {
    this.#lastWord = fatalError(sqlState);
    for (const client of this.#clients) client.end(this.#lastWord);
  }

  mend(): void {
    this.#isCut = false;
    this.#lastWord = null;
    this.#isSwallowing = false;
    this.#allowedBytes = Number.POSITIVE_INFINITY;
  }

  /** Lets so many bytes of answers through, and the rest never: what is under way stands still, until it is cut. */
  stallAfter(bytes: number): void {
    this.#allowedBytes = bytes;
  }

  /** Ends the next connection that carries this text to the server, before or after the server has it. */
  cutAt(text: string, place: 'before' | 'after'): void {
    this.#trap = { text, place };
  }

  /** Ends every connection; new ones lead to another server. */
  leadTo(serverUrl: string): void {
    this.#server = new URL(serverUrl);
    this.#endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, 'close');
  }

  #endAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #lead(client: Socket): void {
    if (this.#lastWord !== null) {
      // Behind the first word of who comes.
      client.once('data', () => client.end(this.#lastWord ?? ''));
      client.on('error', () => client.destroy());
      return;
    }
    this.#clients.add(client);
    client.on('close', () => this.#clients.delete(client));
    const upstream = connect(Number(this.#server.port), this.#server.hostname);
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      if (this.#isSwallowing) this.#mute.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (!this.#mute.has(socket)) end();
      });
    }
    if (this.#isCut) end();
    upstream.on('data', (bytes: Buffer) => {
      if (this.#mute.has(upstream)) return;
      const passed = bytes.subarray(0, Math.min(bytes.length, this.#allowedBytes));
      this.#allowedBytes -= passed.length;
      client.write(passed);
    });
    client.on('data', (bytes: Buffer) => {
      if (this.#mute.has(client)) return;
      const trap = this.#trap;
      if (trap === null || !bytes.includes(trap.text)) {
        upstream.write(bytes);
        return;
      }
      this.#trap = null;
      client.destroySoon();
      if (trap.place === 'before') end();
      else upstream.end(bytes);
    });
  }
}

/** As the protocol of PostgreSQL has it: the message's kind, its length, and fields that end with a zero each. */
function fatalError(sqlState: string): Buffer {
  const fields = Buffer.from(['SFATAL', 'VFATAL', `C${sqlState}`, 'Mrefused', '', ''].join('\0'));
  const length = Buffer.alloc(4);
  length.writeInt32BE(length.length + fields.length);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}
