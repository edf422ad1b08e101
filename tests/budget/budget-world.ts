import { createInProcessCluster, type InProcessCluster } from '@vk/devcluster';
import { createNodes, type KubeExchange, type NodesOptions, type VirtualNodes } from '@vk/node';
import type { Container, Pod, ProviderDefinition } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { mockProvider } from '@vk/provider-mock';
import { ApiDoor } from '../rig/api-door.ts';
import { History } from '../rig/history.ts';
import { seededRandom } from '../rig/seeded-random.ts';
import { SimulatedProcess } from '../rig/simulated-process.ts';
import { User } from '../rig/user.ts';

/** A request of the process, as it left it. */
export interface CountedRequest {
  readonly verb: KubeExchange['verb'];
  readonly path: string;
}

export interface BudgetOptions {
  readonly names?: readonly string[];
  readonly notifying?: boolean;
  /** By default what the command serves: a certificate of its own, and the client CA that the cluster publishes. */
  readonly kubeletApi?: NonNullable<NodesOptions['kubeletApi']>;
}

type EnvVar = NonNullable<Container['env']>[number];

const quietTurns = 3;

/** Virtual nodes on the mock, and an API server in the same process that counts what they ask of it, on a clock that the test moves. */
export class BudgetWorld {
  readonly clock: FakeClock = new FakeClock();
  readonly cluster: InProcessCluster;
  readonly user: User;
  readonly nodes: VirtualNodes;
  /** All requests so far, in order. */
  readonly requests: CountedRequest[] = [];
  readonly #openWatches = new Map<KubeExchange, string>();
  readonly #process: SimulatedProcess;
  readonly #ended: Promise<void>;
  #activity = 0;

  private constructor(options: Required<BudgetOptions>) {
    const { clock } = this;
    const onActivity = (): void => void this.#activity++;
    this.cluster = createInProcessCluster({
      clock: { now: () => clock.now(), setTimeout: (callback, delay) => clock.setTimer(callback, delay) },
      scheduler: false,
      nodeLifecycle: false,
      approveNodeCertificates: false,
    });
    const history = new History(() => clock.now());
    const door = new ApiDoor({ cluster: this.cluster, history, onActivity });
    door.addFault(async (exchange, send) => {
      this.requests.push({ verb: exchange.verb, path: exchange.path });
      const response = await send(exchange);
      if (!exchange.streaming || response.status !== 200) return response;
      return { ...response, bytes: () => this.#counted(exchange, response.bytes()) };
    });
    this.user = new User(door, history);
    this.#process = new SimulatedProcess({ name: 'counted', clock, latency: { next: () => 0 }, onActivity });
    this.nodes = createNodes({
      names: options.names,
      client: door.clientFor(this.#process),
      provider: options.notifying ? mock : polledMock,
      clock: this.#process.clock,
      random: seededRandom(1),
      // Part of what a node does: it must not ask for anything while nobody asks it.
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      kubeletApi: options.kubeletApi,
    });
    this.#ended = this.nodes.run(this.#process.stop.signal);
  }

  /** Starts the nodes and waits until they are ready. */
  static async start(options: BudgetOptions = {}): Promise<BudgetWorld> {
    const { names = ['node-1'], notifying = true, kubeletApi = {} } = options;
    const world = new BudgetWorld({ names, notifying, kubeletApi });
    await world.run(15_000);
    await world.nodes.ready;
    return world;
  }

  /** Creates a pod that runs until it is deleted, unless its annotations say otherwise. */
  async createPod(
    name: string,
    options: {
      readonly nodeName?: string;
      readonly annotations?: Readonly<Record<string, string>>;
      readonly env?: readonly EnvVar[];
    } = {},
  ): Promise<void> {
    const { nodeName = 'node-1', annotations = {}, env = [] } = options;
    await this.user.send('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, annotations },
      spec: {
        nodeName,
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        containers: [{ name: 'main', image: 'app:1', env }],
      },
    });
  }

  /** The paths of the watches that are open. */
  get openWatches(): string[] {
    return [...this.#openWatches.values()].sort();
  }

  pod(name: string): Pod | undefined {
    return this.user.pod(name);
  }

  /** Lets time pass, and everything come to rest that happens meanwhile. */
  async run(milliseconds: number): Promise<void> {
    const end = this.clock.monotonic() + milliseconds;
    for (;;) {
      await this.#settle();
      const [next] = this.clock.delays;
      const left = end - this.clock.monotonic();
      if (next === undefined || next > left) break;
      await this.clock.advance(next);
    }
    await this.clock.advance(end - this.clock.monotonic());
    await this.#settle();
  }

  /** The requests that leave the process while the action, and the time that it needs, go by. */
  async requestsDuring(action: () => Promise<void>): Promise<CountedRequest[]> {
    const before = this.requests.length;
    await action();
    return this.requests.slice(before);
  }

  async stop(): Promise<void> {
    this.#process.stop.abort(new Error('the test is over'));
    await this.run(30_000);
    await this.#ended;
    this.cluster.close();
  }

  async #settle(): Promise<void> {
    for (let quiet = 0, before = this.#activity; quiet < quietTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#activity === before) continue;
      before = this.#activity;
      quiet = -1;
    }
  }

  async *#counted(
    exchange: KubeExchange,
    bytes: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    this.#openWatches.set(exchange, exchange.path);
    try {
      yield* bytes;
    } finally {
      this.#openWatches.delete(exchange);
    }
  }
}

const mock = mockProvider as unknown as ProviderDefinition;

/** The same mock, for a core that has to ask it. */
const polledMock: ProviderDefinition = {
  ...mock,
  async create(context, connection) {
    const { notifyPods: _notifyPods, ...polled } = await mock.create(context, connection);
    return polled;
  },
};
