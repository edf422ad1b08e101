import type { PodSpec } from '@vk/node/provider';
import { silentLogger } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { podOf } from '../testing/fake-host.ts';
import { volumeSurroundings } from './volume-surroundings.ts';

const call = { signal: new AbortController().signal, log: silentLogger };
const resourceSettings = {
  cpuCfsQuota: true,
  memoryBytes: 1n << 30n,
  hugePageSizes: [],
  unifiedCgroups: false,
  swapController: false,
  allPods: {},
};
const memoryOf = async (spec: PodSpec): Promise<number> => {
  const listing = { sandboxes: () => Promise.resolve([]) };
  return (
    (await volumeSurroundings({ listing, hostIPs: [], resourceSettings }, podOf(spec), call)).memoryLimitBytes ?? 0
  );
};
const limited = { name: 'app', resources: { limits: { memory: '64Mi' } } };

it('a volume in memory is as large as the memory that its pod may use', async () => {
  expect(await memoryOf({ containers: [limited, { ...limited, name: 'other' }] })).toBe(128 * 2 ** 20);
  expect(await memoryOf({ resources: { limits: { memory: '96Mi' } }, containers: [limited, { name: 'other' }] })).toBe(
    96 * 2 ** 20,
  );
});

it('a volume in memory is as large as that of the node where its pod is not limited, or to more', async () => {
  expect(await memoryOf({ containers: [limited, { name: 'other' }] })).toBe(2 ** 30);
  const large = { name: 'app', resources: { limits: { memory: '2Gi' } } };
  expect(await memoryOf({ containers: [large] })).toBe(2 ** 30);
});
