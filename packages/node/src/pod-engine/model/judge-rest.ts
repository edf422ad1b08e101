import { mayRun } from '../machine/observation.ts';
import { resizableContainers } from '../machine/pod-resources.ts';
import { sameResources } from '../machine/resources.ts';
import { restartsAfterFailure } from '../machine/restart-decision.ts';
import { containerSpecHash } from '../machine/spec-hash.ts';
import { allContainers } from '../machine/turn.ts';
import type { JudgedMoment } from './model-judge.ts';

/** What is wrong with a pod of which nothing more happens by itself: what runs has to be what it asks for. */
export function judgeRest({ pod, runtime, state }: JudgedMoment): string[] {
  const { spec = { containers: [] } } = pod;
  const wrong: string[] = [];
  for (const container of allContainers(spec)) {
    const { name, image = '' } = container;
    const [run, second] = runtime.containers.filter((other) => other.name === name && mayRun(other));
    if (second !== undefined) wrong.push(`${name} runs twice`);
    if (run === undefined) continue;
    const isReplaceable = resizableContainers(spec).includes(container);
    if (!isReplaceable) continue;
    if (run.image !== image || run.imageRef !== `sha256:${image}` || run.specHash !== containerSpecHash(container))
      wrong.push(`${name} runs with ${run.image} (${run.imageRef}) instead of ${image}`);
    if (!sameResources(runtime.resources.get(run.id), container.resources))
      wrong.push(`${name} has ${JSON.stringify(runtime.resources.get(run.id))}`);
  }
  if (spec.resources !== undefined && !sameResources(runtime.podResources, spec.resources))
    wrong.push(`the pod has ${JSON.stringify(runtime.podResources)}`);
  for (const container of spec.containers) {
    const runs = runtime.containers.some((run) => run.name === container.name && run.state === 'running');
    const shown = state.shown[container.name]?.state;
    const hasRun = shown?.running !== undefined || shown?.terminated !== undefined || shown?.waiting === undefined;
    const isKept = !hasRun || (container.restartPolicy ?? spec.restartPolicy) === 'Always';
    if (isKept && !runs && state.restartingAll !== true) wrong.push(`${container.name} does not run`);
  }
  return wrong;
}

/** The runs that are being stopped for a probe, where the policy has another one follow. */
export function endedByProbe({ pod, state }: JudgedMoment): string[] {
  const { spec = { containers: [] } } = pod;
  return Object.entries(state.kills).flatMap(([id, { container: name, reason }]) => {
    const container = spec.containers.find((regular) => regular.name === name);
    const isProbe = reason === 'liveness-probe' || reason === 'startup-probe';
    return isProbe && container !== undefined && restartsAfterFailure(container, spec, 1) ? [id] : [];
  });
}

/** A pod is not complete while a run is to follow one that a probe has ended. */
export function judgeEnd({ pod, state, seen }: JudgedMoment, followed: ReadonlySet<string>): string[] {
  if (state.stop?.cause !== 'completed') return [];
  return (pod.spec?.containers ?? []).flatMap(({ name }) => {
    const [latest] = seen.containers.filter((run) => run.name === name).sort((a, b) => b.attempt - a.attempt);
    return latest !== undefined && followed.has(latest.id)
      ? [`the pod is complete though ${name} is to run again`]
      : [];
  });
}
