/**
 * The least that a program can do to be a node: watch, PATCH Running, PATCH the terminal status, DELETE. No record, no retry, no
 * check of anything. It is the measure of what the API server and the connection cost by themselves.
 */
import { createKubeClient, loadKubeConfig, podResource, Reflector, systemClock } from '@vk/node';

const [node = '', kubeconfig = ''] = process.argv.slice(2);
const cluster = await loadKubeConfig({ path: kubeconfig, environment: {} });
const client = createKubeClient({ cluster, clock: systemClock, userAgent: 'bare-loop' });
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

type Target = { readonly namespace: string; readonly name: string; readonly uid: string };

async function patchStatus({ namespace, name, uid }: Target, status: object): Promise<void> {
  await client.request({
    verb: 'patch',
    method: 'PATCH',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
    contentType: 'application/strategic-merge-patch+json',
    body: { metadata: { uid }, status },
    signal: stop.signal,
  });
}

async function run(target: Target): Promise<void> {
  const startedAt = new Date().toISOString();
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: startedAt,
  }));
  const state = { running: { startedAt } };
  const containerStatuses = [
    { name: 'main', image: 'localhost/busybox:1', imageID: '', ready: true, started: true, restartCount: 0, state },
  ];
  await patchStatus(target, {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    startTime: startedAt,
    conditions,
    containerStatuses,
  });
}

async function end(target: Target): Promise<void> {
  const finishedAt = new Date().toISOString();
  const state = { terminated: { exitCode: 0, reason: 'Completed', finishedAt } };
  const containerStatuses = [
    { name: 'main', image: 'localhost/busybox:1', imageID: '', ready: false, started: false, restartCount: 0, state },
  ];
  await patchStatus(target, { phase: 'Succeeded', containerStatuses });
  const { namespace, name, uid } = target;
  await client.request({
    verb: 'delete',
    method: 'DELETE',
    path: `/api/v1/namespaces/${namespace}/pods/${name}`,
    body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } },
    signal: stop.signal,
  });
}

const begun = new Set<string>();
const ended = new Set<string>();

function report(error: unknown): void {
  if (!stop.signal.aborted) console.error(error);
}

const reflector = new Reflector({
  client,
  clock: systemClock,
  type: podResource,
  fieldSelector: `spec.nodeName=${node}`,
  handlers: {
    onApply: ({ metadata }) => {
      const target = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
      if (metadata?.deletionTimestamp === undefined) {
        if (begun.has(target.uid)) return;
        begun.add(target.uid);
        run(target).catch(report);
      } else if (!ended.has(target.uid)) {
        ended.add(target.uid);
        end(target).catch(report);
      }
    },
  },
});
await reflector.run(stop.signal);
await client.close();
