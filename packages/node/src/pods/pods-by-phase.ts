import type { PodRecord } from './pod-record.ts';

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

/** How many pods the API shows in each phase. What is only left in the backend is in none. */
export function podsByPhase(records: Iterable<PodRecord>): ReadonlyMap<string, number> {
  const counts = new Map(phases.map((phase) => [phase, 0]));
  for (const { pod } of records) {
    if (pod === undefined) continue;
    const phase = pod.status?.phase ?? 'Pending';
    const known = counts.has(phase) ? phase : 'Unknown';
    counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  return counts;
}
