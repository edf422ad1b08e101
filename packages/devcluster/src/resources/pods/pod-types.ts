import type { KubeObject } from '../../registry/definition.ts';
import type { ResourceList } from '../resource-list.ts';

/** What a container or a pod needs (`requests`) and may use (`limits`). */
export interface ResourceRequirements {
  requests?: ResourceList;
  limits?: ResourceList;
  claims?: object[];
}

/** A port that a container listens on. */
export interface ContainerPort {
  name?: string;
  containerPort: number;
  hostPort?: number;
  hostIP?: string;
  protocol?: string;
}

/** A field of the pod itself, as a value. */
export interface ObjectFieldSelector {
  apiVersion?: string;
  fieldPath: string;
}

/** An amount of a container's resources, as a value. */
export interface ResourceFieldSelector {
  containerName?: string;
  resource?: string;
  divisor?: string;
}

/** One environment variable. */
export interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?: {
    fieldRef?: ObjectFieldSelector;
    resourceFieldRef?: ResourceFieldSelector;
    configMapKeyRef?: { name?: string; key: string; optional?: boolean };
    secretKeyRef?: { name?: string; key: string; optional?: boolean };
    fileKeyRef?: object;
  };
}

/** A request to a container over HTTP. */
export interface HttpGetAction {
  path?: string;
  port: number | string;
  host?: string;
  scheme?: string;
  httpHeaders?: { name: string; value?: string }[];
}

/** What a probe or a hook does. */
export interface Handler {
  exec?: { command?: string[] };
  httpGet?: HttpGetAction;
  tcpSocket?: { port: number | string; host?: string };
  grpc?: { port: number; service?: string };
  sleep?: { seconds: number };
}

/** A check of a container. Times are seconds. */
export interface Probe extends Handler {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
}

/** Where a volume appears in a container. */
export interface VolumeMount {
  name?: string;
  mountPath?: string;
  subPath?: string;
  subPathExpr?: string;
  readOnly?: boolean;
  mountPropagation?: string;
}

/** A container of any of the three kinds: plain, init and ephemeral. */
export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  env?: EnvironmentVariable[];
  envFrom?: { prefix?: string; configMapRef?: { name?: string }; secretRef?: { name?: string } }[];
  resources?: ResourceRequirements;
  resizePolicy?: { resourceName: string; restartPolicy: string }[];
  restartPolicy?: string;
  restartPolicyRules?: object[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: { name?: string; devicePath?: string }[];
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  lifecycle?: { postStart?: Handler; preStop?: Handler; stopSignal?: string };
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: Record<string, unknown>;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  targetContainerName?: string;
}

/** A file out of a key, or out of a field of the pod. */
export interface VolumeItem {
  key?: string;
  path: string;
  mode?: number;
  fieldRef?: ObjectFieldSelector;
  resourceFieldRef?: ResourceFieldSelector;
}

/** One part of a projected volume. */
export interface VolumeProjection {
  secret?: { name?: string; items?: VolumeItem[] };
  configMap?: { name?: string; items?: VolumeItem[] };
  downwardAPI?: { items?: VolumeItem[] };
  serviceAccountToken?: { audience?: string; expirationSeconds?: number; path: string };
  clusterTrustBundle?: object;
  podCertificate?: object;
}

/** A volume: a name, and one of many sources under a key of its own. */
export interface Volume {
  name: string;
  emptyDir?: { medium?: string; sizeLimit?: string };
  hostPath?: { path: string; type?: string };
  secret?: { secretName?: string; items?: VolumeItem[]; defaultMode?: number; optional?: boolean };
  configMap?: { name?: string; items?: VolumeItem[]; defaultMode?: number; optional?: boolean };
  downwardAPI?: { items?: VolumeItem[]; defaultMode?: number };
  projected?: { sources?: VolumeProjection[]; defaultMode?: number };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  image?: { reference?: string; pullPolicy?: string };
  ephemeral?: { volumeClaimTemplate?: { spec?: { volumeMode?: string } } };
  iscsi?: { iscsiInterface?: string };
  rbd?: { pool?: string; user?: string; keyring?: string };
  azureDisk?: { cachingMode?: string; fsType?: string; readOnly?: boolean; kind?: string };
  scaleIO?: { storageMode?: string; fsType?: string };
  [source: string]: unknown;
}

/** What a pod puts up with. `tolerationSeconds` is how long, for NoExecute; absent means for ever. */
export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
}

/** A condition on a node's labels or fields. */
export interface NodeSelectorRequirement {
  key: string;
  operator: string;
  values?: string[];
}

/** Conditions that must all hold. */
export interface NodeSelectorTerm {
  matchExpressions?: NodeSelectorRequirement[];
  matchFields?: NodeSelectorRequirement[];
}

/** Which nodes a pod must or would like to run on. */
export interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] };
  preferredDuringSchedulingIgnoredDuringExecution?: { weight: number; preference: NodeSelectorTerm }[];
}

/** What a pod asks for. */
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: string;
  dnsConfig?: { nameservers?: string[] };
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  /** The old name of `serviceAccountName`, which the server keeps equal to it. */
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
  nodeName?: string;
  hostNetwork?: boolean;
  hostname?: string;
  subdomain?: string;
  securityContext?: Record<string, unknown>;
  imagePullSecrets?: { name?: string }[];
  resourceClaims?: { name: string; resourceClaimName?: string; resourceClaimTemplateName?: string }[];
  affinity?: { nodeAffinity?: NodeAffinity; podAffinity?: object; podAntiAffinity?: object };
  schedulerName?: string;
  tolerations?: Toleration[];
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
  readinessGates?: { conditionType: string }[];
  runtimeClassName?: string;
  enableServiceLinks?: boolean;
  overhead?: ResourceList;
  topologySpreadConstraints?: object[];
  schedulingGates?: { name: string }[];
  resources?: ResourceRequirements;
  os?: { name: string };
}

/** What a pod says of one aspect of itself. */
export interface PodCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastProbeTime?: string | null;
  lastTransitionTime?: string | null;
  observedGeneration?: number;
}

/** How a container ended. */
export interface TerminatedState {
  exitCode: number;
  signal?: number;
  reason?: string;
  message?: string;
  startedAt?: string | null;
  finishedAt?: string | null;
}

/** One of the three states a container can be in. */
export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string | null };
  terminated?: TerminatedState;
}

/** What is reported of a container. */
export interface ContainerStatus {
  name: string;
  ready: boolean;
  started?: boolean;
  restartCount: number;
  state?: ContainerState;
  lastState?: ContainerState;
  image?: string;
  imageID?: string;
}

/** What is reported of a pod. */
export interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  conditions?: PodCondition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  ephemeralContainerStatuses?: ContainerStatus[];
  podIP?: string;
  podIPs?: { ip: string }[];
  hostIP?: string;
  hostIPs?: { ip: string }[];
  nominatedNodeName?: string;
  qosClass?: string;
  resourceClaimStatuses?: { name: string; resourceClaimName?: string }[];
  extendedResourceClaimStatus?: { resourceClaimName: string; requestMappings: object[] };
  startTime?: string;
}

/** A Pod of core v1. */
export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: PodStatus;
}

/** Whether an init container keeps running beside the containers (a sidecar, KEP-753). */
export function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

/** Whether a pod has ended for good. */
export function isTerminalPod(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
