import { expect, it } from 'vitest';
import { ContainerStats, LinuxPodSandboxStats, PodSandboxStats } from '../generated/api.ts';
import { CpuRates } from './cpu-rates.ts';
import { podStats, type PodFigures } from './pod-stats.ts';

const time = 1_767_225_600_000_000_000n;
const wire = '2026-01-01T00:00:00Z';
const ref = { namespace: 'default', name: 'pod', uid: 'uid' };
const run: PodFigures['containers'][number]['run'] = {
  id: 'c1',
  sandboxId: 's1',
  ref,
  name: 'app',
  attempt: 0,
  specHash: '',
  resources: '{}',
  image: 'app:1',
  imageRef: 'app:1',
  state: 'running',
  createdAt: 1_767_225_600_000,
  restartDelayMilliseconds: 0,
};
const disk = {
  time: wire,
  availableBytes: 600,
  capacityBytes: 1000,
  usedBytes: 400,
  inodes: 9,
  inodesFree: 5,
  inodesUsed: 4,
};

function statsAt(timestamp: bigint, used: bigint): PodFigures['containers'][number] {
  return {
    run,
    stats: ContainerStats.fromPartial({
      attributes: { id: 'c1' },
      cpu: { timestamp, usageCoreNanoSeconds: { value: used } },
      memory: { timestamp, workingSetBytes: { value: 5n } },
      swap: { timestamp, swapUsageBytes: { value: 3n } },
      writableLayer: { timestamp, usedBytes: { value: 10n }, inodesUsed: { value: 1n } },
    }),
    logs: { usedBytes: 20, inodesUsed: 2 },
    disk,
  };
}

const volume = (name: string, usedBytes: number, inMemory: boolean): PodFigures['volumes'][number] => ({
  stats: { name, ...disk, usedBytes, inodesUsed: 1 },
  inMemory,
});

const figures: PodFigures = {
  ref,
  startedAt: 1_767_225_600_000,
  sandbox: undefined,
  containers: [statsAt(time, 0n)],
  volumes: [volume('data', 300, false), volume('keys', 7000, true)],
  logDisk: disk,
};

it('a container has what it wrote, its logs and its swap, each with what their file system has', () => {
  expect(podStats(figures, new CpuRates()).containers).toEqual([
    {
      name: 'app',
      startTime: wire,
      cpu: { time: wire, usageCoreNanoSeconds: 0 },
      memory: { time: wire, workingSetBytes: 5 },
      swap: { time: wire, swapUsageBytes: 3 },
      rootfs: { ...disk, usedBytes: 10, inodesUsed: 1 },
      logs: { ...disk, usedBytes: 20, inodesUsed: 2 },
    },
  ]);
});

it('a pod takes of the disk what its containers, logs and volumes do, but not what is in memory', () => {
  const stats = podStats(figures, new CpuRates());
  expect(stats.ephemeralStorage).toEqual({ ...disk, usedBytes: 330, inodesUsed: 4 });
  expect(stats.volumes?.map(({ name, usedBytes }) => [name, usedBytes])).toEqual([
    ['data', 300],
    ['keys', 7000],
  ]);
});

it('where the runtime has no figures of the sandbox, those of the containers are added up, with a rate from two readings', () => {
  const rates = new CpuRates();
  podStats(figures, rates);
  const stats = podStats({ ...figures, containers: [statsAt(time + 2_000_000_000n, 1_000_000_000n)] }, rates);
  expect(stats.cpu).toEqual({
    time: '2026-01-01T00:00:02Z',
    usageNanoCores: 500_000_000,
    usageCoreNanoSeconds: 1_000_000_000,
  });
  expect(stats).toMatchObject({ memory: { workingSetBytes: 5 }, swap: { swapUsageBytes: 3 } });
  expect(podStats({ ...figures, processes: 2 }, rates).processCount).toBe(2);
});

it("the sandbox's own figures win: CPU and memory of the whole pod, its network and its processes", () => {
  const linux = LinuxPodSandboxStats.fromPartial({
    cpu: { timestamp: time, usageCoreNanoSeconds: { value: 7n }, usageNanoCores: { value: 8n } },
    memory: { timestamp: time, workingSetBytes: { value: 9n } },
    network: { timestamp: time, defaultInterface: { name: 'eth0', rxBytes: { value: 1n }, txBytes: { value: 2n } } },
    process: { timestamp: time, processCount: { value: 3n } },
  });
  const sandbox = PodSandboxStats.fromPartial({ attributes: { id: 's1' }, linux });
  expect(podStats({ ...figures, sandbox }, new CpuRates())).toMatchObject({
    cpu: { usageNanoCores: 8, usageCoreNanoSeconds: 7 },
    memory: { workingSetBytes: 9 },
    network: { name: 'eth0', rxBytes: 1, txBytes: 2, interfaces: [{ name: 'eth0' }] },
    processCount: 3,
  });
});
