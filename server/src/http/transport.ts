import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyServerFactory } from 'fastify';
import { targetOf } from './organization-root.ts';
import { type Problem, type ProblemStatus, pathOf, problemOf, Refusal } from './problem.ts';
import { Connection, responseClass } from './transport-connection.ts';
import { refusalOfFault, targetOfFault } from './transport-fault.ts';
import {
  LARGEST_HEADERS_BYTES,
  LONGEST_TARGET_BYTES,
  MOST_HEADERS,
  originForm,
  refusalOfHead,
} from './transport-guard.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface TransportLimits {
  /** From the first byte of a request, or from the connection, to the end of its headers. */
  readonly headersTimeoutMilliseconds: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeoutMilliseconds: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMilliseconds: number;
  readonly connectionsCheckingIntervalMilliseconds: number;
  /** How long a connection may stall in the middle of a request or an answer, and a request that only reads have none. */
  readonly idleTimeoutMilliseconds: number;
  /** How long a body that is read line by line may pause. */
  readonly bulkIdleTimeoutMilliseconds: number;
  /** How long a client may take to close after the last answer. */
  readonly lingerMilliseconds: number;
  readonly maxConnections: number;
}

/** What applies unless a test shortens it. */
const DEFAULT_LIMITS: TransportLimits = {
  headersTimeoutMilliseconds: 10_000,
  requestTimeoutMilliseconds: 30_000,
  // Longer than the 60 s of common load balancers, so that it is always they who close.
  keepAliveTimeoutMilliseconds: 65_000,
  connectionsCheckingIntervalMilliseconds: 1_000,
  idleTimeoutMilliseconds: 90_000,
  bulkIdleTimeoutMilliseconds: 30_000,
  lingerMilliseconds: 2_000,
  maxConnections: 10_000,
};

export interface RefusedRequest {
  readonly requestId: string;
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly remoteAddress: string | undefined;
}

export interface TransportOptions extends Partial<TransportLimits> {
  readonly newRequestId?: () => string;
  /** Called for every answer that the framework never hears of. */
  readonly onRefusal?: (refused: RefusedRequest) => void;
}

const awaitingContinue = new WeakMap<IncomingMessage, ServerResponse>();

/** Tells a client that waits for leave to send its body to go on; does nothing for other clients. */
export function allowContinue(request: IncomingMessage): void {
  awaitingContinue.get(request)?.writeContinue();
  awaitingContinue.delete(request);
}

/** Lets a request's body take longer than others may; its reader has to watch that it keeps arriving. */
export function letTakeItsTime(request: IncomingMessage): void {
  Connection.of(request.socket).unhurried = request;
}

/**
 * To be called before a request changes anything, whether or not its body has fully arrived: only its handler answers it then.
 */
export function beginWork(request: IncomingMessage): void {
  Connection.of(request.socket).beginWork(request);
}

/** Aborted once no more of a request's body can come, because what arrives in its place is not part of it. */
export function faultOfBody(request: IncomingMessage): AbortSignal {
  return Connection.of(request.socket).fault;
}

/** Options that make the framework use this server; to be spread into its own. */
export interface TransportFastifyOptions {
  readonly serverFactory: FastifyServerFactory;
  readonly clientErrorHandler: () => void;
  readonly genReqId: () => string;
  readonly requestIdHeader: false;
  readonly return503OnClosing: false;
}

/** The HTTP server below the framework. It passes on only requests that are plain, well-formed HTTP/1.1. */
export class Transport {
  readonly fastifyOptions: TransportFastifyOptions;
  readonly #limits: TransportLimits;
  readonly #newRequestId: () => string;
  readonly #onRefusal: ((refused: RefusedRequest) => void) | undefined;
  readonly #sockets = new Set<Socket>();
  #isDraining = false;

