import type { KubeObject, TableColumn, TableRowCondition } from '../../registry/definition.ts';
import { humanDuration } from '../human-duration.ts';
import { ageColumn, column, nameColumn } from '../table-columns.ts';
import { summarizePod } from './pod-summary.ts';
import type { Pod } from './pod-types.ts';

function readyText(pod: Pod): string {
  const { ready, total } = summarizePod(pod);
  return `${ready}/${total}`;
}

function restartsText(pod: Pod, now: number): string {
  const { restarts, lastRestart } = summarizePod(pod);
  if (restarts === 0 || lastRestart === undefined) return String(restarts);
  return `${restarts} (${humanDuration(now - lastRestart)} ago)`;
}

function readinessGatesText({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(
    ({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status === 'True',
  );
  return `${open.length}/${gates.length}`;
}

/** The columns of `kubectl get pods`. */
export const podColumns: readonly TableColumn[] = [
  nameColumn,
  column('Ready', readyText, { description: 'How many of the containers are ready.' }),
  column('Status', (pod: Pod) => summarizePod(pod).reason, { description: 'What the pod is doing, in one word.' }),
  column('Restarts', restartsText, { description: 'How often containers were restarted, and when last.' }),
  ageColumn,
  column('IP', ({ status }: Pod) => status?.podIPs?.[0]?.ip || '<none>', {
    description: 'The first address of the pod.',
    wide: true,
  }),
  column('Node', ({ spec }: Pod) => spec.nodeName || '<none>', { description: 'Where it runs.', wide: true }),
  column('Nominated Node', ({ status }: Pod) => status?.nominatedNodeName || '<none>', {
    description: 'Where it is going to run, once room is made.',
    wide: true,
  }),
  column('Readiness Gates', readinessGatesText, {
    description: 'How many of the further conditions for readiness hold.',
    wide: true,
  }),
];

/** A pod that has ended has a row that says so. */
export function podRowConditions(object: KubeObject): TableRowCondition[] {
  const phase = (object as Pod).status?.phase;
  if (phase === 'Succeeded') {
    return [{ type: 'Completed', status: 'True', reason: phase, message: 'The pod has completed successfully.' }];
  }
  if (phase === 'Failed') return [{ type: 'Completed', status: 'True', reason: phase, message: 'The pod failed.' }];
  return [];
}
