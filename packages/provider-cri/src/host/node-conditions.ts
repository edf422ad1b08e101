import { readFile, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { NodeCondition } from '@vk/node/provider';
import type { PressureThresholds } from '../config.ts';

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

/** What could be given to programs, caches included. */
export async function availableMemory(): Promise<number> {
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/mu.exec(await text('/proc/meminfo'))?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
}

async function availableProcesses(): Promise<number> {
  const running = Number(/\d+\/(\d+)/u.exec(await text('/proc/loadavg'))?.[1] ?? 0);
  const most = Number((await text('/proc/sys/kernel/pid_max')).trim());
  return most > 0 ? ((most - running) / most) * 100 : 100;
}

/** Empty where it cannot be read. */
async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

function words(reason: string): string {
  return reason.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ').toLowerCase();
}
