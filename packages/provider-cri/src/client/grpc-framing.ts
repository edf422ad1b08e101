import { CriError } from './cri-error.ts';

/** A flag that says whether the message is compressed, and its length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const prefixBytes = 5;

/** A listing of everything on a busy host is larger than the 4 MiB that gRPC allows by default; the kubelet allows 16. */
const largestMessage = 64 * 1024 * 1024;

/** A message as it goes over the wire. */
export function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefixBytes + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, prefixBytes);
  return bytes;
}

/** Finds the messages in the parts that a stream comes in. */
export class MessageFinder {
  readonly #onMessage: (message: Buffer) => void;
  #held: Buffer[] = [];
  #size = 0;
  /** How much has to be there before it is worth a look. */
  #needed = prefixBytes;

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Whether the stream may end here: not within a message. */
  get isBetweenMessages(): boolean {
    return this.#size === 0;
  }

  /** @throws CriError for a message that is compressed, which nobody asked for, or that is larger than 64 MiB. */
  add(part: Buffer): void {
    this.#held.push(part);
    this.#size += part.length;
    if (this.#size < this.#needed) return;
    let rest = this.#held.length === 1 ? part : Buffer.concat(this.#held, this.#size);
    this.#needed = prefixBytes;
    while (rest.length >= prefixBytes) {
      const end = prefixBytes + lengthOf(rest);
      if (rest.length < end) {
        this.#needed = end;
        break;
      }
      this.#onMessage(rest.subarray(prefixBytes, end));
      rest = rest.subarray(end);
    }
    this.#held = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
  }
}

function lengthOf(bytes: Buffer): number {
  if (bytes[0] !== 0) throw new CriError('INTERNAL', 'the answer is compressed, which was not asked for');
  const length = bytes.readUInt32BE(1);
  if (length <= largestMessage) return length;
  throw new CriError('RESOURCE_EXHAUSTED', `the answer has ${length} bytes; more than ${largestMessage} are not taken`);
}
