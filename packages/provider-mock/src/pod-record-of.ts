import type { Container, PreparedPod } from '@vk/node/provider';
import { readBehaviour } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import { drawDuration } from './seeded-random.ts';
import type { DurationRange } from './duration.ts';
import { defaultPorts, podPortsOf } from './network/pod-ports.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';

/** What a record needs to know besides the pod. */
export interface RecordOptions {
  /** Behaviours of pods that say nothing themselves. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Absent for a pod on the host's network. */
  readonly podIP?: string;
}

/** Decides a pod's whole life, at the moment when the backend accepts it. */
export function podRecordOf(prepared: PreparedPod, options: RecordOptions): PodRecord {
  const { pod, ownership, hash } = prepared;
  const { defaults, now, podIP } = options;
  const behaviour = readBehaviour(pod, defaults);
  const draw = drawing(prepared, options.seed);
  const startsAt = now + (draw(behaviour.of('start-delay'), 'start-delay') ?? 0);
  const lostAfter = draw(behaviour.of('lost-after'), 'lost-after');
  const deleteDelay = behaviour.of('delete-delay');
  const ports = podPortsOf(pod, behaviour);
  return {
    ownership,
    appliedHash: hash,
    acceptedAt: now,
    startsAt,
    restartPolicy: pod.spec?.restartPolicy ?? 'Always',
    ...(podIP !== undefined && { podIP }),
    initContainers: (pod.spec?.initContainers ?? []).map(({ name, image, restartPolicy }) => ({
      name,
      image: image ?? '',
      sidecar: restartPolicy === 'Always',
    })),
    containers: (pod.spec?.containers ?? []).map((container) => {
      const { name, image } = container;
      return containerRecordOf({ name, image: image ?? '', startsAt }, behaviour, draw, isInteractive(container));
    }),
    ephemeralContainers: [],
    ...(ports !== defaultPorts && { ports }),
    ...(lostAfter !== undefined && { lostAt: now + lostAfter }),
    deleteDelay: deleteDelay === 'never' ? deleteDelay : (draw(deleteDelay, 'delete-delay') ?? 0),
    deleteErrorCount: behaviour.of('delete-error-count') ?? 0,
    hang: behaviour.of('hang') ?? [],
    hangIgnoringAbort: behaviour.of('hang-ignoring-abort') ?? [],
  };
}

type Draw = (range: DurationRange | undefined, ...about: readonly string[]) => number | undefined;

/** Names decide, not UIDs: a UID is another one in each run, and the same seed is to give the same run. */
export function drawing(prepared: PreparedPod, seed: string): Draw {
  const { nodeName, namespace, name } = prepared.ownership;
  return (range, ...about) =>
    range === undefined ? undefined : drawDuration(range, seed, nodeName, namespace, name, ...about);
}

/** True for a container that somebody wants to talk to, as `kubectl run -it` makes it. */
export function isInteractive({ stdin, tty }: Pick<Container, 'stdin' | 'tty'>): boolean {
  return stdin === true && tty === true;
}

function containerRecordOf(
  container: { readonly name: string; readonly image: string; readonly startsAt: number },
  behaviour: Behaviour,
  draw: Draw,
  interactive: boolean,
): ContainerRecord {
  const { name } = container;
  const exitCode = behaviour.of('exit-code', name);
  const outOfMemory = behaviour.of('oom', name) ?? false;
  const endsAtOnce = exitCode !== undefined || outOfMemory;
  const runTime = draw(behaviour.of('run-time', name), 'run-time', name) ?? (endsAtOnce ? 0 : undefined);
  const stdout = behaviour.of('stdout', name);
  const stdoutRate = behaviour.of('stdout-rate', name);
  const stderr = behaviour.of('stderr', name);
  const mainProcess = behaviour.of('main-process', name) ?? (interactive ? 'shell' : undefined);
  const cpuUsage = behaviour.of('cpu-usage', name);
  const memoryUsage = behaviour.of('memory-usage', name);
  return {
    ...container,
    restartsBefore: 0,
    ...(runTime !== undefined && { runTime }),
    exitCode: exitCode ?? 0,
    outOfMemory,
    readyAfter: draw(behaviour.of('ready-after', name), 'ready-after', name) ?? 0,
    ...(stdout !== undefined && { stdout }),
    ...(stdoutRate !== undefined && { stdoutRate }),
    ...(stderr !== undefined && { stderr }),
    ...(mainProcess !== undefined && { mainProcess }),
    ...(cpuUsage !== undefined && { cpuUsage }),
    ...(memoryUsage !== undefined && { memoryUsage }),
  };
}
