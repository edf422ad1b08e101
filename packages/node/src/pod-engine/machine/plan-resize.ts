import type { Container, ResourceRequirements } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { podResizeLane, resizeLane } from './lanes.ts';
import { requestKill } from './plan-kill.ts';
import { hasGrown, resizableContainers } from './pod-resources.ts';
import { amountsOnly, readResources, sameAmount, sameResources } from './resources.ts';
import { isOf } from './shown-run.ts';
import { resizeWords } from './resize-words.ts';
import type { Turn } from './turn.ts';

/** Brings the resources of a running container to those that it is given (KEP-1287), where the runtime can. */
export function planResize(turn: Turn, container: Container, run: RuntimeContainer): void {
  const { resources = {} } = container;
  const actual = actualResources(turn, run);
  const lane = resizeLane(container.name);
  if (actual !== undefined && sameResources(actual, resources)) return;
  if (!turn.settings.resizes || turn.isBusy(lane) || turn.isHeldUp(lane)) return;
  // One of which it is not known what it has is given it once more: that changes nothing where it has it.
  if (actual !== undefined && needsRestart(container, actual)) {
    turn.setProgress(container.name, { replace: run.id });
    requestKill(turn, run, 'resize', `Container ${container.name} resize requires restart`);
    return;
  }
  if (!turn.containersMayResize) return;
  turn.begin(lane, {
    kind: 'update-resources',
    container: container.name,
    containerId: run.id,
    resources,
  });
}

/** Brings the resources of the pod as a whole to those that it is given: before its containers when they grow, else after them. */
export function planPodResize(turn: Turn): void {
  const { sandbox, spec } = turn;
  const { podResources } = turn.state;
  if (sandbox === undefined || !isPodResizing(turn)) return;
  const grows = hasGrown(podResources, spec.resources);
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
  const wanted = [turn.spec, ...resizableContainers(turn.spec)].map(({ resources = {} }) => amountsOnly(resources));
  if (resizing?.length === wanted.length && wanted.every((own, index) => sameResources(own, resizing[index]))) return;
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
    const actual = run?.state === 'running' ? actualResources(turn, run) : undefined;
    return actual !== undefined && !sameResources(actual, container.resources);
  });
}

/**
 * What a run has by now: what it was given by this process, else what the API shows of it, which another process has given it, else
 * what it was created with. Undefined where that cannot be read.
 */
export function actualResources(turn: Turn, run: RuntimeContainer): ResourceRequirements | undefined {
  const { resources } = turn.progress(run.name);
  if (resources?.containerId === run.id) return resources.given;
  const shown = turn.state.shown[run.name];
  if (shown?.resources !== undefined && shown.state?.running !== undefined && isOf(shown, run)) return shown.resources;
  return readResources(run.resources);
}

function isPodResizing({ settings, spec, state }: Turn): boolean {
  return (
    settings.resizesPods &&
    spec.resources !== undefined &&
    state.podResources !== undefined &&
    !sameResources(state.podResources, spec.resources)
  );
}

/** True when a resource changes whose resize policy asks for a restart. */
function needsRestart({ resources, resizePolicy = [] }: Container, actual: ResourceRequirements): boolean {
  return resizePolicy.some(
    ({ resourceName: name, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      !(
        sameAmount(resources?.requests?.[name], actual.requests?.[name]) &&
        sameAmount(resources?.limits?.[name], actual.limits?.[name])
      ),
  );
}
