import { nodeName, type World } from '../world.ts';
import { judgeNothingByMistake } from './nothing-by-mistake.ts';
import { judgeOneRun } from './one-run.ts';
import { judgeTrueStatus } from './true-status.ts';

export interface JudgeOptions {
  readonly repeatedCreateAllowed?: boolean;
  readonly lateCreateAllowed?: boolean;
}

/** Reads the histories of the API and of the backend and says where a promise was broken. */
export function judgeHistory(world: World, options: JudgeOptions = {}): string[] {
  const { entries } = world.history;
  const { clusterId } = world;
  return [
    ...judgeOneRun(entries, { retention: world.backend.retention, ...options }).map((text) => `promise 1, ${text}`),
    ...judgeNothingByMistake(entries, { clusterId, nodeName }).map((text) => `promise 2, ${text}`),
    ...judgeTrueStatus(entries).map((text) => `promise 3, ${text}`),
  ];
}
