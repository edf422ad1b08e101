import type { ContainerStats, PodStats, StatsSummary } from '@vk/node/provider';
import { seededFraction } from './seeded-random.ts';
import { usageCurve } from './usage-curve.ts';
import type { UsageCurve } from './usage-curve.ts';

const mebibyte = 2 ** 20;
/** What the node itself uses besides its pods. */
const nodeCores = 0.05;
const nodeBytes = 256 * mebibyte;

/** A container whose figures are asked for. */
export interface MeasuredContainer {
  readonly name: string;
  readonly startedAt: number;
  /** Cores, on average; absent: drawn. */
  readonly cpuUsage?: number;
  /** Bytes, on average; absent: drawn. */
  readonly memoryUsage?: number;
}

export interface MeasuredPod {
  readonly ref: PodStats['podRef'];
  readonly startedAt: number;
  readonly containers: readonly MeasuredContainer[];
}

export interface StatisticsOptions {
  readonly seed: string;
  readonly nodeName: string;
  /** Bytes that the node has; undefined when it is not known. */
  readonly memoryBytes: number | undefined;
  readonly now: () => number;
}

/**
 * Figures that move, from the seed, the names and the time alone. CPU totals never go back while a container runs; that of
 * the node never does.
 */
export class Statistics {
  readonly #options: StatisticsOptions;
  readonly #startedAt: number;
  /** CPU nanoseconds of containers that were measured once and are gone. */
  #past = 0;
  #measured = new Map<string, number>();

  constructor(options: StatisticsOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  pods(measured: readonly MeasuredPod[]): PodStats[] {
    return measured.map((pod) => this.#pod(pod));
  }

  summary(measured: readonly MeasuredPod[]): StatsSummary {
    const { nodeName, memoryBytes } = this.#options;
    const pods = this.pods(measured);
    const now = this.#options.now();
    const cpu = this.#curve(nodeCores, nodeName, 'node', 'cpu');
    const memory = this.#curve(nodeBytes, nodeName, 'node', 'memory');
    const elapsed = now - this.#startedAt;
    this.#remember(pods);
    const time = new Date(now).toISOString();
    const workingSetBytes = Math.round(memory.rate(elapsed)) + sum(pods.map((pod) => pod.memory?.workingSetBytes));
    return {
      node: {
        startTime: new Date(this.#startedAt).toISOString(),
        cpu: {
          time,
          usageNanoCores: Math.round(cpu.rate(elapsed) * 1e9) + sum(pods.map((pod) => pod.cpu?.usageNanoCores)),
          usageCoreNanoSeconds: Math.round(cpu.total(elapsed) * 1e6) + this.#past + sum([...this.#measured.values()]),
        },
        memory: {
          ...memoryFigures(time, workingSetBytes),
          ...(memoryBytes !== undefined && { availableBytes: Math.max(0, memoryBytes - workingSetBytes) }),
        },
      },
      pods,
    };
  }

  /** What the node has used includes what containers used that are gone by now. */
  #remember(pods: readonly PodStats[]): void {
    const before = this.#measured;
    this.#measured = new Map();
    for (const { podRef, containers } of pods) {
      for (const { name, startTime, cpu } of containers)
        this.#measured.set(`${podRef.uid}/${name}/${startTime}`, cpu?.usageCoreNanoSeconds ?? 0);
    }
    for (const [key, used] of before) if (!this.#measured.has(key)) this.#past += used;
  }

  #pod({ ref, startedAt, containers }: MeasuredPod): PodStats {
    const now = this.#options.now();
    const measured = containers.map((container) => this.#container(ref, container, now));
    const time = new Date(now).toISOString();
    return {
      podRef: ref,
      startTime: new Date(startedAt).toISOString(),
      containers: measured,
      cpu: {
        time,
        usageNanoCores: sum(measured.map(({ cpu }) => cpu?.usageNanoCores)),
        usageCoreNanoSeconds: sum(measured.map(({ cpu }) => cpu?.usageCoreNanoSeconds)),
      },
      memory: memoryFigures(time, sum(measured.map(({ memory }) => memory?.workingSetBytes))),
    };
  }

  #container(ref: MeasuredPod['ref'], container: MeasuredContainer, now: number): ContainerStats {
    const { seed } = this.#options;
    const { name, startedAt } = container;
    const about = [ref.namespace, ref.name, name];
    const cores = container.cpuUsage ?? 0.005 + 0.095 * seededFraction(seed, ...about, 'cores');
    const bytes = container.memoryUsage ?? mebibyte * (8 + 56 * seededFraction(seed, ...about, 'bytes'));
    const cpu = this.#curve(cores, ...about, 'cpu');
    const memory = this.#curve(bytes, ...about, 'memory');
    const elapsed = now - startedAt;
    const time = new Date(now).toISOString();
    return {
      name,
      startTime: new Date(startedAt).toISOString(),
      cpu: {
        time,
        usageNanoCores: Math.round(cpu.rate(elapsed) * 1e9),
        // Cores times milliseconds, as nanoseconds.
        usageCoreNanoSeconds: Math.round(cpu.total(elapsed) * 1e6),
      },
      memory: memoryFigures(time, Math.round(memory.rate(elapsed))),
    };
  }

  #curve(average: number, ...about: readonly string[]): UsageCurve {
    return usageCurve(average, this.#options.seed, ...about);
  }
}

function memoryFigures(time: string, workingSetBytes: number): NonNullable<PodStats['memory']> {
  return {
    time,
    workingSetBytes,
    usageBytes: Math.round(workingSetBytes * 1.25),
    rssBytes: Math.round(workingSetBytes * 0.75),
  };
}

function sum(figures: readonly (number | undefined)[]): number {
  return figures.reduce<number>((total, figure) => total + (figure ?? 0), 0);
}
