import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { residentMebibytes } from '../pods/process-usage.ts';
import { watchPods } from '../pods/pod-watcher.ts';
import { createPod, deletePod, podsPath, type Cluster } from './cluster.ts';
import { quantile, type Figure } from './figures.ts';
import { runKubectl, startKubectl } from './kubectl.ts';

const pod = 'streams';
const mebibyte = 1024 * 1024;
const servedPort = 8080;
const outMebibytes = 200;
const inMebibytes = 100;

/** Writes a line a second, serves 200 MiB to whoever connects, and goes on. */
const script = `nc -ll -p ${servedPort} -e dd if=/dev/zero bs=1M count=${outMebibytes} & while :; do date; sleep 1; done`;

/** Exec, port-forward and logs through kubectl and the API server. */
export async function measureStreams(cluster: Cluster, rounds: number, followers: number): Promise<Figure[]> {
  const watcher = await watchPods(cluster.client, cluster.node);
  try {
    await createPod(cluster, pod, ['sh', '-c', script]);
    await watcher.until('running', 1);
    const figures = [
      ...(await execFigures(cluster, rounds)),
      ...(await portForwardFigures(cluster, rounds)),
      ...(await stoppedReader(cluster)),
      ...(await followedLogs(cluster, followers)),
    ];
    await deletePod(cluster, pod);
    await watcher.until('gone', 1);
    return figures;
  } finally {
    await watcher.stop();
  }
}

async function execFigures(cluster: Cluster, rounds: number): Promise<Figure[]> {
  const short: number[] = [];
  const out: number[] = [];
  const into: number[] = [];
  for (let round = 0; round < rounds * 4; round++)
    short.push((await runKubectl(cluster, ['exec', pod, '--', 'true'])).milliseconds);
  for (let round = 0; round < rounds; round++) {
    const dd = ['dd', 'if=/dev/zero', 'bs=1M', `count=${outMebibytes}`];
    out.push(rate(await runKubectl(cluster, ['exec', pod, '--', ...dd])));
    // With output: kubectl and API server lose the end of a command that is done before its last input is acknowledged.
    const sink = ['exec', '-i', pod, '--', 'sh', '-c', 'cat | wc -c'];
    const { milliseconds } = await runKubectl(cluster, sink, inMebibytes * mebibyte);
    into.push(rate({ outputBytes: inMebibytes * mebibyte, milliseconds }));
  }
  return [
    { name: 'kubectl exec true, p50', unit: 'ms', value: quantile(short, 0.5) },
    { name: `kubectl exec, ${outMebibytes} MiB out`, unit: 'MB/s', value: quantile(out, 0.5) },
    { name: `kubectl exec -i, ${inMebibytes} MiB in`, unit: 'MB/s', value: quantile(into, 0.5) },
  ];
}

async function portForwardFigures(cluster: Cluster, rounds: number): Promise<Figure[]> {
  const forward = startKubectl(cluster, ['port-forward', pod, `:${servedPort}`]);
  try {
    const [line] = (await once(forward.stdout, 'data')) as [Buffer];
    const port = /127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1];
    if (port === undefined) throw new Error(`kubectl port-forward said: ${line.toString()}`);
    const rates: number[] = [];
    for (let round = 0; round < rounds; round++) rates.push(await readAll(Number(port)));
    return [{ name: `kubectl port-forward, ${outMebibytes} MiB out`, unit: 'MB/s', value: quantile(rates, 0.5) }];
  } finally {
    forward.kill('SIGINT');
    await once(forward, 'close');
  }
}

async function readAll(port: number): Promise<number> {
  const beganAt = performance.now();
  const socket = connect(port, '127.0.0.1');
  let outputBytes = 0;
  for await (const chunk of socket) {
    outputBytes += (chunk as Buffer).length;
    // A forwarded connection may stay half open after the last byte.
    if (outputBytes >= outMebibytes * mebibyte) break;
  }
  if (outputBytes < outMebibytes * mebibyte) throw new Error(`${outputBytes} bytes came through the forwarded port`);
  return rate({ outputBytes, milliseconds: performance.now() - beganAt });
}

/** What the node's process grows by while kubectl has stopped reading an endless output. */
async function stoppedReader(cluster: Cluster): Promise<Figure[]> {
  const before = residentMebibytes(cluster.pid);
  const child = startKubectl(cluster, ['exec', pod, '--', 'cat', '/dev/zero']);
  await once(child.stdout, 'readable');
  child.stdout.pause();
  await pause(10_000);
  const value = Math.max(0, residentMebibytes(cluster.pid) - before);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return [{ name: 'growth in 10 s with a stopped reader', unit: 'MiB', value }];
}

/** Many `logs -f` at once: until all have their first line, and what the node's process grows by. */
async function followedLogs(cluster: Cluster, followers: number): Promise<Figure[]> {
  const stop = new AbortController();
  const before = residentMebibytes(cluster.pid);
  const beganAt = performance.now();
  const firsts = await Promise.all(
    Array.from({ length: followers }, async () => {
      const path = `${podsPath}/${pod}/log`;
      const query = { follow: true, tailLines: 1 };
      const stream = await cluster.client.stream({
        verb: 'get',
        method: 'GET',
        path,
        query,
        accept: '*/*',
        signal: stop.signal,
        timeoutMilliseconds: 120_000,
      });
      const iterator = stream[Symbol.asyncIterator]();
      const { done } = await iterator.next();
      if (done === true) throw new Error('a followed log ended before its first line');
      return performance.now() - beganAt;
    }),
  );
  const grown = residentMebibytes(cluster.pid) - before;
  stop.abort();
  return [
    { name: `${followers} logs -f, the last has its first line`, unit: 'ms', value: Math.max(...firsts) },
    { name: `growth with ${followers} logs -f`, unit: 'MiB', value: Math.max(0, grown) },
  ];
}

function rate({ outputBytes, milliseconds }: { readonly outputBytes: number; readonly milliseconds: number }): number {
  return outputBytes / milliseconds / 1000;
}
