import type { Pod } from '../../provider/wire.ts';
import type { PendingResize } from '../machine/allocation.ts';
import { amounts, podRequests, resizableContainers } from '../machine/pod-resources.ts';
import { sameResources } from '../machine/resources.ts';
import type { EngineSettings } from '../machine/engine-settings.ts';

export interface ResizeSurroundings {
  readonly settings: EngineSettings;
  /** What the node has for pods; absent: nobody counts. */
  readonly allocatable: Readonly<Record<string, string>> | undefined;
  /** The other pods of the node, with what they have been given. */
  readonly others: Iterable<Pod>;
}

/** Whether a pod may be given what it asks for now. Undefined: it may. The words are the kubelet's. */
export function admitResize(
  current: Pod,
  desired: Pod,
  { settings, allocatable, others }: ResizeSurroundings,
): PendingResize | undefined {
  if (!settings.resizesPods && !sameResources(current.spec?.resources, desired.spec?.resources)) {
    return { reason: 'Infeasible', message: 'In-place resize of pod-level resources is not supported by the runtime' };
  }
  if (!settings.resizes && resizesContainers(current, desired)) {
    return { reason: 'Infeasible', message: 'In-place resize of containers is not supported by the runtime' };
  }
  const capacity = amounts(allocatable);
  if (capacity.size === 0) return undefined;
  const before = podRequests(current);
  const used = new Map<string, bigint>();
  for (const pod of others)
    for (const [name, amount] of podRequests(pod)) used.set(name, (used.get(name) ?? 0n) + amount);
  for (const [name, requested] of podRequests(desired)) {
    const limit = capacity.get(name);
    // What does not grow needs no more room than it has.
    if (limit === undefined || requested <= (before.get(name) ?? 0n)) continue;
    const taken = used.get(name) ?? 0n;
    if (taken + requested <= limit) continue;
    const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${taken}, capacity: ${limit}`;
    return { reason: 'Deferred', message };
  }
  return undefined;
}

function resizesContainers(current: Pod, desired: Pod): boolean {
  const before = new Map(
    resizableContainers(current.spec ?? { containers: [] }).map(({ name, resources }) => [name, resources]),
  );
  return resizableContainers(desired.spec ?? { containers: [] }).some(
    ({ name, resources }) => before.has(name) && !sameResources(before.get(name), resources),
  );
}
