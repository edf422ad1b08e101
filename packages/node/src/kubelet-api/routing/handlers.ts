import type { ServerResponse } from 'node:http';
import type { KubeletStream } from '../../telemetry/metric-table.ts';
import type { ApiCall } from '../api-call.ts';
import { serveCheckpoint } from '../checkpoint/serve-checkpoint.ts';
import { serveConfigz } from '../health/serve-configz.ts';
import { serveHealth, serveHealthPart } from '../health/serve-health.ts';
import { serveLogs } from '../logs/serve-logs.ts';
import { servePods, serveRunningPods } from '../pods/serve-pods.ts';
import {
  serveFamilies,
  serveMetrics,
  serveResourceMetrics,
  serveStatsSummary,
} from '../statistics/serve-statistics.ts';
import { serveAttach, serveExec } from '../streams/serve-exec.ts';
import { servePortForward } from '../streams/serve-port-forward.ts';
import { serveRun } from '../streams/serve-run.ts';
import type { StreamServer } from '../streams/upgrade.ts';
import type { RouteName, UpgradeRouteName } from './route-table.ts';

/** Serves a call that has been admitted, or throws what it is to be answered with. */
export type RequestHandler = (call: ApiCall, response: ServerResponse) => Promise<void>;
/** Looks at what is asked, and throws what it is to be answered with, or gives what takes over the connection. */
export type UpgradeHandler = (call: ApiCall) => StreamServer;

export const upgradeHandlers: Readonly<Record<UpgradeRouteName, UpgradeHandler>> = {
  exec: serveExec,
  execUid: serveExec,
  attach: serveAttach,
  attachUid: serveAttach,
  portForward: servePortForward,
  portForwardUid: servePortForward,
};

export const requestHandlers: Readonly<Record<Exclude<RouteName, UpgradeRouteName>, RequestHandler>> = {
  pods: servePods,
  runningPods: serveRunningPods,
  containerLogs: serveLogs,
  run: serveRun,
  runUid: serveRun,
  checkpoint: serveCheckpoint,
  statsSummary: serveStatsSummary,
  metrics: serveMetrics,
  metricsResource: serveResourceMetrics,
  metricsCadvisor: serveFamilies('getContainerMetrics'),
  metricsProbes: serveFamilies('getProbeMetrics'),
  healthz: serveHealth,
  healthzPing: serveHealthPart('ping'),
  healthzLog: serveHealthPart('log'),
  healthzSyncLoop: serveHealthPart('syncloop'),
  configz: serveConfigz,
};

/** What a route that takes over the connection is counted as. */
export function streamOf(name: RouteName): KubeletStream {
  if (name === 'exec' || name === 'execUid') return 'exec';
  return name === 'attach' || name === 'attachUid' ? 'attach' : 'portForward';
}
