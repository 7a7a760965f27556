import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** By lower-case name; of a repeated header the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client that sends exactly the bytes it is told to, and reads answers one by one. Text is taken as Latin-1. */
export class RawConnection implements Disposable {
  readonly #socket: Socket;
  #received = '';
  #isEnded = false;
  #failure: Error | undefined;
  #wake = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
    socket.on('end', () => {
      this.#isEnded = true;
      this.#wake();
    });
    socket.on('error', (error) => {
      this.#failure = error;
      this.#wake();
    });
    socket.on('close', () => {
      this.#isEnded = true;
      this.#wake();
    });
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  send(...parts: readonly (string | Uint8Array)[]): this {
    for (const part of parts)
      this.#socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part);
    return this;
  }

  /** Ends the client's side; answers still come. */
  endSending(): this {
    this.#socket.end();
    return this;
  }

  /** Stops reading, so that the server's answers pile up. */
  stopReading(): void {
    this.#socket.pause();
  }

  readOn(): void {
    this.#socket.resume();
  }

  /** Breaks the connection off without a goodbye. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** The next answer; `toHead` where it has no body whatever its headers say. Fails where the connection ends first. */
  async response(toHead = false): Promise<RawResponse> {
    await this.#until(() => this.#received.includes('\r\n\r\n'));
    const headEnd = this.#received.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = this.#received.slice(0, headEnd).split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    const headers = Object.fromEntries(lines.map(parseHeader));
    this.#received = this.#received.slice(headEnd + 4);
    const length = status < 200 || toHead ? 0 : Number(headers['content-length'] ?? 0);
    await this.#until(() => this.#received.length >= length);
    const body = Buffer.from(this.#received.slice(0, length), 'latin1').toString('utf8');
    this.#received = this.#received.slice(length);
    return { status, headers, body };
  }

  /** Waits until this has arrived, which stays to be read. */
  arrived(part: string): Promise<void> {
    return this.#until(() => this.#received.includes(part));
  }

  /** Waits for the server to end its side and gives back what it sent beyond the answers that were read. */
  async end(): Promise<string> {
    while (!this.#isEnded && this.#failure === undefined) await this.#awaken();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#received;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isEnded) throw new Error(`The connection ended after ${JSON.stringify(this.#received)}.`);
      await this.#awaken();
    }
  }

  #awaken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }
}

/** Sends bytes on a connection of their own and gives back the one answer; fails where the server does not close after it. */
export async function exchange(
  port: number,
  ...parts: readonly (string | Uint8Array)[]
): Promise<RawResponse> {
  using connection = await RawConnection.open(port);
  const response = await connection.send(...parts).response();
  const rest = await connection.end();
  if (rest !== '') throw new Error(`More than one answer: ${JSON.stringify(rest)}`);
  return response;
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
