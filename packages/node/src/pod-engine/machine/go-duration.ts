/** Milliseconds as Go writes a duration: `250ms`, `10s`, `1.5s`, `1m20s`, `5m0s`. Messages of back-offs and pulls carry it. */
export function goDuration(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  if (rounded > 0 && rounded < 1000) return `${rounded}ms`;
  const seconds = (rounded % 60_000) / 1000;
  const minutes = Math.floor(rounded / 60_000) % 60;
  const hours = Math.floor(rounded / 3_600_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}
