/**
 * Takes the mask of a client off, in place (RFC 6455, section 5.3).
 *
 * @param mask the four bytes of the mask, as a big-endian number
 * @param position of the first byte in the payload of its frame
 */
export function unmask(bytes: Buffer, mask: number, position: number): void {
  const key = Uint8Array.from({ length: 4 }, (_, index) => mask >>> (24 - 8 * ((position + index) % 4)));
  // Four bytes at a time, where they are a word of the machine.
  const firstWord = Math.min((4 - (bytes.byteOffset % 4)) % 4, bytes.length);
  const afterWords = bytes.length - ((bytes.length - firstWord) % 4);
  unmaskBytes(bytes, key, 0, firstWord);
  if (afterWords > firstWord) {
    const [wordKey = 0] = new Uint32Array(Uint8Array.from(key, (_, index) => key[(firstWord + index) % 4] ?? 0).buffer);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + firstWord, (afterWords - firstWord) / 4);
    for (let index = 0; index < words.length; index += 1) words[index] = (words[index] ?? 0) ^ wordKey;
  }
  unmaskBytes(bytes, key, afterWords, bytes.length);
}

function unmaskBytes(bytes: Buffer, key: Uint8Array, start: number, end: number): void {
  for (let index = start; index < end; index += 1) bytes[index] = (bytes[index] ?? 0) ^ (key[index % 4] ?? 0);
}
