import type { ContainerEnvironment } from './environment.ts';
import type { OwnershipStamp } from './ownership.ts';
import type { PreparedVolume } from './prepared-volume.ts';
import type { Pod } from './wire.ts';

/** A pod with everything resolved that the API server knows: what a backend is given to run. */
export interface PreparedPod {
  /** The pod as in the API, deep-frozen. Its `env` and `envFrom` are unresolved: use `environment`. */
  readonly pod: Pod;
  /** By container name; init, regular and ephemeral containers share one name space. */
  readonly environment: Readonly<Record<string, ContainerEnvironment>>;
  /** The volumes whose contents come from the API, without those that the declared policy omits. */
  readonly volumes: readonly PreparedVolume[];
  /** The stamp to put on the backend object. */
  readonly ownership: OwnershipStamp;
  /**
   * Covers the updatable fields only, so that a new default of the API server sends nothing again.
   * A backend stores it with the object and gives it back as `BackendPod.appliedHash`.
   */
  readonly hash: string;
}
