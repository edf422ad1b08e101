import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { podResizeLane, resizeLane } from './lanes.ts';
import { requestKill } from './plan-kill.ts';
import { hasGrown, resizableContainers, resourcesJson } from './pod-resources.ts';
import { resizeWords } from './resize-words.ts';
import type { Turn } from './turn.ts';

/** Brings the resources of a running container to those that it is given (KEP-1287), where the runtime can. */
export function planResize(turn: Turn, container: Container, run: RuntimeContainer): void {
  const wanted = resourcesJson(container.resources);
  const actual = actualResources(turn, run);
  const lane = resizeLane(container.name);
  if (wanted === actual || !turn.settings.resizes || turn.isBusy(lane) || turn.isHeldUp(lane)) return;
  if (needsRestart(container, wanted, actual)) {
    turn.setProgress(container.name, { replace: run.id });
    requestKill(turn, run, 'resize', `Container ${container.name} resize requires restart`);
    return;
  }
  if (!turn.containersMayResize) return;
  turn.begin(lane, {
    kind: 'update-resources',
    container: container.name,
    containerId: run.id,
    resources: container.resources ?? {},
  });
}

/** Brings the resources of the pod as a whole to those that it is given: before its containers when they grow, else after them. */
export function planPodResize(turn: Turn): void {
  const { sandbox, spec } = turn;
  const { podResources } = turn.state;
  if (sandbox === undefined || !isPodResizing(turn)) return;
  const grows = hasGrown(resourcesFromJson(podResources ?? '{}'), spec.resources);
  turn.containersMayResize = !grows;
  if (!grows && resizingContainers(turn).length > 0) return;
  if (turn.isBusy(podResizeLane) || turn.isHeldUp(podResizeLane)) return;
  turn.begin(podResizeLane, {
    kind: 'update-pod-resources',
    sandboxId: sandbox.id,
    resources: spec.resources ?? {},
  });
}

/** Tells of the beginning and the end of a resize. */
export function noteResize(turn: Turn): void {
  const { resizing } = turn.state;
  if (!isResizing(turn)) {
    if (resizing === undefined) return;
    turn.setState({ resizing: undefined });
    turn.tell('Normal', 'ResizeCompleted', resizeWords('completed', turn.pod));
    return;
  }
  const wanted = [turn.spec, ...resizableContainers(turn.spec)].map(({ resources }) => resourcesJson(resources)).join();
  if (wanted === resizing) return;
  turn.setState({ resizing: wanted });
  turn.tell('Normal', 'ResizeStarted', resizeWords('started', turn.pod));
}

/** Something of the pod does not have yet what it is given. */
export function isResizing(turn: Turn): boolean {
  return isPodResizing(turn) || resizingContainers(turn).length > 0;
}

/** The containers that run and do not have yet what they are given. */
export function resizingContainers(turn: Turn): Container[] {
  if (!turn.settings.resizes) return [];
  return resizableContainers(turn.spec).filter((container) => {
    const run = turn.latest(container.name);
    return run?.state === 'running' && actualResources(turn, run) !== resourcesJson(container.resources);
  });
}

/** What a run has by now, as JSON. */
export function actualResources(turn: Turn, run: RuntimeContainer): string {
  const { resources } = turn.progress(run.name);
  return resources?.containerId === run.id ? resources.json : run.resources;
}

function isPodResizing({ settings, spec, state }: Turn): boolean {
  return (
    settings.resizesPods &&
    spec.resources !== undefined &&
    state.podResources !== undefined &&
    state.podResources !== resourcesJson(spec.resources)
  );
}

interface ResourceLists {
  readonly requests?: readonly (readonly [string, string])[];
  readonly limits?: readonly (readonly [string, string])[];
}

/** What `resourcesJson` has written. */
export function resourcesFromJson(json: string): {
  readonly requests: Record<string, string>;
  readonly limits: Record<string, string>;
} {
  const { requests = [], limits = [] } = JSON.parse(json) as ResourceLists;
  return { requests: Object.fromEntries(requests), limits: Object.fromEntries(limits) };
}

/** True when a resource changes whose resize policy asks for a restart. */
function needsRestart(container: Container, wanted: string, actual: string): boolean {
  const after = resourcesFromJson(wanted);
  const before = resourcesFromJson(actual);
  const policies = container.resizePolicy ?? [];
  return policies.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (after.requests[resourceName] !== before.requests[resourceName] ||
        after.limits[resourceName] !== before.limits[resourceName]),
  );
}
