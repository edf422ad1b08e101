import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { restartDecision, type RestartDecision } from './restart-decision.ts';
import type { Turn } from './turn.ts';

/** What follows a run that has ended. One that was ended in order to be followed by another says nothing by its exit code. */
export function decisionAfterRun(turn: Turn, container: Container, run: RuntimeContainer): RestartDecision {
  const decision = restartDecision(container, turn.spec, run.exitCode ?? 1);
  const { replace, restart } = turn.progress(container.name);
  return decision === 'end' && (replace === run.id || restart === run.id) ? 'restart' : decision;
}
