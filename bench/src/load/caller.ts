import { connect, type Socket } from 'node:net';
import { readAnswer } from './answer.ts';
import type { Requests } from './requests.ts';

export interface CallerOptions {
  readonly port: number;
  readonly requests: Requests;
  /** Called before each request; the first `false` ends the caller. */
  readonly goesOn: () => boolean;
  readonly onAnswer: (status: number, latencyMilliseconds: number) => void;
  /** Milliseconds to wait after an answer of this status; none where it is absent. */
  readonly pauseAfter?: (status: number) => number;
}

/**
 * One keep-alive connection that sends a request, waits for its whole answer, and sends the next. Resolves when the last
 * request has its answer: none is ever abandoned, so that what the service did can be counted afterwards.
 */
export function call(options: CallerOptions): Promise<void> {
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
  const ended = Promise.withResolvers<void>();
  socket.once('error', ended.reject);
  socket.once('close', () => ended.reject(new Error('The service closed a connection under load.')));
  socket.once('connect', () => converse(socket, options, ended));
  return ended.promise;
}

function converse(
  socket: Socket,
  { requests, goesOn, onAnswer, pauseAfter = () => 0 }: CallerOptions,
  ended: PromiseWithResolvers<void>,
): void {
  let received: Buffer | null = null;
  let sentAt = 0;
  const send = (): void => {
    if (!goesOn()) {
      ended.resolve();
      socket.destroy();
      return;
    }
    sentAt = performance.now();
    socket.write(requests(), 'latin1');
  };
  const hear = (chunk: Buffer): void => {
    received = received === null ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === null) return;
    if (answer.bytes !== received.length) throw new Error('More came than was asked for.');
    received = null;
    onAnswer(answer.status, performance.now() - sentAt);
    const pause = pauseAfter(answer.status);
    if (pause > 0) setTimeout(send, pause);
    else send();
  };
  socket.on('data', (chunk) => {
    try {
      hear(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch (error) {
      ended.reject(error);
      socket.destroy();
    }
  });
  send();
}
