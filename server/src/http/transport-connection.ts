import {
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

/** An unread body of up to this size is read and dropped to keep the connection; after a larger one it is closed. */
const DRAINED_BODY_BYTES = 64 * 1024;
/** With so many requests that came before the answers they are behind, no more are read until some are answered. */
const MOST_PIPELINED = 100;
/** So many of these are worked on at once: others get a turn, and no more answers gather than a client may well take. */
const MOST_AT_ONCE = 8;

/** What has to be remembered about a client's connection between its requests. */
export class Connection {
  static readonly #all = new WeakMap<Socket, Connection>();

  /** The request whose body may take longer than others, if there is one. */
  unhurried: IncomingMessage | null = null;
  readonly #socket: Socket;
  /** Aborted once something arrives that is neither a request nor part of its body. */
  readonly #fault = new AbortController();
  /** The request that is being worked on, whether or not its body has fully arrived. */
  #underWay: IncomingMessage | null = null;
  #latest: ServerResponse | undefined;
  /** The response to the latest request that may change something. */
  #latestChange: ServerResponse | undefined;
  #isClosing = false;
  /** The responses to unanswered requests that came before the answers of those before them, in order. */
  readonly #pipelined: ServerResponse[] = [];
  #isHeldBack = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  static of(socket: Socket): Connection {
    const known = Connection.#all.get(socket);
    if (known !== undefined) return known;
    const connection = new Connection(socket);
    Connection.#all.set(socket, connection);
    return connection;
  }

  /** Whether the request now arriving is the one that may take longer. */
  get takesItsTime(): boolean {
    return this.unhurried !== null && this.unhurried === this.#latest?.req && !this.unhurried.complete;
  }

  /** Whether no more requests are accepted. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  get isOwedAnswer(): boolean {
    return this.#latest?.writableFinished === false;
  }

  /** Aborted once nothing more can come of the body now arriving. */
  get fault(): AbortSignal {
    return this.#fault.signal;
  }

  noteFault(): void {
    this.#fault.abort();
  }

  /** To be called before a request changes anything: from then on its handler answers it, even if its body breaks off. */
  beginWork(request: IncomingMessage): void {
    this.#underWay = request;
  }

  /** Returns whether the handler will answer the request now arriving; no other request is accepted after it then. */
  leaveToWork(lingerMilliseconds: number): boolean {
    const latest = this.#latest;
    if (latest === undefined || latest.req !== this.#underWay) return false;
    if (latest.req.complete || latest.writableEnded) return false;
    this.closeAfterAnswer(lingerMilliseconds);
    latest.shouldKeepAlive = false;
    // If the head of the answer has been sent already, it did not announce that the connection closes.
    latest.once('close', () => this.#socket.destroySoon());
    return true;
  }

  /** Returns whether the request may be handled: what follows the last request of a connection may not. */
  accept(response: ServerResponse): boolean {
    if (this.#isClosing || this.isOwedAnswer) this.#notePipelined(response);
    if (this.#isClosing) return false;
    this.#latest = response;
    if (!isSafe(response.req.method)) this.#latestChange = response;
    this.#isClosing = !response.shouldKeepAlive;
    return true;
  }

  #notePipelined(response: ServerResponse): void {
    this.#pipelined.push(response);
    if (this.#pipelined.length >= MOST_PIPELINED) this.#holdBack();
    response.once('close', () => {
      this.#pipelined.splice(this.#pipelined.indexOf(response), 1);
      if (this.#pipelined.length < MOST_PIPELINED) this.#readOn();
    });
  }

  /** Reads nothing more, beyond what arrived together. The parser asks for more after each request. */
  #holdBack(): void {
    if (this.#isHeldBack) return;
    this.#isHeldBack = true;
    this.#socket.on('resume', this.#stayHeldBack).pause();
  }

  #readOn(): void {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#socket.off('resume', this.#stayHeldBack).resume();
  }

  readonly #stayHeldBack = (): void => {
    this.#socket.pause();
  };

  /**
   * The response that a request has to wait for, before it is accepted; null if there is none. Of pipelined requests, only safe
   * ones may be worked on concurrently (RFC 9112, section 9.3.2), and not all of them.
   */
  orderOf({ method }: IncomingMessage): ServerResponse | null {
    const before = isSafe(method) ? this.#latestChange : this.#latest;
    const awaited = before === undefined || before.writableFinished ? null : before;
    const farBefore = this.#pipelined.at(-MOST_AT_ONCE);
    if (farBefore === undefined) return awaited;
    // They end in order. A response that is not among these came before them.
    const isEarlier =
      awaited === null || this.#pipelined.indexOf(awaited) < this.#pipelined.length - MOST_AT_ONCE;
    return isEarlier ? farBefore : awaited;
  }

  /** Whether no request came after the one that this responds to. */
  isLatest(response: ServerResponse): boolean {
    return this.#latest === response;
  }

  /** The response to a request that has not fully arrived and has no answer yet. */
  unansweredResponse(): ServerResponse | undefined {
    const latest = this.#latest;
    return latest === undefined || latest.req.complete || latest.headersSent ? undefined : latest;
  }

  /** Accepts no more requests, and closes after the last response. */
  closeAfterAnswer(lingerMilliseconds: number): void {
    this.#isClosing = true;
    // Node calls this after the last response. Its own version resets the connection if unread bytes are left.
    this.#socket.destroySoon = () => this.#linger(lingerMilliseconds);
  }

  /** Closes after the latest response if its head is sent already, unless a request comes before its end. */
  closeAfterBegunAnswer(lingerMilliseconds: number): void {
    const latest = this.#latest;
    if (latest === undefined || !latest.headersSent || latest.writableFinished) return;
    latest.once('close', () => {
      if (this.#isClosing || !this.isLatest(latest)) return;
      this.closeAfterAnswer(lingerMilliseconds);
      this.#socket.destroySoon();
    });
  }

  /** Accepts no more requests, and closes with one more answer after all those that are owed. */
  closeWith(composeAnswer: () => string, lingerMilliseconds: number): void {
    this.closeAfterAnswer(lingerMilliseconds);
    const latest = this.#latest;
    if (latest === undefined || latest.writableFinished) this.#writeLast(composeAnswer);
    else latest.once('close', () => this.#writeLast(composeAnswer));
  }

  #writeLast(composeAnswer: () => string): void {
    // A client that is still sending a request would take this for a second answer to it.
    const isAwaited = this.#latest === undefined || this.#latest.req.complete;
    if (isAwaited && this.#socket.writable) this.#socket.write(composeAnswer());
    this.#socket.destroySoon();
  }

  /** Sends what is written, then waits for the client to close, because a reset would overtake the answer. */
  #linger(milliseconds: number): void {
    const socket = this.#socket;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), milliseconds);
    socket.once('close', () => clearTimeout(timer));
  }
}

function isSafe(method: string | undefined): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/**
 * Closes the connection if an answer leaves much of the request's body unread and, during a drain, with the last answer that is
 * owed: clients that keep their connections would hold up the drain.
 */
export function responseClass(
  lingerMilliseconds: number,
  isDraining: () => boolean,
): typeof ServerResponse<IncomingMessage> {
  return class extends ServerResponse {
    override writeHead(
      statusCode: number,
      reasonOrHeaders?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
      headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
    ): this {
      const connection = Connection.of(this.req.socket);
      const leavesBody = !this.req.complete && announcedBodyBytes(this.req) > DRAINED_BODY_BYTES;
      if (leavesBody || (isDraining() && connection.isLatest(this))) {
        this.shouldKeepAlive = false;
        connection.closeAfterAnswer(lingerMilliseconds);
      } else if (isDraining()) {
        // While the framework closes, it has every answer say that it is the last one.
        this.removeHeader('connection');
      }
      return typeof reasonOrHeaders === 'string'
        ? super.writeHead(statusCode, reasonOrHeaders, headers)
        : super.writeHead(statusCode, reasonOrHeaders);
    }
  };
}

/** The length in bytes of the body that a request's head announces; infinite if only the body's end will tell. */
export function announcedBodyBytes(request: IncomingMessage): number {
  if (request.headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(request.headers['content-length'] ?? 0);
}
