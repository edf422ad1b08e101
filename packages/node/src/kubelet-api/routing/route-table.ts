import type { CapabilityName } from '../../provider/capabilities.ts';
import type { Route } from './route.ts';

/** The routes by their names in metrics and among the handlers. */
export type RouteName =
  | UpgradeRouteName
  | 'pods'
  | 'runningPods'
  | 'containerLogs'
  | 'run'
  | 'runUid'
  | 'checkpoint'
  | 'statsSummary'
  | 'metrics'
  | 'metricsResource'
  | 'metricsCadvisor'
  | 'metricsProbes'
  | 'healthz'
  | 'healthzPing'
  | 'healthzLog'
  | 'healthzSyncLoop'
  | 'configz';

/** Those that take over the connection. */
export type UpgradeRouteName = 'exec' | 'execUid' | 'attach' | 'attachUid' | 'portForward' | 'portForwardUid';

const podPath = '{namespace}/{pod}';
const containerPath = `${podPath}/{container}`;
const containerPathWithUid = `${podPath}/{uid}/{container}`;

const read = { methods: ['GET'], needs: [], upgrade: false } as const;

/** Runs something in a container or reaches into it: `create` whatever the method, since a WebSocket begins with a GET. */
function stream(path: string, needs: CapabilityName, answers: string): Route {
  return {
    path,
    methods: ['GET', 'POST'],
    subresources: ['proxy'],
    verb: 'create',
    needs: [needs],
    upgrade: true,
    answers,
  };
}

function run(path: string): Route {
  return {
    path,
    methods: ['POST'],
    subresources: ['proxy'],
    verb: 'create',
    needs: ['runInContainer'],
    upgrade: false,
    answers: 'what the command of `?cmd=` prints, once it has ended',
  };
}

/** Every route of the kubelet API. */
export const routeTable: Readonly<Record<RouteName, Route>> = {
  pods: {
    ...read,
    path: '/pods',
    subresources: ['pods', 'proxy'],
    answers: 'the pods bound to the node, a v1 PodList',
  },
  runningPods: {
    ...read,
    path: '/runningpods/',
    subresources: ['pods', 'proxy'],
    answers: 'the pods that the backend has, a v1 PodList',
  },
  containerLogs: {
    ...read,
    path: `/containerLogs/${containerPath}`,
    subresources: ['proxy'],
    needs: ['getContainerLogs'],
    answers: 'the log of a container',
  },
  exec: stream(`/exec/${containerPath}`, 'runInContainer', 'a command in a container'),
  execUid: stream(`/exec/${containerPathWithUid}`, 'runInContainer', 'the same, for this very pod'),
  attach: stream(`/attach/${containerPath}`, 'attachToContainer', 'the main process of a container'),
  attachUid: stream(`/attach/${containerPathWithUid}`, 'attachToContainer', 'the same, for this very pod'),
  portForward: stream(`/portForward/${podPath}`, 'portForward', 'connections to ports of a pod'),
  portForwardUid: stream(`/portForward/${podPath}/{uid}`, 'portForward', 'the same, for this very pod'),
  run: run(`/run/${containerPath}`),
  runUid: run(`/run/${containerPathWithUid}`),
  checkpoint: {
    path: `/checkpoint/${containerPath}`,
    methods: ['POST'],
    // No second subresource: whoever may use the proxy may not thereby write checkpoints.
    subresources: ['checkpoint'],
    needs: ['checkpointContainer'],
    upgrade: false,
    answers: 'the paths of the archives that were written of a container (KEP-2008)',
  },
  statsSummary: {
    ...read,
    path: '/stats/summary',
    methods: ['GET', 'POST'],
    subresources: ['stats'],
    needs: ['getStatsSummary'],
    answers: 'figures of the node, its pods and their containers (kubelet stats/v1alpha1)',
  },
  metrics: {
    ...read,
    path: '/metrics',
    subresources: ['metrics'],
    answers: 'the metrics of the process, and of its nodes those of this one',
  },
  metricsResource: {
    ...read,
    path: '/metrics/resource',
    subresources: ['metrics'],
    needs: [['getMetricsResource', 'getStatsSummary']],
    answers: 'CPU and memory of the node, its pods and containers, as metrics-server reads them',
  },
  metricsCadvisor: {
    ...read,
    path: '/metrics/cadvisor',
    subresources: ['metrics'],
    needs: ['getContainerMetrics'],
    answers: 'the metrics that the provider has of its containers',
  },
  metricsProbes: {
    ...read,
    path: '/metrics/probes',
    subresources: ['metrics'],
    needs: ['getProbeMetrics'],
    answers: 'results of probes, where the provider runs them',
  },
  healthz: {
    ...read,
    path: '/healthz',
    subresources: ['healthz', 'proxy'],
    answers: '`ok`, or 500 and the checks that fail',
  },
  healthzPing: {
    ...read,
    path: '/healthz/ping',
    subresources: ['healthz', 'proxy'],
    answers: '`ok`: the process answers',
  },
  healthzLog: {
    ...read,
    path: '/healthz/log',
    subresources: ['healthz', 'proxy'],
    answers: '`ok`: logging does not block',
  },
  healthzSyncLoop: {
    ...read,
    path: '/healthz/syncloop',
    subresources: ['healthz', 'proxy'],
    answers: '`ok`, or 500 and why the node does not work on its pods',
  },
  configz: {
    ...read,
    path: '/configz',
    subresources: ['configz', 'proxy'],
    answers: 'the settings of the node, without secrets',
  },
};
