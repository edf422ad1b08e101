import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { ProbeProgress, ProbeType } from './engine-state.ts';
import { probeLane } from './lanes.ts';
import { isSidecar } from './restart-decision.ts';
import { startOf } from './run-times.ts';
import { isOf } from './shown-run.ts';
import { isInPostStart, isStarted } from './started.ts';
import type { Turn } from './turn.ts';

/** In this order: the outcome of the startup probe lets the others begin. */
const probeTypes = ['startup', 'liveness', 'readiness'] as const satisfies readonly ProbeType[];

type Probe = NonNullable<Container['livenessProbe']>;

export function probeSpec(container: Container, type: ProbeType): Probe | undefined {
  return container[`${type}Probe`];
}

/** Init containers that run to their end are not probed. */
function probedContainers({ spec }: Turn): Container[] {
  return [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers];
}

/** Gives every new run of a container its probes, before anything is planned on their results. */
export function settleProbes(turn: Turn): void {
  for (const container of probedContainers(turn)) {
    const run = turn.latest(container.name);
    if (run?.state !== 'running') continue;
    for (const type of probeTypes) {
      const { probes } = turn.progress(container.name);
      const spec = probeSpec(container, type);
      if (spec === undefined || probes[type]?.containerId === run.id) continue;
      turn.cancel(probeLane(container.name, type));
      turn.setProgress(container.name, {
        probes: { ...probes, [type]: firstProgress(turn, run, type, periodOf(spec)) },
      });
    }
  }
}

/** Begins the probes that are due. */
export function planProbes(turn: Turn): void {
  for (const container of probedContainers(turn)) {
    const run = turn.latest(container.name);
    if (run?.state !== 'running' || isInPostStart(turn, run)) continue;
    for (const type of probeTypes) planProbe(turn, container, run, type);
  }
}

function planProbe(turn: Turn, container: Container, run: RuntimeContainer, type: ProbeType): void {
  const { name } = container;
  const spec = probeSpec(container, type);
  const progress = turn.progress(name);
  const probe = progress.probes[type];
  if (spec === undefined || probe?.containerId !== run.id) return;
  const gate = isStarted(turn, container, run) ? type !== 'startup' : type === 'startup';
  // A pod that stops is asked for its readiness only; a container that is stopped on its own is not asked at all.
  const stopping = turn.state.stop === undefined ? turn.state.kills[run.id] !== undefined : type !== 'readiness';
  if (probe.ended || !gate || stopping || turn.isBusy(probeLane(name, type))) return;
  const startedAt = startOf(turn, run);
  const due = Math.max(probe.nextAt, startedAt + (spec.initialDelaySeconds ?? 0) * 1000);
  if (turn.now < due) {
    turn.wakeAt(due);
    return;
  }
  const nextAt = turn.now + periodOf(spec);
  const probes = { ...turn.progress(name).probes, [type]: { ...probe, nextAt } };
  turn.setProgress(name, { probes });
  turn.begin(probeLane(name, type), { kind: 'probe', container: name, containerId: run.id, type });
}

function periodOf({ periodSeconds = 10 }: Probe): number {
  return periodSeconds * 1000;
}

/** A run that the API has shown as started or ready stays so over a restart of the process, until a probe says otherwise. */
function firstProgress(turn: Turn, run: RuntimeContainer, type: ProbeType, period: number): ProbeProgress {
  const shown = turn.state.shown[run.name];
  const known = shown !== undefined && isOf(shown, run) ? shown : undefined;
  const nextAt = known?.state?.running === undefined ? 0 : turn.now + turn.probeDelayShare * period;
  const base = { containerId: run.id, run: 0, nextAt, ended: false };
  switch (type) {
    case 'liveness':
      return { ...base, result: 'success' };
    case 'readiness':
      return { ...base, result: known?.ready === true ? 'success' : 'failure' };
    case 'startup':
      return known?.started === true ? { ...base, result: 'success', ended: true } : { ...base, result: 'unknown' };
  }
}
