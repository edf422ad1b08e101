import type { PodStatus } from '@vk/node/provider';

const phases: readonly unknown[] = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/u;
const timeFields = /^(startTime|startedAt|finishedAt|lastTransitionTime|lastProbeTime)$/u;

/** What keeps a status from being a PodStatus as it stands on the wire, by path. */
export function wireProblems(status: PodStatus | undefined): string[] {
  if (status === undefined) return [];
  const problems = [...valueProblems(status, 'status')];
  if (!phases.includes(status.phase)) problems.push(`status.phase is ${JSON.stringify(status.phase)}`);
  for (const field of ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const) {
    (status[field] ?? []).forEach(({ name, state, restartCount, ready }, index) => {
      const path = `status.${field}[${index}]`;
      const states = Object.values(state ?? {}).filter((value) => value !== undefined);
      if (states.length !== 1) problems.push(`${path} (${name}) has ${states.length} states instead of one`);
      if (!Number.isInteger(restartCount)) problems.push(`${path}.restartCount is ${JSON.stringify(restartCount)}`);
      if (typeof ready !== 'boolean') problems.push(`${path}.ready is ${JSON.stringify(ready)}`);
      const exitCode = state?.terminated?.exitCode;
      if (state?.terminated !== undefined && !Number.isInteger(exitCode))
        problems.push(`${path}.state.terminated.exitCode is ${JSON.stringify(exitCode)}`);
    });
  }
  return problems;
}

function* valueProblems(value: unknown, path: string): Generator<string> {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'string') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) yield `${path} is ${value}, which JSON does not have`;
    return;
  }
  if (value instanceof Date) {
    yield `${path} is a Date instead of RFC 3339 text`;
    return;
  }
  if (typeof value !== 'object') {
    yield `${path} is a ${typeof value}`;
    return;
  }
  for (const [key, part] of Object.entries(value)) {
    const inner = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (timeFields.test(key) && typeof part === 'string' && !rfc3339.test(part))
      yield `${inner} is ${JSON.stringify(part)}, not a time in RFC 3339`;
    else yield* valueProblems(part, inner);
  }
}
