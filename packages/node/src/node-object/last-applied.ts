import type { Node, NodeStatus } from '../provider/wire.ts';

/** Upstream's annotations, so that a node changes hands between the two without leaving anything behind. */
const metaKey = 'virtual-kubelet.io/last-applied-object-meta';
const statusKey = 'virtual-kubelet.io/last-applied-node-status';

/** What was written last: labels and annotations by key, and the status fields that lists and maps are merged in. */
export interface LastApplied {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: Pick<NodeStatus, 'capacity' | 'allocatable' | 'declaredFeatures'> & {
    readonly conditions?: readonly { readonly type: string }[] | undefined;
  };
}

/** True when the Node was written by a virtual kubelet: a real kubelet's has no such annotation. */
export function carriesOurStamp(node: Node): boolean {
  return node.metadata?.annotations?.[metaKey] !== undefined;
}

/** What the annotations say was written last; empty where they are missing or not readable. */
export function readLastApplied(node: Node): LastApplied {
  const meta = parse(node.metadata?.annotations?.[metaKey]) as Partial<Pick<LastApplied, 'labels' | 'annotations'>>;
  const status = parse(node.metadata?.annotations?.[statusKey]) as LastApplied['status'];
  return { labels: meta.labels ?? {}, annotations: meta.annotations ?? {}, status };
}

/** The annotations that remember this Node for the next write. Conditions are remembered by type: their times would change at every report. */
export function lastAppliedAnnotations(desired: Node): Record<string, string> {
  const { name, labels, annotations } = desired.metadata ?? {};
  const { capacity, allocatable, conditions, declaredFeatures } = desired.status ?? {};
  return {
    [metaKey]: JSON.stringify({ name, labels, annotations }),
    [statusKey]: JSON.stringify({
      capacity,
      allocatable,
      conditions: conditions?.map(({ type }) => ({ type })),
      declaredFeatures,
    }),
  };
}

function parse(json: string | undefined): Record<string, unknown> {
  if (json === undefined) return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    // Somebody edited it by hand: then nothing is known of the last write, and nothing is removed because of it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
