import { type ProblemStatus, Refusal } from './problem.ts';
import { LONGEST_TARGET_BYTES } from './transport-guard.ts';

/** What Node's parser adds to its errors. */
interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
  readonly rawPacket?: Buffer;
  /** How far into the packet the parser got. */
  readonly bytesParsed?: number;
}

const STATUS_OF_FAULT: ReadonlyMap<string, ProblemStatus> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_PAUSED_H2_UPGRADE', 505],
]);

const METHOD_TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,32} /;
const REQUEST_LINE = new RegExp(String.raw`${METHOD_TOKEN.source}([^ \r\n]+) HTTP/\d\.\d\r?$`, 'gm');
/** Enough of a packet to hold a method. */
const METHOD_BYTES = 33;

/** The answer to bytes that are not a request, or that came too late; undefined if the connection itself failed. */
export function refusalOfFault(error: ParserError): Refusal | undefined {
  const code = error.code ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal(isInLongTarget(error) ? 414 : 431);
  if (code === 'HPE_INVALID_METHOD' && isInRequestLine(error)) return new Refusal(501);
  const status = STATUS_OF_FAULT.get(code);
  if (status !== undefined) return new Refusal(status);
  if (!code.startsWith('HPE_')) return undefined;
  // The parser's reasons are constant texts that quote nothing of the input.
  return new Refusal(400, `The request is not well-formed HTTP/1.1: ${error.reason ?? 'syntax error'}.`);
}

/** The target of the faulty request, as far as the packet with the fault contains it; otherwise empty. */
export function targetOfFault(error: ParserError): string {
  const { rawPacket, bytesParsed = 0 } = error;
  if (rawPacket === undefined) return '';
  if (isInLongTarget(error))
    return rawPacket.toString('latin1', startOfFaultyLine(error)).split(' ', 2)[1] ?? '';
  const end = rawPacket.indexOf('\n', bytesParsed);
  // Several requests may have come in one packet: the last that begins at or before the fault is the one.
  const lines = rawPacket.toString('latin1', 0, end < 0 ? undefined : end).matchAll(REQUEST_LINE);
  return [...lines].at(-1)?.[1] ?? '';
}

function isInRequestLine(error: ParserError): boolean {
  const start = startOfFaultyLine(error);
  return METHOD_TOKEN.test(error.rawPacket?.toString('latin1', start, start + METHOD_BYTES) ?? '');
}

/** Recognizes a target only in the packet in which it starts; one that continues in later packets is taken for a header. */
function isInLongTarget(error: ParserError): boolean {
  return isInRequestLine(error) && (error.bytesParsed ?? 0) - startOfFaultyLine(error) > LONGEST_TARGET_BYTES;
}

function startOfFaultyLine(error: ParserError): number {
  const { rawPacket, bytesParsed = 0 } = error;
  return rawPacket === undefined || bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
}
