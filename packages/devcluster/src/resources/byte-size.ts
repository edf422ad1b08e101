/** The largest total of a Secret's or ConfigMap's values that the API server stores, in bytes. */
export const maximumDataBytes: number = 1024 * 1024;

/** The bytes that a base64 text stands for. */
export function base64Bytes(text: string): number {
  return Buffer.from(text, 'base64').byteLength;
}
