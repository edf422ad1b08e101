/**
 * The core of Virtual Kubelet: makes Node objects and runs the pods bound to them on a provider.
 * Start with {@link createNode}. A provider is written against `@vk/node/provider`.
 */
export { ClusterIdUnknownError } from './assembly/cluster-id.ts';
export { ContractVersionError, ProviderConfigError } from './assembly/check-config.ts';
export { createNode, createNodes, type VirtualNodes, type VirtualNodeStatus } from './assembly/create-nodes.ts';
export type { KubeletApiSettings, ListenAddress, ServingCertificateSettings } from './assembly/kubelet-api-settings.ts';
export type { NodesOptions } from './assembly/node-options.ts';
export type { KubeClient, KubeRequest, KubeVerb } from './kube/client.ts';
export { loadKubeConfig, type KubeCluster, type LoadKubeConfigOptions } from './kube/config.ts';
export { createKubeClient, type KubeClientOptions, type ObservedExchange } from './kube/create-kube-client.ts';
export { KubeConfigError } from './kube/kube-config-error.ts';
export { KubeConnectionError } from './kube/kube-connection-error.ts';
export { KubeError, isForbidden, isNotFound, isUnauthorized, type KubeStatus } from './kube/kube-error.ts';
export { NodeNotOursError, OnExitForbiddenError } from './node-object/node-errors.ts';
export type { KubeExchange, KubeMiddleware, KubeResponse, SendExchange } from './kube/middleware.ts';
export { onExitModes, type OnExit } from './node-object/on-exit.ts';
export type { ProviderCall, ProviderCallObserver } from './pods/provider-calls.ts';
export { systemClock, type Clock, type Timer } from './work/clock.ts';
export { CoreMetrics } from './telemetry/core-metrics.ts';
export { otherValue, type LabelBound, type LabelValues, type MetricDefinition } from './telemetry/metric-definition.ts';
export { MetricRegistry, type Reading } from './telemetry/metric-registry.ts';
export { prometheusContentType } from './telemetry/prometheus-text.ts';
export { Reflector, type DeleteInfo, type ReflectorHandlers, type ReflectorOptions } from './kube/reflector.ts';
export { nodes as nodeResource, pods as podResource, type KubeObject, type ResourceType } from './kube/resource.ts';
export { CertificateFileError } from './kubelet-api/certificates/certificate-file-error.ts';
export {
  nodeClientCertificate,
  type NodeClientCertificate,
  type NodeClientCertificateOptions,
} from './kubelet-api/certificates/node-client-certificate.ts';
export { createKubeletApiHandler } from './kubelet-api/create-kubelet-api-handler.ts';
export type {
  KubeletApiHandler,
  KubeletApiOptions,
  ServedNodes,
  StreamTimeouts,
} from './kubelet-api/kubelet-api-handler.ts';
export { ListenError } from './kubelet-api/listener/listen-error.ts';
export type { KubeletNode } from './kubelet-api/kubelet-node.ts';
export type {
  AccessDecision,
  AccessVerb,
  RequestAccess,
  RequestAttributes,
  RequestUser,
} from './kubelet-api/request-access.ts';
export { kubeletApiServerLimits } from './kubelet-api/server-limits.ts';
