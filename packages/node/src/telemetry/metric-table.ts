import type { ActionKind } from '../pod-engine/machine/engine-action.ts';
import type { ImageCheckResult } from '../provider/image-check.ts';
import { routeGroups } from '../kubelet-api/routing/route-group.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** What the API asked for. */
const podChanges = ['create', 'update', 'delete'] as const;
export type PodChange = (typeof podChanges)[number];

/** The lines of work of a node: pods to the provider, their statuses to the API server, and ended pods out of the API. */
export const workQueues = ['pods', 'statuses', 'deletions'] as const;
export type WorkQueueName = (typeof workQueues)[number];

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const watched = ['pods', 'nodes', 'configmaps', 'secrets', 'services'];
const methods = [
  'createPod',
  'adoptPod',
  'updatePod',
  'deletePod',
  'removePod',
  'getPod',
  'getPodStatus',
  'getPods',
  'configureNode',
  'ping',
  'getStatsSummary',
  'getMetricsResource',
  'getContainerMetrics',
  'getProbeMetrics',
  'checkpointContainer',
];
/** They last: how long, is no measure of anything. */
const subscriptions = ['notifyPods', 'notifyNodeStatus'];

/** What the pod engine does for pods by itself. */
const podSteps: Readonly<Record<ActionKind, true>> = {
  'prepare-pod': true,
  'create-sandbox': true,
  'inspect-image': true,
  'pull-image': true,
  'create-container': true,
  'start-container': true,
  'run-post-start': true,
  probe: true,
  'update-resources': true,
  'update-pod-resources': true,
  'run-pre-stop': true,
  'stop-container': true,
  'remove-container': true,
  'stop-sandbox': true,
  'remove-sandbox': true,
  'release-pod': true,
};

/** Why pods fail before anything of them runs: a kubelet's reasons, and those of what a provider refuses. */
export const podRejections: readonly string[] = [
  'OutOfpods',
  'OutOfcpu',
  'OutOfmemory',
  'OutOfephemeral-storage',
  'NodeAffinity',
  'NodePorts',
  'TaintToleration',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'PodOSNotSupported',
  'SysctlForbidden',
  'UnexpectedAdmissionError',
  'ProviderRefused',
];

/** What a critical pod may lack that others can give it. */
const preemptedFor = ['pods', 'cpu', 'memory', 'ephemeral-storage'];

const imageChecks: Readonly<Record<ImageCheckResult, true>> = {
  credentialPolicyAllowed: true,
  credentialRecordFound: true,
  mustAuthenticate: true,
  error: true,
};

/** The codes that kube-apiserver answers with; `none` where there was no answer. */
const codes = '200 201 202 400 401 403 404 405 406 409 410 413 415 422 429 500 501 502 503 504 none'.split(' ');

/** What the kubelet API answers with; `none` where nobody waited for the answer. */
const kubeletCodes = '101 200 400 401 403 404 405 413 422 429 500 501 503 504 none'.split(' ');

/** What of the kubelet API lasts: until one of the two ends has enough. */
export const kubeletStreams = ['exec', 'attach', 'portForward', 'logs'] as const;
export type KubeletStream = (typeof kubeletStreams)[number];

/** The classes of the contract's errors, the two ends of a call that took too long, and the rest. */
const failures = [
  'NotFound',
  'InvalidInput',
  'Unsupported',
  'Terminal',
  'RetryAfter',
  'CallTimeout',
  'CallAbandoned',
  'Aborted',
  'Error',
] as const;
export type CallFailure = (typeof failures)[number];

