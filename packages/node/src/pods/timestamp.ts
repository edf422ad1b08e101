import type { Clock } from '../work/clock.ts';

/** RFC 3339 with whole seconds, as the API server writes `metav1.Time`. */
export function timestamp(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}
