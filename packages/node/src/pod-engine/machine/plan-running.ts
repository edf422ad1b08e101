import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { requestKill } from './plan-kill.ts';
import { planResize } from './plan-resize.ts';
import { restartsAfterFailure } from './restart-decision.ts';
import { containerSpecHash } from './spec-hash.ts';
import type { Turn } from './turn.ts';

/** Looks after a container, or sidecar, that runs: ends it when its hook or a probe failed or its spec is another one, resizes it otherwise. */
export function planRunning(turn: Turn, container: Container, run: RuntimeContainer): void {
  const { name } = container;
  const progress = turn.progress(name);
  if (turn.state.kills[run.id] !== undefined) return;
  const isInit = turn.spec.initContainers?.includes(container) ?? false;
  const subject = `${isInit ? 'Init container' : 'Container'} ${name}`;
  // What an init container's message leaves unsaid is what the kubelet leaves unsaid.
  const restarts = !isInit && restartsAfterFailure(container, turn.spec, 1) ? ', will be restarted' : '';
  if (progress.postStart?.containerId === run.id && progress.postStart.phase === 'failed') {
    requestKill(turn, run, 'post-start-hook', 'FailedPostStartHook');
  } else if (run.specHash !== containerSpecHash(container)) {
    turn.setProgress(name, { replace: run.id });
    requestKill(turn, run, 'spec-changed', `${subject} definition changed${isInit ? '' : ', will be restarted'}`);
  } else if (hasFailed(turn, run, 'liveness')) {
    requestKill(turn, run, 'liveness-probe', `${subject} failed liveness probe${restarts}`);
  } else if (hasFailed(turn, run, 'startup')) {
    requestKill(turn, run, 'startup-probe', `${subject} failed startup probe${restarts}`);
  } else {
    planResize(turn, container, run);
  }
}

function hasFailed(turn: Turn, run: RuntimeContainer, type: 'liveness' | 'startup'): boolean {
  const probe = turn.progress(run.name).probes[type];
  return probe?.containerId === run.id && probe.result === 'failure';
}
