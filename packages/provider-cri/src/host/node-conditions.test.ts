import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { nodeConditions, readHostState, type HostState } from './node-conditions.ts';

const thresholds = {
  memoryAvailable: 100,
  diskAvailablePercent: 10,
  inodesFreePercent: 5,
  processesAvailablePercent: 5,
};
const plenty: HostState = {
  memoryAvailableBytes: 1_000,
  diskAvailablePercent: 50,
  inodesFreePercent: 50,
  processesAvailablePercent: 50,
};

describe('the conditions of a node beside Ready', () => {
  it('are those of the kubelet, with its reasons', () => {
    expect(nodeConditions(plenty, thresholds)).toEqual([
      {
        type: 'MemoryPressure',
        status: 'False',
        reason: 'KubeletHasSufficientMemory',
        message: 'the host has sufficient memory available',
      },
      {
        type: 'DiskPressure',
        status: 'False',
        reason: 'KubeletHasNoDiskPressure',
        message: 'the host has no disk pressure',
      },
      {
        type: 'PIDPressure',
        status: 'False',
        reason: 'KubeletHasSufficientPID',
        message: 'the host has sufficient PID available',
      },
    ]);
  });

  it.each([
    ['MemoryPressure', 'KubeletHasInsufficientMemory', { memoryAvailableBytes: 99 }],
    ['DiskPressure', 'KubeletHasDiskPressure', { diskAvailablePercent: 9 }],
    ['DiskPressure', 'KubeletHasDiskPressure', { inodesFreePercent: 4 }],
    ['PIDPressure', 'KubeletHasInsufficientPID', { processesAvailablePercent: 4 }],
  ])('say %s for the reason %s of %j', (type, reason, short) => {
    const pressed = nodeConditions({ ...plenty, ...short }, thresholds).filter(({ status }) => status === 'True');
    expect(pressed.map((condition) => [condition.type, condition.reason])).toEqual([[type, reason]]);
  });
});

describe('how a host is', () => {
  it('is read from the file systems and the kernel', async () => {
    const state = await readHostState([tmpdir()]);
    expect(state.memoryAvailableBytes).toBeGreaterThan(0);
    for (const percent of [state.diskAvailablePercent, state.inodesFreePercent, state.processesAvailablePercent]) {
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(100);
    }
  });

  it('is as bad as the worst of its file systems, and one that is not there, or has no limit, is not short of anything', async () => {
    const one = await readHostState([tmpdir()]);
    const more = await readHostState(['/proc', tmpdir(), '/no/such/place']);
    expect(more.diskAvailablePercent).toBeCloseTo(one.diskAvailablePercent, 0);
    expect(await readHostState(['/proc', '/no/such/place'])).toMatchObject({
      diskAvailablePercent: 100,
      inodesFreePercent: 100,
    });
  });
});
