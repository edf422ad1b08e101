import { protocolError } from '../errors/protocol-error.ts';

/** The head of an HTTP answer to a request for an upgrade. */
export interface ResponseHead {
  readonly status: number;
  /** By name in lower case; of a header that is given several times, the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** Where the bytes after the head begin. */
  readonly end: number;
}

/** A head that is longer is none. */
const headBytes = 16 * 1024;

/**
 * Reads the head of an answer (RFC 9112). Undefined when it is not there as a whole yet.
 *
 * @throws StreamingError `ProtocolError` when it is no HTTP/1.1, or too long.
 */
export function readResponseHead(bytes: Buffer): ResponseHead | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) {
    if (bytes.length > headBytes) throw protocolError(`the head of the answer is longer than ${headBytes} bytes`);
    return undefined;
  }
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) throw protocolError('the server did not answer in HTTP/1.1');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers, end: end + 4 };
}
