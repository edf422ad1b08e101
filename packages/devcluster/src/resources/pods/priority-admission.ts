import { AdmissionForbiddenError } from '../admission-forbidden-error.ts';
import type { Pod } from './pod-types.ts';

/** The classes that every cluster has. */
const systemClasses: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

const preemptionPolicy = 'PreemptLowerPriority';

/**
 * Gives a pod the number of its priority class. There are no PriorityClass objects here, so only the two classes of the
 * system can be named.
 *
 * @throws AdmissionForbiddenError when the class is unknown, or the pod brings another number or policy.
 */
export function admitPriority({ spec }: Pod): void {
  const name = spec.priorityClassName ?? '';
  const priority = name === '' ? 0 : systemClasses[name];
  if (priority === undefined) throw new AdmissionForbiddenError(`no PriorityClass with name ${name} was found`);
  if (spec.priority !== undefined && spec.priority !== priority) {
    throw new AdmissionForbiddenError(
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`,
    );
  }
  spec.priority = priority;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw new AdmissionForbiddenError(
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemptionPolicy;
}
