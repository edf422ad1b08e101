import type { PreparedPod } from '@vk/node/provider';
import type { Behaviour } from '../behaviour.ts';
import type { BehaviourName, BehaviourValues, MainProcess } from '../behaviour-table.ts';
import type { ScriptedOutput } from '../container/run-log.ts';
import { containerSpecOf } from '../container/environment-of.ts';
import { drawing, isInteractive } from '../pod-record-of.ts';

/** What one container of a pod does on the engine. Times are in milliseconds. */
export interface ContainerScript {
  readonly output: ScriptedOutput;
  readonly mainProcess: MainProcess;
  /** How long a run lasts; absent: until it is stopped. */
  readonly runTime?: number;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** How long it takes to stop once asked. */
  readonly stopTime: number;
  readonly cpuUsage?: number;
  readonly memoryUsage?: number;
}

/**
 * Reads what a container is to do. What is said for all containers concerns the regular ones; an init container is over at
 * once unless something is said for it by name, and a sidecar runs until it is stopped.
 */
export function containerScriptOf(
  prepared: PreparedPod,
  name: string,
  behaviour: Behaviour,
  seed: string,
): ContainerScript {
  const { initContainers = [], containers } = prepared.pod.spec ?? { containers: [] };
  const init = initContainers.find((container) => container.name === name);
  const regular = containers.some((container) => container.name === name);
  const draw = drawing(prepared, seed);
  const own = <Name extends BehaviourName>(key: Name): BehaviourValues[Name] | undefined =>
    regular ? behaviour.of(key, name) : behaviour.ofOnly(key, name);
  const ephemeral = !regular && init === undefined;
  const talks = ephemeral || isInteractive(containerSpecOf(prepared.pod, name));
  const mainProcess = behaviour.of('main-process', name) ?? (talks ? 'shell' : 'silent');
  const exitCode = own('exit-code');
  const outOfMemory = own('oom') ?? false;
  const endsByItself = exitCode !== undefined || outOfMemory || (init !== undefined && init.restartPolicy !== 'Always');
  const runTime = draw(own('run-time'), 'run-time', name) ?? (endsByItself ? 0 : undefined);
  const stdout = own('stdout');
  const stdoutRate = own('stdout-rate');
  const stderr = own('stderr');
  const cpuUsage = own('cpu-usage');
  const memoryUsage = own('memory-usage');
  const stopTime = behaviour.of('delete-delay');
  return {
    output: {
      ...(stdout !== undefined && { stdout }),
      ...(stdoutRate !== undefined && { stdoutRate }),
      ...(stderr !== undefined && { stderr }),
    },
    mainProcess,
    ...(runTime !== undefined && { runTime }),
    exitCode: exitCode ?? 0,
    outOfMemory,
    stopTime: stopTime === 'never' ? 0 : (draw(stopTime, 'delete-delay') ?? 0),
    ...(cpuUsage !== undefined && { cpuUsage }),
    ...(memoryUsage !== undefined && { memoryUsage }),
  };
}
