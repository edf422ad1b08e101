import { watchPods } from '../pods/pod-watcher.ts';
import { createPod, podsPath, type Cluster } from './cluster.ts';
import { mean } from './figures.ts';

/** There is no such node: the benchmark itself says that its pods run. */
const node = 'api-alone';

/**
 * What a pod takes that costs its node nothing, milliseconds: it is posted, a watcher that does no more patches its status, and it is seen
 * Running. That much of every start is the API server's, and the benchmark's own.
 */
export async function measureApiAlone(cluster: Cluster, pods: number): Promise<number> {
  const onNode = { ...cluster, node };
  const patched = new Set<string>();
  const failures: unknown[] = [];
  const watcher = await watchPods(cluster.client, node, (name, phase) => {
    if (phase !== 'Pending' || patched.has(name)) return;
    patched.add(name);
    sayRunning(cluster, name).catch((error: unknown) => failures.push(error));
  });
  const latencies: number[] = [];
  try {
    for (let index = 0; index < pods; index++) {
      const postedAt = performance.now();
      await createPod(onNode, `api-alone-${index}`, ['true']);
      await watcher.until('running', index + 1);
      latencies.push((watcher.running.get(`api-alone-${index}`) ?? Number.NaN) - postedAt);
    }
    if (failures.length > 0) throw failures[0];
    await Promise.all(latencies.map((_, index) => removeAtOnce(cluster, `api-alone-${index}`)));
    await watcher.until('gone', pods);
  } finally {
    await watcher.stop();
  }
  return mean(latencies);
}

async function sayRunning({ client, signal }: Cluster, name: string): Promise<void> {
  const body = { status: { phase: 'Running' } };
  const contentType = 'application/strategic-merge-patch+json';
  await client.request({
    verb: 'patch',
    method: 'PATCH',
    path: `${podsPath}/${name}/status`,
    contentType,
    body,
    signal,
  });
}

async function removeAtOnce({ client, signal }: Cluster, name: string): Promise<void> {
  const body = { gracePeriodSeconds: 0 };
  await client.request({ verb: 'delete', method: 'DELETE', path: `${podsPath}/${name}`, body, signal });
}
