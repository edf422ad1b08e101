import { resolveArguments, resolveVariables, type DeferredValues } from '../../provider/environment.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Container, Pod } from '../../provider/wire.ts';
import type { EngineStep } from '../machine/engine-action.ts';
import { resourcesText } from '../machine/resources.ts';
import { containerSpecHash } from '../machine/spec-hash.ts';
import { allContainers } from '../machine/turn.ts';
import type { ContainerConfig, RuntimeContainer } from '../runtime/container.ts';
import { stopSpecOf } from './stop-spec.ts';
import { sandboxHostname } from '../sandbox/hostname.ts';
import { hostsFile } from '../sandbox/hosts-file.ts';

export interface ContainerSurroundings {
  /** As it is run: with the resources that it has been given. */
  readonly pod: Pod;
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
  readonly clusterDomain: string;
}

/** The config of a run, with everything resolved that was not known before the sandbox was up. */
export function containerConfig(
  prepared: PreparedPod,
  step: Extract<EngineStep, { readonly kind: 'create-container' }>,
  { pod, podIPs, hostIPs, clusterDomain }: ContainerSurroundings,
): ContainerConfig {
  // The image is the one that was looked for, whatever the pod has become since.
  const container: Container = { ...containerOf(pod, step.container), image: step.image };
  const resolved = prepared.environment[step.container];
  const values = deferredValues(podIPs, hostIPs);
  const stopSignal = container.lifecycle?.stopSignal;
  return {
    ref: podRefOf(pod),
    ownership: prepared.ownership,
    name: step.container,
    attempt: step.attempt,
    specHash: containerSpecHash(container),
    resources: resourcesText(container.resources),
    restartDelayMilliseconds: step.restartDelayMilliseconds,
    ...stopSpecOf(container),
    container,
    imageRef: step.imageRef,
    ...(step.volumeImageRefs !== undefined && { volumeImageRefs: step.volumeImageRefs }),
    environment: resolveVariables(resolved?.variables ?? [], values),
    ...(resolved?.command !== undefined && { command: resolveArguments(resolved.command, values) }),
    ...(resolved?.args !== undefined && { args: resolveArguments(resolved.args, values) }),
    hosts: hostsFile(pod, podIPs, clusterDomain),
    hostname: sandboxHostname(pod, clusterDomain),
    ...(stopSignal !== undefined && { stopSignal }),
    ...(step.targetContainerId !== undefined && { targetContainerId: step.targetContainerId }),
    prepared,
  };
}

/** A container that has just been created, as far as that is known without asking. */
export function createdContainer(
  config: ContainerConfig,
  id: string,
  sandboxId: string,
  createdAt: number,
): RuntimeContainer {
  const { ref, name, attempt, specHash, resources, restartDelayMilliseconds, stopSpec, imageRef, container } = config;
  const record = { ref, name, attempt, specHash, resources, restartDelayMilliseconds };
  return {
    ...record,
    ...(stopSpec !== undefined && { stopSpec }),
    id,
    sandboxId,
    state: 'created',
    image: container.image ?? '',
    imageRef,
    createdAt,
  };
}

function containerOf(pod: Pod, name: string): Container {
  const container = allContainers(pod.spec ?? { containers: [] }).find((candidate) => candidate.name === name);
  if (container === undefined) throw new RangeError(`the pod has no container ${name}`);
  return container;
}

function deferredValues(podIPs: readonly string[], hostIPs: readonly string[]): DeferredValues {
  return {
    'status.podIP': podIPs[0] ?? '',
    'status.podIPs': podIPs.join(','),
    'status.hostIP': hostIPs[0] ?? '',
    'status.hostIPs': hostIPs.join(','),
  };
}
