import { copyFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { AnswerError } from '../cluster/cluster-client.ts';
import { findControlPlane } from '../cluster/find-binaries.ts';
import { LiveView } from '../cluster/live-view.ts';
import { chooseScenarioCluster } from '../cluster/scenario-cluster.ts';
import { startRealCluster, type RealCluster } from '../cluster/start-real-cluster.ts';
import { reportRealApi } from './report-real-api.ts';

const binaries = findControlPlane();
const runs = 'found' in binaries;
reportRealApi('scenarios', [binaries]);

const leftovers = [
  { plural: 'pods', path: '/api/v1/namespaces/default/pods' },
  { plural: 'configmaps', path: '/api/v1/namespaces/default/configmaps' },
  { plural: 'secrets', path: '/api/v1/namespaces/default/secrets' },
  { plural: 'events', path: '/api/v1/namespaces/default/events' },
  { plural: 'nodes', path: '/api/v1/nodes' },
  { plural: 'leases', path: '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases' },
] as const;

/** Deletes what the last scenario made, and waits until it is seen to be gone. */
async function empty({ client }: RealCluster, view: LiveView): Promise<void> {
  const left = (): string[] =>
    leftovers.flatMap(({ plural, path }) => {
      const prefix = path.includes('/namespaces/') ? `${path.split('/namespaces/')[1]?.split('/')[0]}/` : '';
      return view.list(plural, prefix).map(({ object }) => `${path}/${object.metadata.name}`);
    });
  await vi.waitFor(
    async () => {
      for (const path of left()) {
        try {
          await client.json('DELETE', path, { gracePeriodSeconds: 0 });
        } catch (error) {
          if (!(error instanceof AnswerError && error.code === 404)) throw error;
        }
      }
      if (left().length > 0) throw new Error(`still there: ${left().join(', ')}`);
    },
    { timeout: 30_000, interval: 20 },
  );
}

describe.skipIf(!runs)('on a real API server', async () => {
  const stop = new AbortController();
  let cluster: RealCluster | undefined;
  let following: Promise<void> | undefined;

  beforeAll(async () => {
    if (!('found' in binaries)) return;
    const { etcd, apiServer } = binaries.found;
    // Neither a scheduler nor controllers: the scenarios are about the node alone.
    const started = await startRealCluster({ etcd, apiServer });
    cluster = started;
    const view = new LiveView(started.client);
    following = view.follow(stop.signal);
    chooseScenarioCluster(async () => {
      await empty(started, view);
      await vi.waitUntil(() => view.get('namespaces', 'kube-system') !== undefined);
      return {
        registry: { store: view },
        settled: () => view.settled(),
        writeKubeconfig: (path) => copyFile(started.kubeconfig, path),
        close: () => empty(started, view),
      };
    });
  });
  afterAll(async () => {
    stop.abort();
    await following;
    await cluster?.close();
  });

  await import('../scenario/pod-life.test.ts');
  await import('../scenario/deletion.test.ts');
  await import('../scenario/references.test.ts');
  await import('../scenario/restart.test.ts');
  await import('../scenario/resilience.test.ts');
  await import('../scenario/node.test.ts');
});
