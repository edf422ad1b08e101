import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * Reads an answer of the runtime. Its texts are made from the bytes at once: the library's own way makes an array of each text's characters
 * first, which is two thirds of all that the listing of a busy node leaves behind, once a second.
 */
export class MessageReader extends BinaryReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  /** @throws RangeError when the message ends before the text does. */
  override string(): string {
    const length = this.uint32();
    const start = this.pos;
    this.pos += length;
    if (this.pos > this.len) throw new RangeError('the message ends in the middle of a text');
    return this.#bytes.toString('utf8', start, this.pos);
  }
}
