import type { NodeShape } from '@vk/node/provider';
import type { CriConfig } from '../config.ts';
import type { Image } from '../generated/api.ts';
import { binarySize } from '../mapping/page-size.ts';
import { milliValue } from '../mapping/quantity.ts';
import type { RuntimeFeatures } from '../runtime/runtime-features.ts';
import type { HostFacts } from './host-facts.ts';
import { nodeConditions, type HostState } from './node-conditions.ts';

/** The kubelet tells of no more. */
const mostImages = 50;
const mostNames = 5;

export interface NodeSources {
  readonly config: CriConfig;
  readonly facts: HostFacts;
  readonly diskBytes: number;
  readonly state: HostState;
  readonly features: RuntimeFeatures;
  readonly images: readonly Image[];
}

/** What the node is: this host, with what the configuration says instead. */
export function nodeShape({ config, facts, diskBytes, state, features, images }: NodeSources): NodeShape {
  const capacity: Record<string, string> = {
    cpu: config.cpu ?? String(facts.cpus),
    memory: config.memory ?? `${facts.memoryBytes / 1024n}Ki`,
    'ephemeral-storage': config.ephemeralStorage ?? `${Math.floor(diskBytes / 1024)}Ki`,
    pods: String(config.maxPods),
    ...Object.fromEntries(
      facts.hugePages.map(({ bytes, totalBytes }) => [`hugepages-${binarySize(bytes)}`, binarySize(totalBytes)]),
    ),
    ...Object.fromEntries(Object.entries(config.devices).map(([name, devices]) => [name, String(devices.length)])),
  };
  return {
    capacity,
    allocatable: Object.fromEntries(
      Object.entries(capacity).map(([name, amount]) => [name, without(amount, config.reserved[name])]),
    ),
    conditions: nodeConditions(state, config.pressure),
    operatingSystem: 'linux',
    architecture: facts.architecture,
    nodeInfo: {
      machineID: facts.machineId,
      systemUUID: facts.systemUuid,
      bootID: facts.bootId,
      kernelVersion: facts.kernelVersion,
      osImage: facts.osImage,
      containerRuntimeVersion: `${features.name}://${features.version.replace(/^v/u, '')}`,
      architecture: facts.architecture,
      operatingSystem: 'linux',
    },
    images: [...images]
      .filter(({ repoTags, repoDigests }) => repoTags.length + repoDigests.length > 0)
      .sort((a, b) => Number(b.size - a.size))
      .slice(0, mostImages)
      .map(({ repoTags, repoDigests, size }) => ({
        names: [...repoDigests, ...repoTags].slice(0, mostNames),
        sizeBytes: Number(size),
      })),
  };
}

function without(amount: string, reserved: string | undefined): string {
  if (reserved === undefined) return amount;
  const left = (milliValue(amount) ?? 0n) - (milliValue(reserved) ?? 0n);
  if (left <= 0n) return '0';
  return left % 1000n === 0n ? String(left / 1000n) : `${left}m`;
}
