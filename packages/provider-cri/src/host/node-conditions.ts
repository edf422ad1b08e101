import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { NodeCondition } from '@vk/node/provider';
import type { PressureThresholds } from '../config.ts';
import { memoryInfo } from './memory-info.ts';
import { processCounts } from './process-counts.ts';

type Condition = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

/** What the conditions are told from. */
export interface HostState {
  readonly memoryAvailableBytes: number;
  readonly diskAvailablePercent: number;
  readonly processesAvailablePercent: number;
}

/** The conditions of the node beside Ready, with the kubelet's reasons. */
export function nodeConditions(state: HostState, thresholds: PressureThresholds): Condition[] {
  const of = (type: string, isShort: boolean, short: string, enough: string): Condition => ({
    type,
    status: isShort ? 'True' : 'False',
    reason: isShort ? `KubeletHas${short}` : `KubeletHas${enough}`,
    message: isShort ? `the host has ${words(short)}` : `the host has ${words(enough)} available`,
  });
  return [
    of(
      'MemoryPressure',
      state.memoryAvailableBytes < thresholds.memoryAvailable,
      'InsufficientMemory',
      'SufficientMemory',
    ),
    of('DiskPressure', state.diskAvailablePercent < thresholds.diskAvailablePercent, 'DiskPressure', 'NoDiskPressure'),
    of(
      'PIDPressure',
      state.processesAvailablePercent < thresholds.processesAvailablePercent,
      'InsufficientPID',
      'SufficientPID',
    ),
  ];
}

export async function readHostState(disk: string): Promise<HostState> {
  const { blocks, bavail } = await statfs(disk);
  return {
    memoryAvailableBytes: await availableMemory(),
    diskAvailablePercent: blocks === 0 ? 100 : (bavail / blocks) * 100,
    processesAvailablePercent: await availableProcesses(),
  };
}

/** What could be given to programs, caches included, in bytes. */
async function availableMemory(): Promise<number> {
  return (await memoryInfo()).get('MemAvailable') ?? freemem();
}

async function availableProcesses(): Promise<number> {
  const { running, maximum } = await processCounts();
  return maximum > 0 ? ((maximum - running) / maximum) * 100 : 100;
}

function words(reason: string): string {
  return reason.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase();
}
