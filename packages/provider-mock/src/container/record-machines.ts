import type { Clock, PreparedPod } from '@vk/node/provider';
import type { PodRecord } from '../pod-record.ts';
import { createMachine } from './create-machine.ts';
import { containerSpecOf, deferredValues, environmentOf, userOf } from './environment-of.ts';
import { LogRing } from './log-ring.ts';
import type { Machine } from './machine.ts';
import { PodVolumes } from './pod-volumes.ts';

export interface RecordMachinesOptions {
  readonly clock: Clock;
  readonly now: () => number;
  readonly nodeName: string;
  readonly hostIP: string | undefined;
  readonly limitBytes: number;
}

/** One run of a container, as far as somebody has looked at it. */
interface SeenRun {
  readonly startedAt: number;
  readonly ring: LogRing;
  machine?: Machine;
}

interface SeenPod {
  prepared?: PreparedPod;
  volumes?: PodVolumes;
  runs?: Map<string, readonly SeenRun[]>;
}

/** The file systems, variables and outputs of pods, made when somebody looks at them for the first time. */
export class RecordMachines {
  readonly #options: RecordMachinesOptions;
  readonly #pods = new Map<string, SeenPod>();

  constructor(options: RecordMachinesOptions) {
    this.#options = options;
  }

  /** What the pod's containers are to find. */
  put(prepared: PreparedPod): void {
    this.#pod(prepared.ownership.uid).prepared = prepared;
  }

  forget(uid: string): void {
    this.#pods.delete(uid);
  }

  /** What a run wrote besides its script. Those of the last two runs are kept. */
  ring(uid: string, container: string, startedAt: number): LogRing {
    return this.#run(uid, container, startedAt).ring;
  }

  /** The container in this run: with each run it begins anew, only the volumes stay. */
  machine(record: PodRecord, name: string, startedAt: number): Machine {
    const run = this.#run(record.ownership.uid, name, startedAt);
    run.machine ??= this.#create(record, name, run.ring);
    return run.machine;
  }

  #create(record: PodRecord, name: string, log: LogRing): Machine {
    const { clock, now, nodeName, hostIP, limitBytes } = this.#options;
    const seen = this.#pod(record.ownership.uid);
    const podIP = record.podIP ?? hostIP;
    const values = deferredValues(podIP, hostIP);
    const { prepared } = seen;
    seen.volumes ??= new PodVolumes({
      prepared: () => seen.prepared?.volumes ?? [],
      values: () => values,
      limitBytes,
      now,
    });
    const container = containerSpecOf(prepared?.pod, name);
    const own = prepared?.pod.spec?.hostname ?? record.ownership.name;
    const hostname = record.podIP === undefined ? nodeName : own.slice(0, 63);
    return createMachine({
      container,
      hostname,
      hosts: `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost\n${podIP ?? '127.0.0.1'}\t${hostname}\n`,
      environment: environmentOf(prepared, name, values),
      volumes: seen.volumes,
      limitBytes,
      ...userOf(prepared?.pod, container),
      clock,
      now,
      log,
    });
  }

  #run(uid: string, container: string, startedAt: number): SeenRun {
    const pod = this.#pod(uid);
    pod.runs ??= new Map();
    const known = pod.runs.get(container) ?? [];
    const found = known.find((run) => run.startedAt === startedAt);
    if (found !== undefined) return found;
    const run: SeenRun = { startedAt, ring: new LogRing(this.#options.now) };
    const newest = known.toSorted((a, b) => b.startedAt - a.startedAt)[0];
    pod.runs.set(container, newest === undefined ? [run] : [newest, run]);
    return run;
  }

  #pod(uid: string): SeenPod {
    const known = this.#pods.get(uid) ?? {};
    this.#pods.set(uid, known);
    return known;
  }
}
