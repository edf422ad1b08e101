import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type ConnectWorld, startConnectWorld } from '../connect/testing/connect-world.ts';
import { manualClock } from '../control-loop/testing/manual-clock.ts';

let world: ConnectWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

const start = Date.parse('2026-01-01T00:00:00Z');
const root = '/apis/metrics.k8s.io/v1beta1';

/** What the node says `milliseconds` after the start: half a processor, and a quarter of one in each container. */
function exposition(milliseconds: number, pods: readonly string[]): string {
  const at = start + milliseconds;
  const seconds = milliseconds / 1000;
  const lines = [
    `node_cpu_usage_seconds_total ${100 + seconds / 2} ${at}`,
    `node_memory_working_set_bytes 2097152 ${at}`,
  ];
  for (const pod of pods) {
    const labels = `{container="app",pod="${pod}",namespace="default"}`;
    lines.push(`container_cpu_usage_seconds_total${labels} ${10 + seconds / 4} ${at}`);
    lines.push(`container_memory_working_set_bytes${labels} 1024 ${at}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A node that is asked every time after a second of its own has passed. */
async function startMeasured(onRequest?: (response: ServerResponse) => void): Promise<ConnectWorld> {
  let milliseconds = 0;
  const clock = manualClock(start);
  // Nobody moves this clock by hand: who waits a second for the second sample has waited.
  const hasty = {
    now: () => clock.now(),
    setTimeout: (callback: () => void, delay: number) => {
      if (delay !== 1000) return clock.setTimeout(callback, delay);
      queueMicrotask(callback);
      return { cancel: () => undefined };
    },
  };
  world = await startConnectWorld({
    cluster: { clock: hasty },
    onRequest: (_, response) => {
      milliseconds += 1000;
      if (onRequest === undefined) response.end(exposition(milliseconds, ['pod', 'waits']));
      else onRequest(response);
    },
  });
  return world;
}

async function json({ ask }: ConnectWorld, path: string): Promise<unknown> {
  return JSON.parse((await ask(path)).text);
}

test('The metrics of nodes are what /metrics/resource said twice, with the labels of the node', async () => {
  const opened = await startMeasured();
  await opened.ask('/api/v1/nodes/node', {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: '{"metadata":{"labels":{"team":"blue"}}}',
  });
  const expected = {
    metadata: { name: 'node', creationTimestamp: '2026-01-01T00:00:00Z', labels: { team: 'blue' } },
    timestamp: '2026-01-01T00:00:02Z',
    window: '1s',
    usage: { cpu: '500m', memory: '2Mi' },
  };
  expect(await json(opened, `${root}/nodes`)).toEqual({
    kind: 'NodeMetricsList',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { resourceVersion: '' },
    items: [expected],
  });
  expect(await json(opened, `${root}/nodes/node`)).toEqual({
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    ...expected,
  });
  expect(opened.kubelet.seen).toMatchObject([
    { url: '/metrics/resource', clientName: 'kube-apiserver-kubelet-client' },
    { url: '/metrics/resource' },
  ]);
});

test('The metrics of pods are those of running ones, container by container', async () => {
  const opened = await startMeasured();
  opened.addPod('waits', ['app'], 'node');
  const expected = {
    metadata: { name: 'pod', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' },
    timestamp: '2026-01-01T00:00:02Z',
    window: '1s',
    containers: [{ name: 'app', usage: { cpu: '250m', memory: '1Ki' } }],
  };
  expect(await json(opened, `${root}/pods`)).toMatchObject({ kind: 'PodMetricsList', items: [expected] });
  expect(await json(opened, `${root}/namespaces/default/pods`)).toMatchObject({ items: [expected] });
  expect(await json(opened, `${root}/namespaces/kube-system/pods`)).toMatchObject({ items: [] });
  expect(await json(opened, `${root}/namespaces/default/pods/pod`)).toMatchObject({ kind: 'PodMetrics', ...expected });
});

test('Selectors choose before anybody is asked', async () => {
  const opened = await startMeasured();
  expect(await json(opened, `${root}/nodes?labelSelector=team%3Dred`)).toMatchObject({ items: [] });
  expect(await json(opened, `${root}/pods?fieldSelector=metadata.name%3Dother`)).toMatchObject({ items: [] });
  expect(opened.kubelet.seen).toEqual([]);
});

test('What is not there, or not measured, is 404 in the words of metrics-server', async () => {
  const opened = await startMeasured();
  opened.addPod('waits', ['app'], 'node');
  expect(await json(opened, `${root}/nodes/none`)).toMatchObject({
    code: 404,
    message: 'nodemetrics.metrics.k8s.io "none" not found',
  });
  expect(await json(opened, `${root}/namespaces/default/pods/waits`)).toMatchObject({
    code: 404,
    message: 'podmetrics.metrics.k8s.io "default/waits" not found',
  });
});

test('A node that cannot be reached, or does not serve it, is left out', async () => {
  const opened = await startMeasured((response) => void response.writeHead(501).end('not implemented'));
  expect(await json(opened, `${root}/nodes`)).toMatchObject({ items: [] });
  await opened.kubelet.stop();
  expect(await json(opened, `${root}/nodes`)).toMatchObject({ items: [] });
});

test('Discovery has the group with both of its resources, which can only be read', async () => {
  const opened = await startMeasured();
  expect(await json(opened, root)).toMatchObject({
    resources: [
      { name: 'nodes', kind: 'NodeMetrics', namespaced: false, verbs: ['get', 'list'] },
      { name: 'pods', kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'] },
    ],
  });
  expect((await opened.ask(`${root}/nodes`, { method: 'POST', body: '{}' })).status).toBe(405);
  expect((await opened.ask('/api/v1/nodes/node')).status).toBe(200);
});

test('A table has the columns of metrics-server', async () => {
  const opened = await startMeasured();
  const answer = await opened.ask(`${root}/nodes`, {
    headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' },
  });
  const table = JSON.parse(answer.text) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
  expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'cpu', 'memory', 'Window']);
  expect(table.rows.map(({ cells }) => cells)).toEqual([['node', '500m', '2Mi', '1s']]);
});
