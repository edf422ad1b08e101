import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { resizeLane } from './lanes.ts';
import { requestKill } from './plan-kill.ts';
import { resourcesJson } from './spec-hash.ts';
import type { Turn } from './turn.ts';

/** Brings the resources of a running container to those of its spec (KEP-1287), where the runtime can. */
export function planResize(turn: Turn, container: Container, run: RuntimeContainer): void {
  const wanted = resourcesJson(container);
  const actual = actualResources(turn, run);
  const lane = resizeLane(container.name);
  if (wanted === actual || !turn.settings.resizes || turn.isBusy(lane) || turn.isHeldUp(lane)) return;
  if (needsRestart(container, wanted, actual)) {
    turn.setProgress(container.name, { replace: run.id });
    requestKill(turn, run, 'resize', `Container ${container.name} resize requires restart, will be restarted`);
    return;
  }
  turn.begin(lane, {
    kind: 'update-resources',
    container: container.name,
    containerId: run.id,
    resources: container.resources ?? {},
  });
}

/** What a run has by now, as JSON. */
export function actualResources(turn: Turn, run: RuntimeContainer): string {
  const { resources } = turn.progress(run.name);
  return resources?.containerId === run.id ? resources.json : run.resources;
}

interface ResourceLists {
  readonly requests: readonly (readonly [string, string])[];
  readonly limits: readonly (readonly [string, string])[];
}

/** True when a resource changes whose resize policy asks for a restart. */
function needsRestart(container: Container, wanted: string, actual: string): boolean {
  const policies = container.resizePolicy ?? [];
  return policies.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' && amounts(wanted, resourceName) !== amounts(actual, resourceName),
  );
}

function amounts(json: string, resource: string): string {
  const { requests, limits } = JSON.parse(json) as ResourceLists;
  return JSON.stringify([requests, limits].map((list) => list.find(([name]) => name === resource)?.[1]));
}
