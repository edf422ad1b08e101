import { existsSync, readFileSync } from 'node:fs';
import type { ContainerEnvironment } from '@vk/node/provider';

/** A call that changes a pod of the backend. */
export interface RecordedCall {
  readonly method: 'createPod' | 'updatePod' | 'deletePod' | 'removePod';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of createPod: what the containers would have got, by name. */
  readonly environment?: Readonly<Record<string, ContainerEnvironment>>;
}

/** The calls in the file that the recording provider writes, oldest first. */
export function readRecordedCalls(file: string): RecordedCall[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as RecordedCall);
}
