import type { StrategyContext } from '../../registry/definition.ts';
import { AdmissionForbiddenError } from '../admission-forbidden-error.ts';
import { deepEqual } from '../deep-equal.ts';
import type { RuntimeClass } from '../runtime-classes.ts';
import type { Pod, Toleration } from './pod-types.ts';

function addNodeSelector({ spec }: Pod, selector: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(selector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      throw new AdmissionForbiddenError(
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    }
  }
  spec.nodeSelector = { ...spec.nodeSelector, ...selector };
}

/**
 * Adds what the pod's RuntimeClass demands: an overhead, a node selector, tolerations.
 *
 * @throws AdmissionForbiddenError when the class does not exist or contradicts the pod.
 */
export function admitRuntimeClass(pod: Pod, context: StrategyContext): void {
  const { spec } = pod;
  if (spec.runtimeClassName === undefined) {
    if (spec.overhead !== undefined) {
      throw new AdmissionForbiddenError(
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      );
    }
    return;
  }
  const runtimeClass: RuntimeClass | undefined = context.get('runtimeclasses', undefined, spec.runtimeClassName);
  if (runtimeClass === undefined) {
    throw new AdmissionForbiddenError(`pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`);
  }
  const overhead = runtimeClass.overhead?.podFixed;
  if (spec.overhead !== undefined && !deepEqual(spec.overhead, overhead)) {
    throw new AdmissionForbiddenError("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  if (overhead !== undefined) spec.overhead = { ...overhead };
  const { scheduling } = runtimeClass;
  if (scheduling?.nodeSelector !== undefined) addNodeSelector(pod, scheduling.nodeSelector);
  const added = ((scheduling?.tolerations ?? []) as Toleration[]).filter(
    (toleration) => !spec.tolerations?.some((own) => deepEqual(own, toleration)),
  );
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added];
}
