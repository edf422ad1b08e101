import { nodeResource, podResource, Reflector, systemClock, type KubeClient } from '@vk/node';
import type { Pod } from '@vk/node/provider';
import { LifeLines } from './life-lines.ts';

export interface FollowNodesOptions {
  readonly client: KubeClient;
  readonly nodeNames: readonly string[];
  /** Also tells of pods that have no node yet: for a cluster that is there for these nodes alone. */
  readonly unscheduledPods: boolean;
  readonly tell: (line: string) => void;
}

/** Tells every change of the nodes and of their pods that a reader can see, until the signal is aborted. */
export async function followNodes(
  { client, nodeNames, unscheduledPods, tell }: FollowNodesOptions,
  signal: AbortSignal,
): Promise<void> {
  const names = new Set(nodeNames);
  const lines = new LifeLines();
  const say = (line: string | undefined): void => {
    if (line !== undefined) tell(line);
  };
  const concerns = ({ spec }: Pod): boolean =>
    spec?.nodeName === undefined ? unscheduledPods : names.has(spec.nodeName);
  const [only] = nodeNames;
  const one = nodeNames.length === 1 && only !== undefined;
  const shared = { client, clock: systemClock };
  const nodes = new Reflector({
    ...shared,
    type: nodeResource,
    ...(one && { fieldSelector: `metadata.name=${only}` }),
    handlers: {
      onApply: (object) => names.has(object.metadata?.name ?? '') && say(lines.node({ type: 'apply', object })),
      onDelete: (object) => names.has(object.metadata?.name ?? '') && say(lines.node({ type: 'delete', object })),
    },
  });
  const pods = new Reflector({
    ...shared,
    type: podResource,
    ...(one && !unscheduledPods && { fieldSelector: `spec.nodeName=${only}` }),
    handlers: {
      onApply: (object) => concerns(object) && say(lines.pod({ type: 'apply', object })),
      onDelete: (object) => concerns(object) && say(lines.pod({ type: 'delete', object })),
    },
  });
  await Promise.all([nodes.run(signal), pods.run(signal)]);
}
