import type { ContainerStats, PodStats, StatsSummary } from '@vk/node/provider';
import { eventLoopTurn } from './bytes/event-loop-turn.ts';
import { seededFractions } from './seeded-random.ts';
import { usageCurve } from './usage-curve.ts';

const mebibyte = 2 ** 20;
/** What the node itself uses besides its pods. */
const nodeCores = 0.05;
const nodeBytes = 256 * mebibyte;

const podsPerTurn = 250;

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

  /** Lets the rest of the process have its turn in between: a node may have thousands of pods. */
  async pods(measured: Iterable<MeasuredPod>): Promise<PodStats[]> {
    const now = this.#options.now();
    const pods: PodStats[] = [];
    for (const pod of measured) {
      pods.push(this.#pod(pod, now));
      if (pods.length % podsPerTurn === 0) await eventLoopTurn();
    }
    return pods;
  }

  async summary(measured: Iterable<MeasuredPod>): Promise<StatsSummary> {
    const { seed, nodeName, memoryBytes } = this.#options;
    const pods = await this.pods(measured);
    const now = this.#options.now();
    const [first = 0, second = 0, third = 0] = seededFractions(seed, nodeName);
    const cpu = usageCurve(nodeCores, first, second);
    const memory = usageCurve(nodeBytes, second, third);
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

  #pod({ ref, startedAt, containers }: MeasuredPod, now: number): PodStats {
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
    const [cores = 0, bytes = 0, period = 0, phase = 0] = seededFractions(seed, ref.namespace, ref.name, name);
    const cpu = usageCurve(container.cpuUsage ?? 0.005 + 0.095 * cores, period, phase);
    const memory = usageCurve(container.memoryUsage ?? mebibyte * (8 + 56 * bytes), phase, period);
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
