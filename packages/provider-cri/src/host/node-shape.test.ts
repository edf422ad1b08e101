import { expect, it } from 'vitest';
import { criConfigSchema } from '../config.ts';
import type { Image } from '../generated/api.ts';
import { nodeShape } from './node-shape.ts';

const facts = {
  cpus: 4,
  memoryBytes: 8n << 30n,
  hugePages: [{ bytes: 2n << 20n, totalBytes: 64n << 20n }],
  unifiedCgroups: true,
  hugePageController: true,
  swapController: false,
  appArmor: false,
  seLinux: false,
  thermalProcessors: [],
  machineId: 'machine',
  systemUuid: 'uuid',
  bootId: 'boot',
  kernelVersion: '6.1',
  osImage: 'Linux',
  architecture: 'amd64',
};
const features = {
  name: 'containerd',
  version: 'v2.1.0',
  handlers: new Map(),
  supplementalGroupsPolicy: false,
  imageVolumes: false,
  stopSignals: false,
  holdsAnswers: false,
};
const state = {
  memoryAvailableBytes: 1e9,
  diskAvailablePercent: 50,
  inodesFreePercent: 50,
  processesAvailablePercent: 50,
};

function of(config: object, images: readonly Image[] = []) {
  return nodeShape({ config: criConfigSchema.parse(config), facts, diskBytes: 1024 * 1000, state, features, images });
}

function image(name: string, size: bigint, names = 1): Image {
  const repoTags = Array.from({ length: names }, (_, index) => `${name}:${index}`);
  return { id: name, repoTags, repoDigests: [], size, username: '', pinned: false };
}

it('a node is its host, with what the configuration says instead', () => {
  expect(of({}).capacity).toEqual({
    cpu: '4',
    memory: '8388608Ki',
    'ephemeral-storage': '1000Ki',
    pods: '110',
    'hugepages-2Mi': '64Mi',
  });
  const changed = of({ cpu: 2, memory: '1Gi', maxPods: 5, devices: { 'example.com/gpu': ['a', 'b'] } });
  expect(changed.capacity).toMatchObject({ cpu: '2', memory: '1Gi', pods: '5', 'example.com/gpu': '2' });
  expect(changed.nodeInfo).toMatchObject({ containerRuntimeVersion: 'containerd://2.1.0', kernelVersion: '6.1' });
});

it('what is reserved is not for pods', () => {
  const { allocatable } = of({ reserved: { cpu: '500m', memory: '1Gi', 'hugepages-2Mi': '128Mi' } });
  expect(allocatable).toMatchObject({
    cpu: '3500m',
    memory: String(7n << 30n),
    pods: '110',
    'hugepages-2Mi': '0',
  });
});

it('the largest images are told of, those with a name, each with a few of its names', () => {
  const many = Array.from({ length: 60 }, (_, index) => image(`image-${index}`, BigInt(index)));
  const { images = [] } = of({}, [...many, image('named', 1_000n, 7), image('nameless', 2_000n, 0)]);
  expect(images).toHaveLength(50);
  expect(images[0]).toEqual({ names: [0, 1, 2, 3, 4].map((index) => `named:${index}`), sizeBytes: 1_000 });
  expect(images[1]?.sizeBytes).toBe(59);
});
