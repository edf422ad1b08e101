import type { Call } from '../../kubelet-api/call.ts';
import { namespace } from './stream-world.ts';

/** What a route of the kubelet API answers through `nodes/{name}/proxy`, of a pod `figures` that has written `one` and `two`. */
export interface ProxiedRoute extends Call {
  readonly status: number;
  /** The content type. */
  readonly type: string;
  readonly text: RegExp;
}

const json = 'application/json';
const plain = 'text/plain; charset=utf-8';
const metrics = 'text/plain; version=0.0.4; charset=utf-8';
const container = `${namespace}/figures/app`;
const containerWithUid = `${namespace}/figures/{uid}/app`;
const noStreams = /^you must specify at least 1 of stdin, stdout, stderr\n$/;
const noPort = /^query parameter "port" is required\n$/;

const read = (path: string, type: string, text: RegExp): ProxiedRoute => ({
  method: 'GET',
  path,
  status: 200,
  type,
  text,
});
/** The API server's proxy leaves out the query of a request for another protocol, so that these never run anything. */
const withoutQuery = (path: string, text: RegExp): ProxiedRoute => ({
  method: 'GET',
  path,
  upgrade: 'websocket',
  status: 400,
  type: plain,
  text,
});
/** SPDY says in the streams themselves which port is meant. */
const tunnel = (path: string): ProxiedRoute => ({
  method: 'POST',
  path,
  upgrade: 'SPDY/3.1',
  status: 101,
  type: '',
  text: /^$/,
});
const absent = (method: 'GET' | 'POST', path: string): ProxiedRoute => ({
  method,
  path,
  status: 501,
  type: plain,
  text: /./,
});

/** Every route of the kubelet API. `{uid}` in a path stands for the UID of the pod. */
export const proxiedRoutes: readonly ProxiedRoute[] = [
  read('pods', json, /"kind":"PodList"/),
  read('runningpods/', json, /"kind":"PodList"/),
  read(`containerLogs/${container}?tailLines=1`, plain, /^two\n$/),
  read('stats/summary', json, /"nodeName"/),
  read('metrics', metrics, /^# HELP /),
  read('metrics/resource', metrics, /^node_cpu_usage_seconds_total /m),
  read('healthz', plain, /^ok/),
  read('healthz/ping', plain, /^ok/),
  read('healthz/log', plain, /^ok/),
  read('healthz/syncloop', plain, /^ok/),
  read('configz', json, /"kubeletconfig"/),
  { ...read(`run/${container}?cmd=echo+hello`, plain, /^hello\n$/), method: 'POST' },
  { ...read(`run/${containerWithUid}?cmd=echo+hello`, plain, /^hello\n$/), method: 'POST' },
  withoutQuery(`exec/${container}?command=true&output=1`, noStreams),
  withoutQuery(`exec/${containerWithUid}?command=true&output=1`, noStreams),
  withoutQuery(`attach/${container}?output=1`, noStreams),
  withoutQuery(`attach/${containerWithUid}?output=1`, noStreams),
  withoutQuery(`portForward/${namespace}/figures?port=80`, noPort),
  withoutQuery(`portForward/${namespace}/figures/{uid}?port=80`, noPort),
  tunnel(`portForward/${namespace}/figures`),
  tunnel(`portForward/${namespace}/figures/{uid}`),
  absent('GET', 'metrics/cadvisor'),
  absent('GET', 'metrics/probes'),
  absent('POST', `checkpoint/${container}`),
];
