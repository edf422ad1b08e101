import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { bareStatuses } from './bare-statuses.ts';

/** A process that runs the pods of one node. */
export interface Subject {
  readonly name: string;
  /** The Node is made by the benchmark, with these annotations; absent for a subject that registers its own. */
  readonly node?: { readonly annotations: Readonly<Record<string, string>> };
  command(node: string, kubeconfig: string): Command;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Besides the environment of the benchmark. */
  readonly env?: Readonly<Record<string, string>>;
  /** Made for this command, and removed when it has ended. */
  readonly directory?: string;
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

const ours: Subject = {
  name: 'virtual-kubelet, mock',
  command: (node, kubeconfig) => ({
    file: process.execPath,
    args: [
      fileURLToPath(import.meta.resolve('@vk/node-cli').replace(/index\.js$/, 'main.js')),
      'run',
      '--provider=mock',
      `--nodename=${node}`,
      `--kubeconfig=${kubeconfig}`,
      '--disable-taint',
      '--on-exit=delete',
      '--log-level=warn',
      '--log-format=json',
    ],
  }),
};

function bareLoop(name: string, statuses: keyof typeof bareStatuses): Subject {
  return {
    name,
    node: { annotations: {} },
    command: (node, kubeconfig) => ({
      file: process.execPath,
      args: [here('./bare-loop.ts'), node, kubeconfig, statuses],
    }),
  };
}

function kwok(binary: string, options: readonly string[]): Subject {
  const selector = 'kwok.x-k8s.io/node=fake';
  return {
    name: 'kwok',
    node: { annotations: { 'kwok.x-k8s.io/node': 'fake' } },
    command: (_node, kubeconfig) => ({
      file: binary,
      args: [
        `--kubeconfig=${kubeconfig}`,
        '--manage-all-nodes=false',
        `--manage-nodes-with-annotation-selector=${selector}`,
        '--node-lease-duration-seconds=40',
        ...options,
      ],
    }),
  };
}

/** The Go project, which reads what its mock node offers from a file. Its kubelet API is left to itself: nobody asks it anything. */
function upstream(binary: string): Subject {
  return {
    name: 'virtual-kubelet (Go), mock',
    command: (node, kubeconfig) => {
      const directory = mkdtempSync(join(tmpdir(), 'upstream-mock-'));
      const config = join(directory, 'mock.json');
      writeFileSync(config, JSON.stringify({ [node]: { cpu: '1000', memory: '1000Gi', pods: '100000' } }));
      return {
        file: binary,
        args: [
          `--nodename=${node}`,
          '--provider=mock',
          `--provider-config=${config}`,
          `--kubeconfig=${kubeconfig}`,
          '--disable-taint',
        ],
        env: { VKUBELET_POD_IP: '127.0.0.1', KUBELET_PORT: '0' },
        directory,
      };
    },
  };
}

/** The bare loop with both kinds of statuses, and our node; peers whose binary the environment names. */
export function subjects(environment: Readonly<Record<string, string | undefined>>): Subject[] {
  const found = [bareLoop('bare loop, least status', 'least'), bareLoop('bare loop, whole status', 'whole'), ours];
  const { VK_BENCH_KWOK: kwokBinary, VK_BENCH_KWOK_STAGES: stages, VK_BENCH_UPSTREAM: upstreamBinary } = environment;
  if (kwokBinary !== undefined) {
    const config = stages === undefined ? [] : [`--config=${stages}`];
    found.push(kwok(kwokBinary, config));
  }
  if (upstreamBinary !== undefined) found.push(upstream(upstreamBinary));
  return found;
}

export interface RunningSubject {
  readonly pid: number;
  /** Rejects when the process ends before it is stopped. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Starts a subject and resolves once it has said so by running a first pod; the caller sees to that. */
export function start(subject: Subject, node: string, kubeconfig: string): RunningSubject {
  const { file, args, env, directory } = subject.command(node, kubeconfig);
  const child: ChildProcess = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${subject.name} did not start: ${file}`);
  const failure = Promise.withResolvers<never>();
  let stopping = false;
  child.once('exit', (code) => {
    if (!stopping) failure.reject(new Error(`${subject.name} ended by itself with code ${code}`));
  });
  return {
    pid,
    failed: failure.promise,
    async stop() {
      stopping = true;
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGINT');
        await ended;
      }
      if (directory !== undefined) rmSync(directory, { recursive: true });
    },
  };
}