/** From what a machine does at once to what a person notices: 1 ms to 5 min. */
const latency = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Every metric that the core records, with the names of its labels. */
export interface MetricTable {
  readonly nodeReady: MetricDefinition<'node'>;
  readonly leaseAge: MetricDefinition<'node'>;
  readonly leaseLateness: MetricDefinition<never>;
  readonly pods: MetricDefinition<'node' | 'phase'>;
  readonly podProviderLatency: MetricDefinition<'change'>;
  readonly podStatusLatency: MetricDefinition<'change'>;
  readonly providerCallDuration: MetricDefinition<'method'>;
  readonly providerCallErrors: MetricDefinition<'method' | 'reason'>;
  readonly podStepDuration: MetricDefinition<'step'>;
  readonly podStepErrors: MetricDefinition<'step'>;
  readonly podRejections: MetricDefinition<'reason'>;
  readonly podPreemptions: MetricDefinition<'resource'>;
  readonly imageChecks: MetricDefinition<'result'>;
  readonly queueDepth: MetricDefinition<'queue'>;
  readonly queueOldest: MetricDefinition<'queue'>;
  readonly queueDelayed: MetricDefinition<'queue'>;
  readonly workInProgress: MetricDefinition<'queue'>;
  readonly workOverlong: MetricDefinition<'queue'>;
  readonly retries: MetricDefinition<'queue'>;
  readonly apiRequests: MetricDefinition<'verb' | 'code'>;
  readonly apiRequestDuration: MetricDefinition<'verb'>;
  readonly watchRestarts: MetricDefinition<'resource' | 'relist'>;
  readonly eventsDropped: MetricDefinition<never>;
  readonly kubeletRequests: MetricDefinition<'route' | 'code'>;
  readonly kubeletStreams: MetricDefinition<'stream'>;
  readonly servingCertificateExpiry: MetricDefinition<never>;
}

