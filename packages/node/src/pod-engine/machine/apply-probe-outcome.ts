import type { ActionOutcome, StepOf } from './engine-action.ts';
import type { ProbeProgress, ProbeType } from './engine-state.ts';
import { probeSpec } from './plan-probes.ts';
import type { Turn } from './turn.ts';

const words: Readonly<Record<ProbeType, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

/** Counts the outcome of a probe. Its result changes when as many of one kind have come in a row as the spec asks for. */
export function applyProbe(turn: Turn, step: StepOf<'probe'>, outcome: ActionOutcome): void {
  const { container: name, containerId, type } = step;
  const container = turn.container(name);
  if (container === undefined) return;
  const spec = probeSpec(container, type);
  const probe = turn.progress(name).probes[type];
  if (spec === undefined || probe === undefined || probe.containerId !== containerId) return;
  if (!outcome.ok) {
    // A probe that could not be made says nothing of the container.
    const message = `${words[type]} probe errored and resulted in unknown state: ${outcome.message}`;
    turn.tell('Warning', 'Unhealthy', message, name);
    return;
  }
  const { result: single, output } = outcome.value.probe ?? { result: 'failure', output: '' };
  if (single === 'failure') turn.tell('Warning', 'Unhealthy', `${words[type]} probe failed: ${output}`, name);
  if (single === 'warning') turn.tell('Warning', 'ProbeWarning', `${words[type]} probe warning: ${output}`, name);
  const last = single === 'failure' ? 'failure' : 'success';
  const run = probe.last === last ? probe.run + 1 : 1;
  const threshold = last === 'failure' ? (spec.failureThreshold ?? 3) : (spec.successThreshold ?? 1);
  const reached = run >= threshold;
  const after: ProbeProgress = {
    ...probe,
    last,
    run,
    ...(reached && { result: last, ended: type === 'startup' || (type === 'liveness' && last === 'failure') }),
  };
  turn.setProgress(name, { probes: { ...turn.progress(name).probes, [type]: after } });
}
