import type { ConfigMap, Secret } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import type { ServiceSummary } from '../resources/service-summary.ts';

/** What the environment is resolved from: a snapshot of the API, seen from the pod's namespace. */
export interface EnvironmentSources {
  configMap(name: string): Lookup<ConfigMap>;
  secret(name: string): Lookup<Secret>;
  /** Those of the pod's namespace and `default/kubernetes`; others are passed over. */
  services(): Lookup<readonly ServiceSummary[]>;
}

/** What the environment needs to know of the node. */
export interface EnvironmentNode {
  /** Quantities by resource name: what a container without a limit may use. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Where the node's addresses are the pods' host addresses, primary first. Without them `status.hostIP` is deferred. */
  readonly hostIPs?: readonly string[];
  /** `omit` leaves the variables of Services out, as `enableServiceLinks: false` does. Defaults to `deliver`. */
  readonly serviceLinks?: 'deliver' | 'omit';
}
