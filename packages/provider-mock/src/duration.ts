const unitMilliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const term = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gu;
const whole = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/u;

/** Milliseconds of a duration in Go's syntax, as in Kubernetes: `1m30s`, `500ms`, `0`. Undefined when it is none; signs are not taken. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!whole.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(term)) {
    milliseconds += Number(amount) * (unitMilliseconds[unit ?? ''] ?? 0);
  }
  return milliseconds;
}

/** A duration that is known, or one that is drawn between two bounds. Both are in milliseconds and may be equal. */
export interface DurationRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** `10s`, or `1s-5s` for a duration drawn between the two. */
export function parseDurationRange(text: string): DurationRange | undefined {
  const [first = '', second = first, ...rest] = text.split('-').map((part) => part.trim());
  const minimum = parseDuration(first);
  const maximum = parseDuration(second);
  if (minimum === undefined || maximum === undefined || maximum < minimum || rest.length > 0) return undefined;
  return { minimum, maximum };
}

/** Whole seconds as Go prints them: `10s`, `1m20s`, `5m0s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  if (hours > 0) return `${hours}h${minutes}m${seconds % 60}s`;
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
