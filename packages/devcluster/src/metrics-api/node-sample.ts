import { type ExposedValue, parseExposition } from './parse-exposition.ts';

/** What something has used up to a moment. */
export interface UsagePoint {
  /** Seconds of all processors together, since the start. */
  cpuSeconds: number;
  /** The working set. */
  memoryBytes: number;
  /** Milliseconds since the epoch. */
  timestamp: number;
  /** When it started, in milliseconds since the epoch, where that is known. */
  started: number | undefined;
}

/** What `/metrics/resource` of a node said at one time. */
export interface NodeSample {
  /** Absent when the node did not say both of processor and memory. */
  node: UsagePoint | undefined;
  /** By pod, as `namespace/name`, then by container. */
  pods: ReadonlyMap<string, ReadonlyMap<string, UsagePoint>>;
}

const nodeCpu = 'node_cpu_usage_seconds_total';
const nodeMemory = 'node_memory_working_set_bytes';
const containerCpu = 'container_cpu_usage_seconds_total';
const containerMemory = 'container_memory_working_set_bytes';
const containerStart = 'container_start_time_seconds';

/** The families that metrics-server reads. */
const families: ReadonlySet<string> = new Set([nodeCpu, nodeMemory, containerCpu, containerMemory, containerStart]);

type Draft = Partial<UsagePoint>;

function note(draft: Draft, { name, value, timestamp }: ExposedValue, now: number): void {
  if (name === containerStart) {
    draft.started = value * 1000;
    return;
  }
  if (name === nodeCpu || name === containerCpu) {
    draft.cpuSeconds = value;
    draft.timestamp = timestamp ?? now;
  } else {
    draft.memoryBytes = value;
    draft.timestamp ??= timestamp ?? now;
  }
}

function finish({ cpuSeconds, memoryBytes, timestamp, started }: Draft): UsagePoint | undefined {
  if (cpuSeconds === undefined || memoryBytes === undefined || timestamp === undefined) return undefined;
  return { cpuSeconds, memoryBytes, timestamp, started };
}

/** Reads the answer of a node. `now` is the time of lines that have none, in milliseconds since the epoch. */
export function readNodeSample(text: string, now: number): NodeSample {
  const node: Draft = {};
  const drafts = new Map<string, Map<string, Draft>>();
  for (const exposed of parseExposition(text, families)) {
    if (exposed.name.startsWith('node_')) {
      note(node, exposed, now);
      continue;
    }
    const { namespace, pod, container } = exposed.labels;
    if (!namespace || !pod || !container) continue;
    const key = `${namespace}/${pod}`;
    const containers = drafts.get(key) ?? new Map<string, Draft>();
    drafts.set(key, containers);
    const draft = containers.get(container) ?? {};
    containers.set(container, draft);
    note(draft, exposed, now);
  }
  const pods = new Map<string, Map<string, UsagePoint>>();
  for (const [key, containers] of drafts) {
    const points = [...containers].map(([name, draft]) => [name, finish(draft)] as const);
    const whole = points.filter((entry): entry is [string, UsagePoint] => entry[1] !== undefined);
    // metrics-server leaves a pod out of which a container is not known whole.
    if (whole.length === points.length) pods.set(key, new Map(whole));
  }
  return { node: finish(node), pods };
}
