import type { Pod } from './wire.ts';

/** The conditions that a node writes from its first status of a pod on. */
const nodeConditions: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
]);

/**
 * When a node took a pod, in milliseconds since the epoch, as far as the API shows it: by the start time, else by the conditions of
 * the first status. Undefined while no node has said anything of it. `activeDeadlineSeconds` counts from then.
 */
export function acceptedAt({ status }: Pod): number | undefined {
  const startedAt = timeOf(status?.startTime);
  if (startedAt !== undefined) return startedAt;
  const own = (status?.conditions ?? []).filter(({ type }) => nodeConditions.has(type));
  const times = own.map(({ lastTransitionTime }) => timeOf(lastTransitionTime)).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
