import type { ProviderContext } from '@vk/node/provider';

export type Clock = ProviderContext<unknown>['clock'];

/** The time by which pods live, in milliseconds since the epoch. It starts at the wall clock's and never goes back, so a finished pod stays finished. */
export type Timeline = () => number;

export function startTimeline(clock: Clock): Timeline {
  const wall = clock.now();
  const origin = clock.monotonic();
  return () => wall + (clock.monotonic() - origin);
}
