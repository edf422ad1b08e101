import type { Container, PodSpec } from '../../provider/wire.ts';

export type RestartDecision = 'restart' | 'restart-all' | 'end';

/** A restartable init container (KEP-753). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** The action of the first of the container's rules that its exit code meets (KEP-5307); undefined when none does. */
function matchingRule(container: Container, exitCode: number): string | undefined {
  const rules = container.restartPolicyRules ?? [];
  return rules.find(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (exitCodes?.operator === 'In') return listed;
    return exitCodes?.operator === 'NotIn' && !listed;
  })?.action;
}

/** What follows the end of a container: its own rules first, then its own policy, then the pod's. */
export function restartDecision(container: Container, spec: PodSpec, exitCode: number): RestartDecision {
  if (container.restartPolicy !== undefined) {
    const action = matchingRule(container, exitCode);
    if (action === 'Restart') return 'restart';
    if (action === 'RestartAllContainers') return 'restart-all';
  }
  return restartsAfterFailure(container, spec, exitCode) ? 'restart' : 'end';
}

/** By the policies alone: for a container that is ended by the engine and has no exit code of its own yet, pass 1. */
export function restartsAfterFailure(container: Container, spec: PodSpec, exitCode: number): boolean {
  switch (container.restartPolicy ?? spec.restartPolicy ?? 'Always') {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}
