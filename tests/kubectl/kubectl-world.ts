import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { ChildProgram } from '../cluster/child-program.ts';
import { AnswerError } from '../cluster/cluster-client.ts';
import { createKubectl, type Kubectl } from '../cluster/kubectl.ts';
import type { TestCluster } from '../cluster/test-cluster.ts';
import { startVirtualKubelet } from '../cluster/virtual-kubelet.ts';
import { readRecordedCalls, type RecordedCall } from './recorded-calls.ts';

const recordingProvider = fileURLToPath(new URL('recording-provider.ts', import.meta.url));

/** How long anything may take that is waited for. Far more than it needs: a wait ends as soon as it comes true. */
export const patience = { timeout: 30_000, interval: 100 } as const;
/** The same for `kubectl wait`. */
export const kubectlPatience = '--timeout=30s';

/** As much of a pod as the tests look at. */
export interface SeenPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly {
      readonly image: string;
      readonly restartCount: number;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly running?: object;
        readonly terminated?: { readonly exitCode: number; readonly reason?: string };
      };
    }[];
  };
}

export interface SeenNode {
  readonly metadata: SeenPod['metadata'];
  readonly spec: { readonly taints?: readonly { readonly key: string; readonly effect: string }[] };
  readonly status: {
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime: string;
    }[];
  };
}

/** One virtual node in a process of its own, with a backend that outlives it. */
export interface NodeProcess {
  readonly name: string;
  /** Who it is to the API server. */
  readonly user: string;
  /** What the core has asked of the backend so far, over all starts. */
  calls(): readonly RecordedCall[];
  /** Starts it, again after an end. Resolves when the node is ready. */
  start(): Promise<ChildProgram>;
  readonly process: ChildProgram;
}

/** A cluster, a kubectl, and a virtual node that pods land on. */
export interface KubectlWorld {
  readonly cluster: TestCluster;
  readonly kubectl: Kubectl;
  readonly node: NodeProcess;
  readonly directory: string;
  /** Another node beside it, with the taint that every virtual node has by default. */
  readonly addNode: (name: string) => NodeProcess;
  /** Makes a namespace in which pods can be created. */
  readonly makeNamespace: (name: string) => Promise<void>;
  /** `kubectl run`, and nothing else where pods find their node by themselves. */
  readonly run: (namespace: string, name: string, ...words: readonly string[]) => Promise<string>;
  readonly pod: (namespace: string, name: string) => Promise<SeenPod>;
  /** Waits until `kubectl events` of the pod say this. */
  readonly untilEvent: (namespace: string, pod: string, text: string) => Promise<void>;
  close(): Promise<void>;
}

export async function startKubectlWorld(cluster: TestCluster, kubectlProgram: string): Promise<KubectlWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-kubectl-'));
  const kubectl = createKubectl({ program: kubectlProgram, kubeconfig: cluster.kubeconfig, directory });
  const processes: NodeProcess[] = [];

  const addNode = (name: string, ...words: readonly string[]): NodeProcess => {
    const added = nodeProcess({ cluster, directory, name, words });
    processes.push(added);
    return added;
  };
  const node = addNode('vk', '--disable-taint', '--node-status-interval=1s');
  await node.start();

  return {
    cluster,
    kubectl,
    node,
    directory,
    addNode,
    makeNamespace: (name) => makeNamespace(cluster, name),
    run: (namespace, name, ...words) => {
      const placed = cluster.schedules ? [] : [`--overrides=${JSON.stringify({ spec: { nodeName: node.name } })}`];
      return kubectl('run', name, '-n', namespace, '--image=app', ...placed, ...words);
    },
    pod: (namespace, name) => kubectl.json<SeenPod>('get', 'pod', name, '-n', namespace),
    untilEvent: async (namespace, pod, text) => {
      await vi.waitFor(async () => {
        const events = await kubectl('events', '-n', namespace, '--for', `pod/${pod}`);
        if (!events.includes(text)) throw new Error(`no "${text}" among the events:\n${events}`);
      }, patience);
    },
    close: async () => {
      await Promise.all(processes.map((one) => one.process.stop()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function makeNamespace({ client }: TestCluster, name: string): Promise<void> {
  await client.json('POST', '/api/v1/namespaces', { metadata: { name } });
  try {
    await client.json('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  } catch (error) {
    // The controller manager was quicker.
    if (!(error instanceof AnswerError && error.code === 409)) throw error;
  }
}

interface NodeProcessOptions {
  readonly cluster: TestCluster;
  readonly directory: string;
  readonly name: string;
  readonly words: readonly string[];
}

function nodeProcess({ cluster, directory, name, words }: NodeProcessOptions): NodeProcess {
  const user = `virtual-kubelet-${name}`;
  const file = (extension: string): string => join(directory, `${name}.${extension}`);
  let running: ChildProgram | undefined;
  return {
    name,
    user,
    calls: () => readRecordedCalls(file('calls')),
    get process() {
      if (running === undefined) throw new Error(`${name} was never started`);
      return running;
    },
    async start() {
      const kubeconfig = await cluster.kubeconfigFor({ name: user, groups: ['system:masters'] });
      await writeFile(file('json'), JSON.stringify({ stateFile: file('state') }));
      running = startVirtualKubelet({
        words: [
          'run',
          `--kubeconfig=${kubeconfig}`,
          `--nodename=${name}`,
          `--node-ip=${cluster.nodeAddress}`,
          '--kubelet-port=0',
          `--provider=${recordingProvider}`,
          `--provider-config=${file('json')}`,
          '--log-format=json',
          ...words,
        ],
        directory,
        environment: { RECORDED_CALLS: file('calls') },
      });
      await running.says('"Ready"');
      return running;
    },
  };
}
