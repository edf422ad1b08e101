import { createInProcessCluster, type InProcessCluster, type ObjectStore, type StoredObject } from '@vk/devcluster';
import { createNode, type NodesOptions, type VirtualNodes } from '@vk/node';
import type { BackendRetention, Pod } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { ApiDoor } from './api-door.ts';
import { Crossings } from './crossings.ts';
import { History } from './history.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedBackend, type BackendTimes } from './simulated-backend.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { simulatedProvider, type ProviderFaults } from './simulated-provider.ts';
import { User } from './user.ts';

export interface WorldOptions {
  readonly seed?: number;
  readonly notifying?: boolean;
  readonly retention?: BackendRetention;
  /** The longest that a call takes one way. */
  readonly latencyMilliseconds?: number;
  readonly times?: Partial<BackendTimes>;
  readonly pollMilliseconds?: number;
  readonly nodeOptions?: Partial<NodesOptions>;
}

export interface StartOptions {
  readonly cutAt?: number | undefined;
  readonly nodeOptions?: Partial<NodesOptions>;
}

/** A process that was started, and the node that it runs. */
export interface RunningProcess {
  readonly process: SimulatedProcess;
  readonly nodes: VirtualNodes;
  readonly crossings: Crossings;
  /** Settles when the node has ended by itself or was stopped; never after a cut. */
  readonly ended: Promise<void>;
}

export const nodeName = 'node-1';
const quietTurns = 3;

/** An API server, a backend, and the processes between them, on one clock that only the test moves. */
export class World {
  readonly clock = new FakeClock();
  readonly history: History;
  readonly random: () => number;
  readonly door: ApiDoor;
  readonly backend: SimulatedBackend;
  readonly user: User;
  /** What goes wrong with calls into the provider; may be changed at any time. */
  readonly faults: ProviderFaults = {};
  readonly processes: RunningProcess[] = [];
  /** Where the process was cut. */
  cutPlace: string | undefined;
  readonly options: WorldOptions;
  readonly #uidPrefix: string;
  #activity = 0;

  constructor(options: WorldOptions = {}) {
    this.options = options;
    this.random = seededRandom(options.seed ?? 1);
    this.history = new History(() => this.clock.now());
    const onActivity = (): void => void this.#activity++;
    this.#uidPrefix = Math.floor(this.random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
    this.door = new ApiDoor({ cluster: this.#newCluster(), history: this.history, onActivity });
    this.#follow(this.door.cluster);
    this.backend = new SimulatedBackend({
      clock: this.clock,
      history: this.history,
      retention: options.retention ?? 'durable',
      times: { start: 500, stop: 2_000, forget: 20_000, ...options.times },
      onActivity,
    });
    this.user = new User(this.door, this.history);
  }

  /** An API server with no pods. */
  #newCluster(): InProcessCluster {
    let uids = 0;
    return createInProcessCluster({
      clock: { now: () => this.clock.now(), setTimeout: (callback, delay) => this.clock.setTimer(callback, delay) },
      scheduler: false,
      nodeLifecycle: false,
      newUid: () => `${this.#uidPrefix}-0000-4000-8000-${String(++uids).padStart(12, '0')}`,
    });
  }

  /** Has the pods of an API server in the history: those that it has, and every version from now on. */
  #follow({ registry: { store } }: InProcessCluster): void {
    for (const { object } of store.list('pods'))
      this.history.add({ kind: 'pod', event: 'ADDED', pod: object as unknown as Pod });
    store.subscribe('pods', ({ type, current }) => {
      this.#activity++;
      this.history.add({ kind: 'pod', event: type, pod: current.object as unknown as Pod });
    });
  }

  /**
   * Keeps a copy of the API server's objects, under the same resourceVersions, up to the call of what this gives back. That
   * one's answer puts the copy in the place of the server, as when etcd is restored: later history is as if it had never been.
   */
  copyApi(): () => () => void {
    const { store } = this.door.cluster.registry;
    const copy = this.#newCluster();
    const target = copy.registry.store;
    const plurals = [...copy.registry.definitions.keys()];
    const all = plurals
      .flatMap((plural) => store.list(plural).map((stored) => ({ plural, stored })))
      .sort((left, right) => left.stored.revision - right.stored.revision);
    for (const { plural, stored } of all) putUnder(target, plural, stored);
    const stops = plurals.map((plural) =>
      store.subscribe(plural, ({ type, current }) => {
        if (type === 'DELETED') target.delete(plural, current.key);
        else putUnder(target, plural, current);
      }),
    );
    return () => {
      for (const stop of stops) stop();
      return () => {
        const broken = this.door.cluster;
        this.door.cluster = copy;
        this.history.add({ kind: 'restored' });
        this.#follow(copy);
        this.door.breakStreams();
        broken.close();
      };
    };
  }

