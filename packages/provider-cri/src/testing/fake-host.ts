import { systemClock } from '@vk/node';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerConfig, PodSandboxConfig } from '@vk/node/pod-engine';
import { silentLogger } from '@vk/node/provider';
import type { CallContext, Clock, Container, PodSpec, PreparedPod, ProviderContext } from '@vk/node/provider';
import { criConfigSchema, type CriConfig } from '../config.ts';
import { CriConnection } from '../cri-connection.ts';
import { readHostFacts } from '../host/host-facts.ts';
import { createCriServices } from '../runtime/create-services.ts';
import { CriRuntime } from '../runtime/cri-runtime.ts';
import { FakeCri } from './fake-cri.ts';

/** A node's runtime on a fake, in a directory of its own. */
export interface FakeHost {
  readonly fake: FakeCri;
  readonly config: CriConfig;
  readonly directory: string;
  readonly connection: CriConnection;
  readonly runtime: CriRuntime;
  /** Handlers by the RuntimeClass that names them. */
  readonly runtimeClasses: Map<string, string>;
  readonly call: CallContext;
  /** What a process that starts again has: nothing but the config. */
  anotherProcess(nodeName?: string): Promise<CriRuntime>;
  close(): Promise<void>;
}

const owner = { clusterId: 'cluster', nodeName: 'node-a' };

export async function startFakeHost(
  options: object = {},
  fake: FakeCri = new FakeCri({ events: true }),
  clock: Clock = systemClock,
): Promise<FakeHost> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-cri-'));
  const config = criConfigSchema.parse({
    endpoint: join(directory, 'cri.sock'),
    root: join(directory, 'root'),
    logRoot: join(directory, 'logs'),
    cgroupParent: '',
    mounts: false,
    ...options,
  });
  await fake.start(config.endpoint);
  const connection = new CriConnection(config, silentLogger);
  const connections = [connection];
  const runtimeClasses = new Map<string, string>();
  const runtimeOn = async (itsConnection: CriConnection, nodeName: string): Promise<CriRuntime> => {
    const context: ProviderContext<CriConfig> = {
      ...contextOf(config, nodeName),
      clock,
      getRuntimeClass: async (name) => {
        const handler = runtimeClasses.get(name);
        return handler === undefined ? undefined : { handler };
      },
    };
    const services = await createCriServices(context, itsConnection, await readHostFacts('amd64'));
    return new CriRuntime('guessed', services);
  };
  const anotherProcess = (nodeName = owner.nodeName): Promise<CriRuntime> => {
    const another = new CriConnection(config, silentLogger);
    connections.push(another);
    return runtimeOn(another, nodeName);
  };
  return {
    fake,
    config,
    directory,
    connection,
    runtimeClasses,
    runtime: await runtimeOn(connection, owner.nodeName),
    call: { signal: new AbortController().signal, log: silentLogger },
    anotherProcess,
    close: async () => {
      await Promise.all(connections.map((each) => each.close()));
      await fake.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** What the core gives a provider to make a node with. */
export function contextOf(config: CriConfig, nodeName: string = owner.nodeName): ProviderContext<CriConfig> {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined);
  return {
    clusterId: owner.clusterId,
    nodeName,
    operatingSystem: 'linux',
    addresses: [{ type: 'InternalIP', address: '192.0.2.10' }],
    clusterDomain: 'cluster.local',
    config,
    env: {},
    clock: systemClock,
    log: silentLogger,
    recordEvent: () => undefined,
    getSecret: nothing,
    getConfigMap: nothing,
    getImageCredentials: () => Promise.resolve([]),
    getRuntimeClass: nothing,
    getPersistentVolumeClaim: nothing,
    getPersistentVolume: nothing,
    getServiceAccountToken: () => Promise.reject(new Error('there is no API server to ask for a token')),
  };
}

/** A pod of the node as the core hands it to a provider, without volumes. */
export function podOf(spec: PodSpec, name: string = 'pod'): PreparedPod {
  const identity = { namespace: 'default', name, uid: randomUUID() };
  return {
    pod: { metadata: { ...identity, labels: { app: 'x' } }, spec },
    environment: {},
    volumes: [],
    ownership: { ...owner, ...identity },
    hash: 'hash',
  };
}

export function sandboxOf(prepared: PreparedPod, attempt: number = 0): PodSandboxConfig {
  const { namespace, name, uid } = prepared.ownership;
  return {
    ref: { namespace, name, uid },
    attempt,
    ownership: prepared.ownership,
    appliedHash: prepared.hash,
    hostname: name,
    prepared,
  };
}

export function containerOf(prepared: PreparedPod, container: Container, attempt: number = 0): ContainerConfig {
  const { ref, ownership, hostname } = sandboxOf(prepared);
  return {
    ref,
    ownership,
    name: container.name,
    attempt,
    specHash: 'spec',
    resources: '{}',
    restartDelayMilliseconds: 20_000,
    container,
    imageRef: container.image ?? '',
    environment: [{ name: 'A', value: 'b', secret: false }],
    hosts: '127.0.0.1\tlocalhost\n',
    hostname,
    prepared,
  };
}