export const metricTable: MetricTable = {
  nodeReady: {
    name: 'virtual_kubelet_node_ready',
    type: 'gauge',
    help: 'Whether the Node was Ready when the API server answered last: 1 or 0',
    labels: { node: 'names of the nodes' },
  },
  leaseAge: {
    name: 'virtual_kubelet_node_lease_age_seconds',
    type: 'gauge',
    help: 'Time since the lease of the node was renewed last; past the duration of the lease (40 s) the cluster takes the node for dead',
    labels: { node: 'names of the nodes' },
  },
  leaseLateness: {
    name: 'virtual_kubelet_node_lease_lateness_seconds',
    type: 'histogram',
    help: 'How much later than a quarter of its duration a lease was renewed',
    labels: {},
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
  },
  pods: {
    name: 'virtual_kubelet_pods',
    type: 'gauge',
    help: 'Pods of the node in the API, by the phase that the API shows',
    labels: { node: 'names of the nodes', phase: phases },
  },
  podProviderLatency: {
    name: 'virtual_kubelet_pod_provider_latency_seconds',
    type: 'histogram',
    help: 'Time from the watch event of a change of a pod until the provider was called for it',
    labels: { change: podChanges },
    buckets: latency,
  },
  podStatusLatency: {
    name: 'virtual_kubelet_pod_status_latency_seconds',
    type: 'histogram',
    help: 'Time from the watch event of a change of a pod until the API server acknowledged the first status written after it',
    labels: { change: podChanges },
    buckets: latency,
  },
  providerCallDuration: {
    name: 'virtual_kubelet_provider_call_duration_seconds',
    type: 'histogram',
    help: 'How long calls of the provider took, failed ones as well',
    labels: { method: methods },
    buckets: latency,
  },
  providerCallErrors: {
    name: 'virtual_kubelet_provider_call_errors_total',
    type: 'counter',
    help: 'Calls of the provider that failed, and subscriptions that ended so, by what they failed with; NotFound is an answer as often as a failure',
    labels: { method: [...methods, ...subscriptions], reason: failures },
  },
  podStepDuration: {
    name: 'virtual_kubelet_pod_step_duration_seconds',
    type: 'histogram',
    help: 'How long the steps took that the pod engine takes for pods by itself, failed ones as well',
    labels: { step: Object.keys(podSteps) },
    buckets: latency,
  },
  podStepErrors: {
    name: 'virtual_kubelet_pod_step_errors_total',
    type: 'counter',
    help: 'Steps of the pod engine that failed; a probe that answers badly has not failed',
    labels: { step: Object.keys(podSteps) },
  },
  podRejections: {
    name: 'virtual_kubelet_pod_rejections_total',
    type: 'counter',
    help: "Pods that the node did not take, or whose fields it refuses, by the reason of their status; a kubelet's kubelet_admission_rejections_total",
    labels: { reason: podRejections },
  },
  podPreemptions: {
    name: 'virtual_kubelet_pod_preemptions_total',
    type: 'counter',
    help: "Pods that were ended to make room for a critical one, by what that lacked first; a kubelet's kubelet_preemptions",
    labels: { resource: preemptedFor },
  },
  imageChecks: {
    name: 'virtual_kubelet_image_checks_total',
    type: 'counter',
    help: "How it was decided whether a pod may use an image that is on the node without pulling it, which mustAuthenticate and error deny; a kubelet's kubelet_imagemanager_image_mustpull_checks_total",
    labels: { result: Object.keys(imageChecks) },
  },
  queueDepth: {
    name: 'virtual_kubelet_work_queue_depth',
    type: 'gauge',
    help: 'Pods that wait for a worker, of all nodes',
    labels: { queue: workQueues },
  },
  queueOldest: {
    name: 'virtual_kubelet_work_queue_oldest_seconds',
    type: 'gauge',
    help: 'How long the pod has waited for a worker that has waited longest; 0 when none waits',
    labels: { queue: workQueues },
  },
  queueDelayed: {
    name: 'virtual_kubelet_work_queue_delayed',
    type: 'gauge',
    help: 'Pods that wait for their time: for the next try after a failure, or for another look',
    labels: { queue: workQueues },
  },
  workInProgress: {
    name: 'virtual_kubelet_work_in_progress',
    type: 'gauge',
    help: 'Pods that are being worked on',
    labels: { queue: workQueues },
  },
  workOverlong: {
    name: 'virtual_kubelet_work_overlong',
    type: 'gauge',
    help: 'Of the work in progress, what takes so long that it holds no worker any more: a backend that hangs',
    labels: { queue: workQueues },
  },
  retries: {
    name: 'virtual_kubelet_work_retries_total',
    type: 'counter',
    help: 'Work that failed and is tried again',
    labels: { queue: workQueues },
  },
  apiRequests: {
    name: 'virtual_kubelet_api_requests_total',
    type: 'counter',
    help: 'Requests to the API server by verb and HTTP code; none where there was no answer',
    labels: { verb: verbs, code: codes },
  },
  apiRequestDuration: {
    name: 'virtual_kubelet_api_request_duration_seconds',
    type: 'histogram',
    help: 'How long the API server took to begin its answer',
    labels: { verb: verbs },
    buckets: latency,
  },
  watchRestarts: {
    name: 'virtual_kubelet_watch_restarts_total',
    type: 'counter',
    help: 'Watches that broke off and were begun again; relist says whether everything had to be listed anew',
    labels: { resource: watched, relist: ['true', 'false'] },
  },
  eventsDropped: {
    name: 'virtual_kubelet_events_dropped_total',
    type: 'counter',
    help: 'Kubernetes events that were given up: too many at once, or the API server did not take them',
    labels: {},
  },
  kubeletRequests: {
    name: 'virtual_kubelet_kubelet_requests_total',
    type: 'counter',
    help: 'Requests to the kubelet API by route and HTTP code, counted when they are over; 101 was a stream',
    labels: { route: routeGroups, code: kubeletCodes },
  },
  kubeletStreams: {
    name: 'virtual_kubelet_kubelet_streams',
    type: 'gauge',
    help: 'Streams of the kubelet API that are open; logs are those that are followed',
    labels: { stream: kubeletStreams },
  },
  servingCertificateExpiry: {
    name: 'virtual_kubelet_serving_certificate_expiration_timestamp_seconds',
    type: 'gauge',
    help: 'When the serving certificate of the kubelet API expires, in seconds since the epoch; of several the first; none while there is no certificate',
    labels: {},
  },
};