  get clusterId(): string {
    return this.door.cluster.registry.store.get('namespaces', 'kube-system')?.object.metadata.uid ?? '';
  }

  /** Starts a virtual kubelet for the node. */
  start({ cutAt, nodeOptions }: StartOptions = {}): RunningProcess {
    const { latencyMilliseconds: longest = 0, notifying = true, pollMilliseconds = 5_000 } = this.options;
    const process = new SimulatedProcess({
      name: `process-${this.processes.length + 1}`,
      clock: this.clock,
      latency: { next: () => (longest === 0 ? 0 : Math.floor(this.random() * (longest + 1))) },
      onActivity: () => void this.#activity++,
    });
    const crossings = new Crossings({
      cutAt,
      onCut: (place) => {
        this.cutPlace = place;
        this.cut(process);
      },
    });
    process.crossings = crossings;
    const { backend, history, faults, clock } = this;
    const nodes = createNode({
      name: nodeName,
      client: this.door.clientFor(process),
      provider: simulatedProvider({ backend, history, process, clock, notifying, faults, pollMilliseconds }),
      clock: process.clock,
      random: this.random,
      observeProviderCall: (call, proceed) =>
        // A subscription has no effect on the backend; what comes by it is numbered where it leads to a call.
        call.lasts === true ? proceed() : process.cross(`${call.method} ${call.ref?.name ?? ''}`.trim(), proceed),
      ...this.options.nodeOptions,
      ...nodeOptions,
    });
    this.history.add({ kind: 'process', by: process.name, change: 'started' });
    let ready = false;
    nodes.ready.then(
      () => (ready = true),
      () => undefined,
    );
    const ended = nodes.run(process.stop.signal).catch((error: unknown) => {
      process[ready ? 'failure' : 'startFailure'] = error ?? new Error('the node ended');
    });
    const running: RunningProcess = { process, nodes, crossings, ended };
    this.processes.push(running);
    return running;
  }

  /** Ends a process as kill -9 does. */
  cut(process: SimulatedProcess): void {
    if (process.isCut) return;
    process.cut();
    this.history.add({ kind: 'process', by: process.name, change: 'cut' });
    this.backend.dieWithProcess();
  }

  /** Lets everything come to rest without any time passing. */
  async settle(): Promise<void> {
    for (let quiet = 0, before = this.#activity; quiet < quietTurns; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#activity === before) continue;
      before = this.#activity;
      quiet = -1;
    }
  }

  /** Lets time pass. */
  async run(milliseconds: number): Promise<void> {
    const end = this.clock.monotonic() + milliseconds;
    for (;;) {
      await this.settle();
      const [next] = this.clock.delays;
      const left = end - this.clock.monotonic();
      if (next === undefined || next > left) break;
      await this.clock.advance(next);
    }
    await this.clock.advance(end - this.clock.monotonic());
    await this.settle();
  }

  /** Lets time pass until nothing is wrong, or it takes too long: then gives what is still wrong. */
  async runUntil(complaints: () => readonly string[], limitMilliseconds: number): Promise<readonly string[]> {
    const end = this.clock.monotonic() + limitMilliseconds;
    await this.settle();
    while (complaints().length > 0 && this.clock.monotonic() < end) await this.run(1_000);
    return complaints();
  }

  /** Ends what still runs. Nothing of the world is used afterwards. */
  close(): void {
    for (const { process } of this.processes) process.cut();
    this.door.cluster.close();
  }
}

/** Writes an object so that it has the same revision as in the store that it comes from, where that is still ahead. */
function putUnder(target: ObjectStore, plural: string, { key, object, revision }: StoredObject): void {
  if (target.get(plural, key)?.revision === revision) return;
  while (target.revision < revision - 1) target.put('filler', 'filler', object);
  target.put(plural, key, object);
}
