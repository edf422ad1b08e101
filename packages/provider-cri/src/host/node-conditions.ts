import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import type { NodeCondition } from '@vk/node/provider';
import type { PressureThresholds } from '../config.ts';
import { isMissing } from './is-missing.ts';
import { memoryInfo } from './memory-info.ts';
import { processCounts } from './process-counts.ts';

type Condition = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

/** What the conditions are told from. */
export interface HostState {
  readonly memoryAvailableBytes: number;
  /** Of the file system that has the least. */
  readonly diskAvailablePercent: number;
  /** Of the file system that has the least. */
  readonly inodesFreePercent: number;
  readonly processesAvailablePercent: number;
}

/** The conditions of the node beside Ready, with the kubelet's reasons and words. */
export function nodeConditions(state: HostState, thresholds: PressureThresholds): Condition[] {
  const of = (type: string, isShort: boolean, short: string, enough: string): Condition => ({
    type,
    status: isShort ? 'True' : 'False',
    reason: `KubeletHas${isShort ? short : enough}`,
    message: `the host has ${words(isShort ? short : enough)}${enough.startsWith('No') ? '' : ' available'}`,
  });
  const { memoryAvailable, diskAvailablePercent, inodesFreePercent, processesAvailablePercent } = thresholds;
  const isDiskShort = state.diskAvailablePercent < diskAvailablePercent || state.inodesFreePercent < inodesFreePercent;
  const isMemoryShort = state.memoryAvailableBytes < memoryAvailable;
  const arePidsShort = state.processesAvailablePercent < processesAvailablePercent;
  return [
    of('MemoryPressure', isMemoryShort, 'InsufficientMemory', 'SufficientMemory'),
    of('DiskPressure', isDiskShort, 'DiskPressure', 'NoDiskPressure'),
    of('PIDPressure', arePidsShort, 'InsufficientPID', 'SufficientPID'),
  ];
}

/** @param places on each file system that pods write to. One that is not there, or has no limit of its own, is short of nothing. */
export async function readHostState(places: readonly string[]): Promise<HostState> {
  const disks = await Promise.all(places.map(diskLeft));
  return {
    memoryAvailableBytes: await availableMemory(),
    diskAvailablePercent: Math.min(100, ...disks.map(({ available }) => available)),
    inodesFreePercent: Math.min(100, ...disks.map(({ inodes }) => inodes)),
    processesAvailablePercent: await availableProcesses(),
  };
}

/** What is left of a file system, in per cent. */
async function diskLeft(place: string): Promise<{ readonly available: number; readonly inodes: number }> {
  try {
    const { blocks, bavail, files, ffree } = await statfs(place);
    return { available: percentOf(bavail, blocks), inodes: percentOf(ffree, files) };
  } catch (error) {
    if (isMissing(error)) return { available: 100, inodes: 100 };
    throw error;
  }
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 100 : (part / whole) * 100;
}

/** What could be given to programs, caches included, in bytes. */
async function availableMemory(): Promise<number> {
  return (await memoryInfo()).get('MemAvailable') ?? freemem();
}

async function availableProcesses(): Promise<number> {
  const { running, maximum } = await processCounts();
  return maximum > 0 ? ((maximum - running) / maximum) * 100 : 100;
}

/** `SufficientPID` is "sufficient PID". */
function words(reason: string): string {
  return reason
    .replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ')
    .replaceAll(/[A-Z](?=[a-z])/gu, (letter) => letter.toLowerCase());
}
