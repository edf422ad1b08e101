import type { ContainerEnvironment, PlainVariable } from '../provider/environment.ts';
import type { Pod } from '../provider/wire.ts';
import { containerEnvironment } from './container-environment.ts';
import type { EnvironmentProblem } from './environment-problem.ts';
import type { EnvironmentNode, EnvironmentSources } from './environment-sources.ts';
import { podContainers } from './pod-containers.ts';
import { serviceVariables } from './service-variables.ts';

/** What became of a pod's environment. */
export interface ResolvedEnvironment {
  /** By container name. Not fit to run with while a mandatory problem is there. */
  readonly environment: Readonly<Record<string, ContainerEnvironment>>;
  readonly problems: readonly EnvironmentProblem[];
}

/**
 * Resolves the environment of every container of a pod: init, then regular, then ephemeral. Pure: the same snapshot gives the
 * same answer, in the same order. Fields that only the backend learns stay deferred, also through `$(NAME)`.
 */
export function resolveEnvironment(pod: Pod, sources: EnvironmentSources, node: EnvironmentNode): ResolvedEnvironment {
  const problems: EnvironmentProblem[] = [];
  const report = (problem: EnvironmentProblem): void => {
    problems.push(problem);
  };
  const context = { pod, sources, node, report, serviceVariables: readServices(pod, sources, node, report) };
  const environment = Object.fromEntries(
    podContainers(pod).map((entry) => [entry.container.name, containerEnvironment(entry, context)]),
  );
  return { environment, problems };
}

function readServices(
  pod: Pod,
  sources: EnvironmentSources,
  node: EnvironmentNode,
  report: (problem: EnvironmentProblem) => void,
): ReadonlyMap<string, PlainVariable> {
  const lookup = sources.services();
  if (lookup.state !== 'present') {
    const cause = lookup.state === 'failed' && lookup.error instanceof Error ? `: ${lookup.error.message}` : '';
    report({
      reason: 'FailedToReadServices',
      message: `services have not been read yet${cause}`,
      mandatory: true,
      fieldPath: 'spec.enableServiceLinks',
    });
    return new Map();
  }
  return serviceVariables(lookup.object, {
    namespace: pod.metadata?.namespace ?? '',
    links: (pod.spec?.enableServiceLinks ?? true) && node.serviceLinks !== 'omit',
  });
}
