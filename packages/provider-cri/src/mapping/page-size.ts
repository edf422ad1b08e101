/** As the kernel writes the size of a page: 2097152 is `2MB`. */
export function pageSizeName(bytes: bigint): string {
  return inUnits(bytes, ['B', 'KB', 'MB', 'GB', 'TB']);
}

/** As the API writes it: 2097152 is `2Mi`. */
export function binarySize(bytes: bigint): string {
  return inUnits(bytes, ['', 'Ki', 'Mi', 'Gi', 'Ti']);
}

/** In the largest unit of which it is a whole number. */
function inUnits(bytes: bigint, units: readonly string[]): string {
  let [size, unit] = [bytes, 0];
  while (size > 0n && size % 1024n === 0n && unit < units.length - 1) {
    size /= 1024n;
    unit++;
  }
  return `${size}${units[unit] ?? ''}`;
}
