import type {
  CoreV1Event,
  V1ConfigMap,
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1EphemeralContainer,
  V1Lease,
  V1Namespace,
  V1Node,
  V1NodeAddress,
  V1NodeCondition,
  V1NodeStatus,
  V1ObjectMeta,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodCondition,
  V1PodSpec,
  V1PodStatus,
  V1ResourceRequirements,
  V1RuntimeClass,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V1Taint,
  V1Toleration,
  V1Volume,
} from '@kubernetes/client-node';

/**
 * A Kubernetes model as it is on the wire: plain JSON, every time an RFC 3339 string, read-only all the way down.
 *
 * The client library's models say `Date` where JSON has a string; an object that came from a watch never holds a `Date`.
 * An optional field may be given as `undefined`: it is left out of the JSON.
 */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Wire<T[K]> | (object extends Pick<T, K> ? undefined : never) }
      : T;

export type ObjectMeta = Wire<V1ObjectMeta>;
export type Pod = Wire<V1Pod>;
export type PodSpec = Wire<V1PodSpec>;
export type PodStatus = Wire<V1PodStatus>;
export type PodCondition = Wire<V1PodCondition>;
export type Container = Wire<V1Container>;
export type EphemeralContainer = Wire<V1EphemeralContainer>;
export type ContainerState = Wire<V1ContainerState>;
export type ContainerStatus = Wire<V1ContainerStatus>;
export type ResourceRequirements = Wire<V1ResourceRequirements>;
export type Toleration = Wire<V1Toleration>;
export type Volume = Wire<V1Volume>;
export type Node = Wire<V1Node>;
export type NodeStatus = Wire<V1NodeStatus>;
export type NodeCondition = Wire<V1NodeCondition>;
export type NodeAddress = Wire<V1NodeAddress>;
export type Taint = Wire<V1Taint>;
export type Lease = Wire<V1Lease>;
export type Secret = Wire<V1Secret>;
export type ConfigMap = Wire<V1ConfigMap>;
export type Service = Wire<V1Service>;
export type ServiceAccount = Wire<V1ServiceAccount>;
export type Namespace = Wire<V1Namespace>;
export type RuntimeClass = Wire<V1RuntimeClass>;
export type PersistentVolume = Wire<V1PersistentVolume>;
export type PersistentVolumeClaim = Wire<V1PersistentVolumeClaim>;
/** A core/v1 Event, as `kubectl describe` shows it. */
export type KubeEvent = Wire<CoreV1Event>;
