import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';
import type { ActionOutcome } from './engine-action.ts';

/** What is seen of one pod at a moment: all of its sandboxes and containers, and how actions have ended since the last look. */
export interface PodObservation {
  readonly sandboxes: readonly RuntimeSandbox[];
  readonly containers: readonly RuntimeContainer[];
  readonly outcomes: readonly ActionOutcome[];
}

/** The newest sandbox: the one of the highest attempt. */
export function latestSandbox({ sandboxes }: PodObservation): RuntimeSandbox | undefined {
  return sandboxes.toSorted((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt)[0];
}

/** The runs of a container by name, the newest first. */
export function runsOf({ containers }: PodObservation, name: string): RuntimeContainer[] {
  return containers
    .filter((container) => container.name === name)
    .sort((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt);
}

/** True for a container that runs, or of which it cannot be said that it does not. */
export function mayRun({ state }: RuntimeContainer): boolean {
  return state === 'running' || state === 'unknown';
}
