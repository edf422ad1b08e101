/** Byte order for ASCII text, in which the API server keeps names. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
