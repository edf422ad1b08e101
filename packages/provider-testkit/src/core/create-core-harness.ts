import { randomUUID } from 'node:crypto';
import { createNode } from '@vk/node';
import { capabilitiesOf, silentLogger } from '@vk/node/provider';
import type { Closable, KubeEvent, Node, Pod } from '@vk/node/provider';
import { ConformanceError } from '../conformance-error.ts';
import type { ConformanceOptions } from '../conformance-options.ts';
import type { Patience } from '../harness/patience.ts';
import { defaultPod } from '../harness/prepare-pod.ts';
import type { CoreHarness } from './core-harness.ts';
import { recordedDefinition } from './recorded-definition.ts';
import type { Recording } from './recorded-definition.ts';
import type { TestCluster } from './test-cluster.ts';

const namespace = 'default';
const pods = `/api/v1/namespaces/${namespace}/pods`;

/** One life of the process that runs the node. */
interface NodeProcess {
  stop(): Promise<void>;
}

/** Starts a node with the provider under test, and waits until it is ready. */
export async function createCoreHarness<Config, Connection extends Partial<Closable> | undefined>(
  options: ConformanceOptions<Config, Connection>,
  cluster: TestCluster,
  patience: Patience,
): Promise<CoreHarness> {
  const recording: Recording = { creates: [], provider: undefined };
  const definition = recordedDefinition(options.definition, recording);
  const nodeName = `testkit-${randomUUID().slice(0, 8)}`;
  const templates = options.pods ?? {};
  let made = 0;
  let running: NodeProcess | undefined;

  async function start(): Promise<NodeProcess> {
    const client = await cluster.connect();
    const stopping = new AbortController();
    const node = createNode({
      name: nodeName,
      client,
      provider: definition,
      config: options.config ?? {},
      env: options.env ?? {},
      onExit: 'leave',
      pollIntervalMilliseconds: 50,
    });
    const ended = node.run(stopping.signal);
    const stop = async (): Promise<void> => {
      stopping.abort(new Error('the conformance suite stops the node'));
      await patience.settled('the end of the node', ended);
      await client.close();
    };
    try {
      // Whichever comes first: ready, or the failure that keeps it from being so.
      const outcome = await patience.settled('the start of the node', Promise.race([node.ready, ended]));
      if (outcome.status === 'rejected')
        throw new ConformanceError(`the node did not start: ${String(outcome.reason)}`, { cause: outcome.reason });
    } catch (error) {
      await stop();
      throw error;
    }
    return { stop };
  }

  async function close(): Promise<void> {
    await running?.stop();
    running = undefined;
  }

  running = await start();
  const { provider: first } = recording;
  return {
    ...patience,
    nodeName,
    capabilities: capabilitiesOf(first ?? noProvider()),
    templates,
    creates: recording.creates,
    createPod({ template = templates.running ?? defaultPod } = {}) {
      made += 1;
      return cluster.create<Pod>(pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...template.metadata, name: `${nodeName}-${made}`, namespace },
        spec: {
          ...(definition.injected['kube-api-access'] === 'refuse' && { automountServiceAccountToken: false }),
          ...template.spec,
          nodeName,
        },
      });
    },
    async createConfigMap(name, data) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
      await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, body);
    },
    async readPod(pod) {
      const found = await cluster.get<Pod>(`${pods}/${pod.metadata?.name ?? ''}`);
      return found?.metadata?.uid === pod.metadata?.uid ? found : undefined;
    },
    deletePod: (pod, gracePeriodSeconds) =>
      cluster.delete(`${pods}/${pod.metadata?.name ?? ''}`, { gracePeriodSeconds }),
    async events(pod) {
      const all = await cluster.get<{ items: KubeEvent[] }>(`/api/v1/namespaces/${namespace}/events`);
      return (all?.items ?? []).filter(({ involvedObject }) => involvedObject.uid === pod.metadata?.uid);
    },
    async nodeIsReady() {
      const node = await cluster.get<Node>(`/api/v1/nodes/${nodeName}`);
      return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
    },
    async backendPods() {
      const { provider } = recording;
      return (provider ?? noProvider()).getPods({ signal: new AbortController().signal, log: silentLogger });
    },
    async restart() {
      await close();
      running = await start();
    },
    close,
  };
}

function noProvider(): never {
  throw new ConformanceError('the core never asked the definition for a provider');
}
