import type { Capabilities } from '../provider/capabilities.ts';
import type { Provider } from '../provider/provider.ts';
import type { Pod } from '../provider/wire.ts';

/** What the kubelet API shows of one node. */
export interface KubeletNode {
  readonly name: string;
  readonly provider: Provider;
  readonly capabilities: Capabilities;
  /** When the node was started, milliseconds since the epoch. */
  readonly startedAt: number;
  /** The pods bound to the node, as in the API, with the newest status known here. */
  pods(): readonly Pod[];
  /** Undefined when no pod of that name is bound to this node. */
  findPod(namespace: string, name: string): Pod | undefined;
  /** What `/configz` shows: the node's settings, without secrets. */
  settings(): Readonly<Record<string, unknown>>;
  /** Why the node does not work on its pods, for `/healthz/syncloop`; undefined when it does. */
  syncLoopProblem?(): string | undefined;
}
