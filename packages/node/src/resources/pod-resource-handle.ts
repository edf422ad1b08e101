import type { ConfigMap, Pod, Secret } from '../provider/wire.ts';
import type { Lookup } from './lookup.ts';
import type { ServiceSummary } from './service-summary.ts';

/** The objects that one pod refers to, watched while the handle is held. Names are in the pod's namespace. */
export interface PodResourceHandle {
  /** The pod as it was last given. */
  readonly pod: Pod;
  /**
   * Resolves when every object that the pod refers to has had its first answer: present, absent, or an error.
   * Rejects with `signal.reason` when the signal is aborted first.
   */
  settled(signal: AbortSignal): Promise<void>;
  /** What is known of a ConfigMap. `pending` for one that the pod does not refer to. */
  configMap(name: string): Lookup<ConfigMap>;
  /** What is known of a Secret. `pending` for one that the pod does not refer to. */
  secret(name: string): Lookup<Secret>;
  /** The Services that the pod's environment tells of: those of its namespace, unless switched off, and `default/kubernetes`. */
  services(): Lookup<readonly ServiceSummary[]>;
  /** Calls `listener` on the occasions of `onChange`, and after `update`, until the signal is aborted. */
  subscribe(listener: () => void, signal: AbortSignal): void;
  /** The pod has changed: starts to watch what it refers to now and lets go of the rest. */
  update(pod: Pod): void;
  /** Lets go of everything. A second call changes nothing; `onChange` is not called any more. */
  release(): void;
}
