import type { Container } from '../../provider/wire.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import { startLane } from './lanes.ts';
import type { Turn } from './turn.ts';

/** The start of this run, or the hook after it, is still under way: until that ends the container does not count as running. */
export function isInPostStart(turn: Turn, { id, name }: RuntimeContainer): boolean {
  const { postStart } = turn.progress(name);
  const under = turn.stepIn(startLane(name));
  const starting = under?.kind === 'start-container' && under.containerId === id;
  return starting || (postStart?.containerId === id && postStart.phase === 'running');
}

/** The run is up: its hook has ended well, and its startup probe, if it has one, has succeeded. */
export function isStarted(turn: Turn, container: Container, run: RuntimeContainer | undefined): boolean {
  if (run?.state !== 'running' || isInPostStart(turn, run)) return false;
  const { postStart, probes } = turn.progress(container.name);
  if (postStart?.containerId === run.id && postStart.phase === 'failed') return false;
  if (container.startupProbe === undefined) return true;
  const probe = probes.startup;
  return probe?.containerId === run.id && probe.result === 'success';
}
