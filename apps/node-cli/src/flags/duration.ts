import type { ValueType } from './value-types.ts';

const milliseconds = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy;

/** A duration in milliseconds, written as Go writes it: `40s`, `1m30s`, `500ms`. Zero needs no unit. */
export function duration(bounds: { readonly minimum: number }): ValueType<number> {
  return {
    placeholder: 'DURATION',
    parse: (given) => {
      const value = parseDuration(given.trim());
      if (value === undefined)
        throw new RangeError(`'${given}' is not a duration; write a number with a unit, such as 40s, 1m30s or 500ms`);
      if (value < bounds.minimum)
        throw new RangeError(`'${given}' is too short; the least is ${formatDuration(bounds.minimum)}`);
      return value;
    },
    format: formatDuration,
  };
}

function parseDuration(given: string): number | undefined {
  if (given === '0') return 0;
  part.lastIndex = 0;
  let total = 0;
  let end = 0;
  for (let match = part.exec(given); match !== null; match = part.exec(given)) {
    const unit = match[2] as keyof typeof milliseconds;
    total += Number(match[1]) * milliseconds[unit];
    end = part.lastIndex;
  }
  return end === given.length && end > 0 ? total : undefined;
}

/** The shortest way to type a number of milliseconds: 90,000 is `1m30s`. */
export function formatDuration(total: number): string {
  if (total === 0) return '0';
  const hours = Math.floor(total / milliseconds.h);
  const minutes = Math.floor((total % milliseconds.h) / milliseconds.m);
  const seconds = Math.floor((total % milliseconds.m) / milliseconds.s);
  const rest = total % milliseconds.s;
  return [
    hours > 0 ? `${hours}h` : '',
    minutes > 0 ? `${minutes}m` : '',
    seconds > 0 ? `${seconds}s` : '',
    rest > 0 ? `${rest}ms` : '',
  ].join('');
}
