export type {
  CertificateAuthority,
  CertificateRequest,
  IssuedCertificate,
} from './certificates/certificate-authority.ts';
export { createCertificateAuthority } from './certificates/certificate-authority.ts';
export { type Clock, type ClockTimer, systemClock } from './clock.ts';
export {
  type ClientIdentity,
  createDevCluster,
  type DevCluster,
  type DevClusterOptions,
} from './cluster/dev-cluster.ts';
export {
  createInProcessCluster,
  type InProcessAnswer,
  type InProcessCluster,
  type InProcessClusterOptions,
  type InProcessRequest,
} from './cluster/in-process-cluster.ts';
export { NotLoopbackError } from './cluster/not-loopback-error.ts';
export { bindPod, type PodBinding } from './registry/bind-pod.ts';
export type { KubeObject, ObjectMeta, ResourceDefinition, ResourceStrategy } from './registry/definition.ts';
export type { Registry, UserInfo } from './registry/registry.ts';
export type { Fault, Intercept, InterceptedRequest } from './server/intercept.ts';
export { ApiError, type Status } from './status/api-error.ts';
export type { ObjectStore } from './store/object-store.ts';
export type { StoredObject } from './store/stored-object.ts';
export type { StoreEvent, StoreEventType } from './store/watch-window.ts';
