import type { BackendPod, Capabilities, KubeEvent, Pod, PreparedPod } from '@vk/node/provider';
import type { PodTemplate, PodTemplates } from '../conformance-options.ts';
import type { Patience } from '../harness/patience.ts';

/** What a case under the real core works with: a node of its own on the development cluster. */
export interface CoreHarness extends Patience {
  readonly nodeName: string;
  readonly capabilities: Capabilities;
  readonly templates: PodTemplates;
  /** Every pod that the core has asked the provider to create, in order, over restarts too. */
  readonly creates: readonly PreparedPod[];
  /** Creates an API pod that is bound to the node. */
  readonly createPod: (options?: { readonly template?: PodTemplate }) => Promise<Pod>;
  readonly createConfigMap: (name: string, data: Readonly<Record<string, string>>) => Promise<void>;
  /** The API pod; undefined when it is gone, or another one has its name. */
  readonly readPod: (pod: Pod) => Promise<Pod | undefined>;
  readonly deletePod: (pod: Pod, gracePeriodSeconds: number) => Promise<void>;
  /** The events on a pod. */
  readonly events: (pod: Pod) => Promise<readonly KubeEvent[]>;
  /** True once the Node is Ready. */
  readonly nodeIsReady: () => Promise<boolean>;
  /** What the backend itself has for the node, past the core. */
  readonly backendPods: () => Promise<readonly BackendPod[]>;
  /** Stops the process and starts another one for the same node and backend. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}
