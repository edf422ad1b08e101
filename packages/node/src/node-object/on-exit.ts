import type { NodeCondition } from '../provider/wire.ts';
import type { Clock } from '../work/clock.ts';
import type { NodeApi } from './node-api.ts';
import { OnExitForbiddenError } from './node-errors.ts';

/**
 * What becomes of the Node when the process stops:
 *
 * - `leave`: nothing, as with a kubelet's restart. Its lease runs out after 40 s unless the process is back.
 * - `not-ready`: Ready turns False at once; pods are evicted when their tolerations run out.
 * - `cordon`: no new pods.
 * - `delete`: the Node and its Lease are deleted.
 */
export const onExitModes = ['leave', 'not-ready', 'cordon', 'delete'] as const;
export type OnExit = (typeof onExitModes)[number];

const neededVerb: Readonly<Partial<Record<OnExit, 'delete' | 'patch'>>> = { cordon: 'patch', delete: 'delete' };

/**
 * Says at start what would fail at the end.
 *
 * @throws OnExitForbiddenError when the API server says that the credentials do not allow it.
 */
export async function checkOnExit(name: string, onExit: OnExit, api: NodeApi, signal: AbortSignal): Promise<void> {
  const verb = neededVerb[onExit];
  if (verb !== undefined && (await api.mayI(verb, signal)) === false)
    throw new OnExitForbiddenError(name, onExit, verb);
}

export interface LeaveOptions {
  readonly onExit: OnExit;
  readonly uid: string | undefined;
  readonly api: NodeApi;
  readonly clock: Clock;
}

/** Leaves the Node as `--on-exit` says. */
export async function leaveNode({ onExit, uid, api, clock }: LeaveOptions, signal: AbortSignal): Promise<void> {
  switch (onExit) {
    case 'leave':
      return;
    case 'not-ready': {
      const now = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
      const ready: NodeCondition = {
        type: 'Ready',
        status: 'False',
        reason: 'NodeShutdown',
        message: 'the virtual kubelet has stopped',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      };
      await api.patchNodeStatus({ status: { conditions: [ready] } }, signal);
      return;
    }
    case 'cordon':
      await api.patchNode({ spec: { unschedulable: true } }, signal);
      return;
    case 'delete':
      await api.deleteNode(uid, signal);
      await api.deleteLease(signal);
  }
}
