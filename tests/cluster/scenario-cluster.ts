import { createDevCluster, type KubeObject } from '@vk/devcluster';

/** The objects of a cluster, at hand without asking. */
export interface ClusterView {
  /** By plural, and by `namespace/name`, or the name alone for what has no namespace. */
  get(plural: string, key: string): { readonly object: KubeObject } | undefined;
  list(plural: string, prefix?: string): readonly { readonly object: KubeObject }[];
  /** Calls the listener after every change, until the function that it gives back is called. */
  subscribe(plural: string, listener: () => void): () => void;
}

/** What a scenario needs of a cluster: an API without a scheduler and without a node lifecycle, and a view of it. */
export interface ScenarioCluster {
  readonly registry: { readonly store: ClusterView };
  writeKubeconfig(path: string): Promise<void>;
  /** Waits until the view shows what the API has, where it may lag. */
  settled?(): Promise<void>;
  /** Ends it, or leaves it as empty as it was. */
  close(): Promise<void>;
}

let start = (): Promise<ScenarioCluster> => createDevCluster({ scheduler: false, nodeLifecycle: false });

/** The cluster of one scenario: a development cluster, unless a test file has chosen another. */
export function startScenarioCluster(): Promise<ScenarioCluster> {
  return start();
}

/** Lets the scenarios of this test file run on other clusters. */
export function chooseScenarioCluster(other: () => Promise<ScenarioCluster>): void {
  start = other;
}