  constructor(options: TransportOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...options };
    this.#newRequestId = options.newRequestId ?? randomUUID;
    this.#onRefusal = options.onRefusal;
    this.fastifyOptions = {
      serverFactory: (handler) => this.#createServer(handler),
      // The framework would add its own answer to ours.
      clientErrorHandler: () => {},
      genReqId: this.#newRequestId,
      requestIdHeader: false,
      return503OnClosing: false,
    };
  }

  get bulkIdleTimeoutMilliseconds(): number {
    return this.#limits.bulkIdleTimeoutMilliseconds;
  }

  /**
   * From now on, each connection closes with the last answer it is owed, and announces that: a client that keeps its connection
   * goes elsewhere before it could meet one that breaks. Requests are answered as before, even after the server has stopped
   * listening.
   */
  beginDrain(): void {
    this.#isDraining = true;
  }

  /** Breaks off connections with the beginning of a request on them: a server that is closing sets them no time limit. */
  breakOffUnheard(): void {
    for (const socket of this.#sockets) {
      const { isClosing, isOwedAnswer } = Connection.of(socket);
      if (!isClosing && !isOwedAnswer) socket.destroy();
    }
  }

  #createServer(handler: Handler): Server {
    const pass: Handler = (request, response) => this.#guard(request, response, handler);
    const server = createLimitedServer(this.#limits, pass, () => this.#isDraining);
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    const closeIdle = server.closeIdleConnections.bind(server);
    server.closeIdleConnections = () => this.#closeIdle(closeIdle);
    server.on('checkContinue', (request, response) => {
      awaitingContinue.set(request, response);
      pass(request, response);
    });
    server.on('checkExpectation', pass);
    server.on('connect', ({ socket }) => {
      socket.on('error', () => socket.destroy());
      this.#refuseOutright(socket, new Refusal(501));
    });
    server.on('clientError', (error, socket) => this.#answerFault(error, socket as Socket));
    return server;
  }

  /** Node takes a connection for idle as soon as its answer is written, though much of it may still have to be sent. */
  #closeIdle(closeIdle: () => void): void {
    const owed = [...this.#sockets].filter((socket) => Connection.of(socket).isOwedAnswer);
    for (const socket of owed) {
      Connection.of(socket).closeAfterBegunAnswer(this.#limits.lingerMilliseconds);
      socket.destroy = () => socket;
    }
    closeIdle();
    for (const socket of owed) Reflect.deleteProperty(socket, 'destroy');
  }

  #guard(request: IncomingMessage, response: ServerResponse, handler: Handler): void {
    // Node loses what follows an offer to change the protocol in the same packet, so nothing may follow it.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const connection = Connection.of(request.socket);
    const before = connection.orderOf(request);
    if (!connection.accept(response)) return;
    const refusal = refusalOfHead(request);
    if (refusal !== undefined) {
      this.#refuse(response, refusal);
      return;
    }
    request.url = originForm(request.url ?? '');
    if (before === null) {
      handler(request, response);
      return;
    }
    // A client may pipeline any number of requests.
    before.setMaxListeners(0);
    before.once('close', () => {
      if (!request.socket.destroyed) handler(request, response);
    });
  }

  #answerFault(error: Error, socket: Socket): void {
    const refusal = refusalOfFault(error);
    if (refusal === undefined) {
      socket.destroy();
      return;
    }
    const connection = Connection.of(socket);
    if (refusal.status === 408 && connection.takesItsTime) return;
    // The parser fails again on whatever still arrives.
    if (connection.fault.aborted) return;
    connection.noteFault();
    if (connection.leaveToWork(this.#limits.lingerMilliseconds)) return;
    const unanswered = connection.unansweredResponse();
    if (unanswered !== undefined) this.#refuse(unanswered, refusal);
    else this.#refuseOutright(socket, refusal, pathOf(targetOfFault(error)));
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    const { req: request } = response;
    Connection.of(request.socket).closeAfterAnswer(this.#limits.lingerMilliseconds);
    const problem = problemOf(refusal, pathOf(targetOf(request)));
    response.writeHead(problem.status, this.#closingHeaders(problem, refusal, request.socket));
    response.end(problem.body);
  }

  /** Refuses when there is no request to respond to. */
  #refuseOutright(socket: Socket, refusal: Refusal, requestPath = ''): void {
    Connection.of(socket).closeWith(() => {
      const problem = problemOf(refusal, requestPath);
      const headers = { date: new Date().toUTCString(), ...this.#closingHeaders(problem, refusal, socket) };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return `HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${problem.body}`;
    }, this.#limits.lingerMilliseconds);
  }

  #closingHeaders(problem: Problem, refusal: Refusal, socket: Socket): Record<string, string> {
    const requestId = this.#newRequestId();
    const { status, message: detail } = refusal;
    this.#onRefusal?.({ requestId, status, detail, remoteAddress: socket.remoteAddress });
    return {
      ...problem.headers,
      'content-length': String(Buffer.byteLength(problem.body)),
      'x-request-id': requestId,
      connection: 'close',
    };
  }
}

function createLimitedServer(limits: TransportLimits, handler: Handler, isDraining: () => boolean): Server {
  const server = createServer(
    {
      ServerResponse: responseClass(limits.lingerMilliseconds, isDraining),
      maxHeaderSize: LONGEST_TARGET_BYTES + LARGEST_HEADERS_BYTES,
      headersTimeout: limits.headersTimeoutMilliseconds,
      requestTimeout: limits.requestTimeoutMilliseconds,
      keepAliveTimeout: limits.keepAliveTimeoutMilliseconds,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMilliseconds,
      insecureHTTPParser: false,
      // The guard checks this header, since Node's own refusal has no body.
      requireHostHeader: false,
      // By default, listeners decide this, and Fastify adds one if it listens on several addresses.
      shouldUpgradeCallback: () => false,
    },
    handler,
  );
  // Node silently drops headers beyond this number; one more than allowed is enough to notice.
  server.maxHeadersCount = MOST_HEADERS + 1;
  server.maxConnections = limits.maxConnections;
  server.timeout = limits.idleTimeoutMilliseconds;
  // A client that sends its last request and then half-closes the connection still gets every answer.
  return Object.assign(server, { httpAllowHalfOpen: true });
}
