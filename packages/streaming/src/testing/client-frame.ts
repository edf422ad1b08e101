/** A frame as a client sends it (RFC 6455, section 5.2). */
export function clientFrame(
  opcode: number,
  payload: Buffer | string,
  options: { readonly fin?: boolean } = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const key = Buffer.of(0x12, 0x34, 0x56, 0x78);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(bytes.length));
  const [short, long] =
    bytes.length < 126
      ? [bytes.length, Buffer.alloc(0)]
      : bytes.length < 65_536
        ? [126, length.subarray(6)]
        : [127, length];
  return Buffer.concat([
    Buffer.of((options.fin === false ? 0 : 0x80) | opcode, 0x80 | short),
    long,
    key,
    Buffer.from(bytes.map((byte, index) => byte ^ (key[index % 4] ?? 0))),
  ]);
}
