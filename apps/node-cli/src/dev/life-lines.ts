import type { ContainerState, Node, Pod } from '@vk/node/provider';

/** What happened to an object, as far as a reader cares. */
export type LifeEvent<T> =
  | { readonly type: 'apply'; readonly object: T }
  | { readonly type: 'delete'; readonly object: T };

/**
 * Turns changes into lines: one for each change that a reader can see, none for those that only a machine can.
 * It remembers the last line of every object.
 */
export class LifeLines {
  readonly #last = new Map<string, string>();

  node(event: LifeEvent<Node>): string | undefined {
    const name = event.object.metadata?.name ?? '';
    return this.#changed(`node ${name}`, event.type === 'delete' ? 'gone' : describeNode(event.object));
  }

  pod(event: LifeEvent<Pod>): string | undefined {
    const { namespace = '', name = '' } = event.object.metadata ?? {};
    const subject = `pod ${namespace}/${name}`;
    return this.#changed(subject, event.type === 'delete' ? 'gone' : describePod(event.object));
  }

  #changed(subject: string, state: string): string | undefined {
    if (this.#last.get(subject) === state) return undefined;
    if (state === 'gone') this.#last.delete(subject);
    else this.#last.set(subject, state);
    return `${subject}: ${state}`;
  }
}

/** `Ready`, or `NotReady` with the reason. */
export function describeNode(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const cordoned = node.spec?.unschedulable === true ? ', cordoned' : '';
  if (ready?.status === 'True') return `Ready${cordoned}`;
  const reason = [ready?.reason, ready?.message].filter((text) => text !== undefined && text !== '').join(': ');
  return `NotReady${cordoned}${reason === '' ? '' : ` (${reason})`}`;
}

/** The phase with what matters in it: readiness and address while it runs, reason or exit codes when it does not. */
export function describePod(pod: Pod): string {
  const { status } = pod;
  const phase = status?.phase ?? 'Pending';
  const notes = [
    status?.reason,
    unscheduled(pod),
    readiness(pod),
    ...waitingReasons(pod),
    ...exitCodes(pod),
    status?.podIP,
  ];
  const text = [phase, ...notes.filter((note) => note !== undefined && note !== '')].join(', ');
  return pod.metadata?.deletionTimestamp === undefined ? text : `${text}, being deleted`;
}

/** Why the scheduler found no node. */
function unscheduled({ status }: Pod): string | undefined {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  return [scheduled.reason, scheduled.message].filter((text) => text !== undefined).join(': ');
}

function readiness({ spec, status }: Pod): string | undefined {
  if (status?.phase !== 'Running') return undefined;
  const ready = status.containerStatuses?.filter((container) => container.ready).length ?? 0;
  return `${ready}/${spec?.containers.length ?? 0} ready`;
}

function states({ status }: Pod): readonly { readonly name: string; readonly state: ContainerState }[] {
  return (status?.containerStatuses ?? []).map(({ name, state = {} }) => ({ name, state }));
}

function waitingReasons(pod: Pod): string[] {
  const reasons = states(pod).flatMap(({ state }) =>
    state.waiting?.reason === undefined ? [] : [state.waiting.reason],
  );
  return [...new Set(reasons)].filter((reason) => reason !== pod.status?.reason);
}

function exitCodes(pod: Pod): string[] {
  return states(pod).flatMap(({ name, state }) =>
    state.terminated === undefined ? [] : [`${name} exited with ${state.terminated.exitCode}`],
  );
}
