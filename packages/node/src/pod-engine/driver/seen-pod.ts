import type { RuntimeChange } from '../runtime/container-runtime.ts';
import type { RuntimeContainer } from '../runtime/container.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';

/** What the runtime has of a pod: as it was listed, and what calls have told since. */
export interface SeenPod {
  readonly sandboxes: readonly RuntimeSandbox[];
  readonly containers: readonly RuntimeContainer[];
}

/** What a call into the runtime has told of the pod by its answer: no listing is needed to know it. */
export type SeenChange =
  | { readonly sandbox: RuntimeSandbox }
  | { readonly created: RuntimeContainer }
  | { readonly started: string; readonly at: number };

/** What is known after the answer of a call. */
export function withChange(seen: SeenPod, change: SeenChange): SeenPod {
  if ('sandbox' in change) {
    const known = seen.sandboxes.some(({ id }) => id === change.sandbox.id);
    return known ? seen : { ...seen, sandboxes: [...seen.sandboxes, change.sandbox] };
  }
  if ('created' in change) {
    const known = seen.containers.some(({ id }) => id === change.created.id);
    return known ? seen : { ...seen, containers: [...seen.containers, change.created] };
  }
  const containers = seen.containers.map((run) =>
    run.id === change.started && run.state === 'created'
      ? { ...run, state: 'running' as const, startedAt: change.at }
      : run,
  );
  return { ...seen, containers };
}

const order = ['created', 'running', 'exited', 'removed'] as const;

/** True when what the runtime tells is known already, or older than what is known. */
export function isKnown({ sandboxes, containers }: SeenPod, { id, state }: RuntimeChange): boolean {
  const run = containers.find((candidate) => candidate.id === id);
  if (run !== undefined) return run.state !== 'unknown' && order.indexOf(run.state) >= order.indexOf(state);
  const sandbox = sandboxes.find((candidate) => candidate.id === id);
  if (sandbox === undefined) return state === 'removed';
  return sandbox.state === 'notready' ? state !== 'removed' : state === 'created' || state === 'running';
}
