import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Cluster } from './cluster.ts';

export type KubectlProcess = ChildProcessByStdio<Writable, Readable, null>;

export function startKubectl(cluster: Cluster, args: readonly string[]): KubectlProcess {
  return spawn('kubectl', ['--kubeconfig', cluster.kubeconfig, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
}

/** Runs kubectl with this many bytes of standard input, and gives how many it wrote and how long it took. */
export async function runKubectl(
  cluster: Cluster,
  args: readonly string[],
  inputBytes = 0,
): Promise<{ readonly outputBytes: number; readonly milliseconds: number }> {
  const beganAt = performance.now();
  const child = startKubectl(cluster, args);
  const ended = once(child, 'close');
  let outputBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
  });
  const block = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < inputBytes; sent += block.length) {
    if (!child.stdin.write(block)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}`);
  return { outputBytes, milliseconds: performance.now() - beganAt };
}
