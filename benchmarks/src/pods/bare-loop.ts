/**
 * The least that a program can do to be a node: watch, PATCH Running, PATCH the terminal status, DELETE. No record, no retry, no
 * check of anything. It is the measure of what the API server and the connection cost by themselves. What it writes is named by
 * its third argument: the `least` of a status, or the `whole` of one.
 */
import { createKubeClient, loadKubeConfig, podResource, Reflector, systemClock } from '@vk/node';
import { bareStatuses, isBareStatusKind } from './bare-statuses.ts';

const [node = '', kubeconfig = '', kind = ''] = process.argv.slice(2);
if (!isBareStatusKind(kind)) throw new Error(`the statuses to write must be "least" or "whole", not "${kind}"`);
const statuses = bareStatuses[kind];
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

async function end(target: Target, status: object): Promise<void> {
  await patchStatus(target, status);
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
    onApply: (pod) => {
      const { metadata } = pod;
      const target = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
      if (metadata?.deletionTimestamp === undefined) {
        if (begun.has(target.uid)) return;
        begun.add(target.uid);
        patchStatus(target, statuses.running(pod)).catch(report);
      } else if (!ended.has(target.uid)) {
        ended.add(target.uid);
        end(target, statuses.ended(pod)).catch(report);
      }
    },
  },
});
await reflector.run(stop.signal);
await client.close();
