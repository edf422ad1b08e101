import type { FieldCause, KubeObject, ResourceStrategy, StrategyContext } from '../../registry/definition.ts';
import { dnsSubdomainProblems } from '../names.ts';
import {
  type NameRule,
  validateEveryUpdate,
  validateMetadata,
  validateMetadataUpdate,
} from '../metadata-validation.ts';
import { type ConditionChange, withCondition } from './pod-conditions.ts';
import { applyPodDefaults } from './pod-defaults.ts';
import { podGracePeriodSeconds } from './pod-grace-period.ts';
import {
  prepareEphemeralContainers,
  prepareResize,
  prepareSpecUpdate,
  prepareStatusUpdate,
} from './pod-preparation.ts';
import { validateEphemeralContainersChange, validateResize } from './pod-subresource-validation.ts';
import { validateNewPod } from './pod-spec-validation.ts';
import { validatePodStatusChange } from './pod-status-validation.ts';
import type { Pod } from './pod-types.ts';
import { validatePodChange } from './pod-update-validation.ts';
import { admitPriority } from './priority-admission.ts';
import { qualityOfService } from './quality-of-service.ts';
import { admitRuntimeClass } from './runtime-class-admission.ts';
import { admitServiceAccount } from './service-account-admission.ts';
import { admitDefaultTolerations } from './toleration-admission.ts';

const nameRule: NameRule = { namespaced: true, nameProblems: dnsSubdomainProblems };

const gatedCondition: ConditionChange = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

function prepareForCreate(object: KubeObject, context: StrategyContext): void {
  const pod = object as Pod;
  admitServiceAccount(pod, context);
  admitDefaultTolerations(pod);
  admitPriority(pod);
  admitRuntimeClass(pod, context);
  pod.metadata.generation = 1;
  pod.status = { phase: 'Pending', qosClass: qualityOfService(pod) };
  if (pod.spec.schedulingGates?.length) pod.status = withCondition(pod.status, gatedCondition, context.now());
}

function prepareForUpdate(next: KubeObject, previous: KubeObject, subresource: string): void {
  const pod = next as Pod;
  const before = previous as Pod;
  switch (subresource) {
    case 'status':
      return prepareStatusUpdate(pod, before);
    case 'ephemeralcontainers':
      return prepareEphemeralContainers(pod, before);
    case 'resize':
      return prepareResize(pod, before);
    default:
      return prepareSpecUpdate(pod, before);
  }
}

function validateChange(pod: Pod, before: Pod, subresource: string): FieldCause[] {
  switch (subresource) {
    case 'status':
      return validatePodStatusChange(pod, before);
    case 'ephemeralcontainers':
      return validateEphemeralContainersChange(pod, before);
    case 'resize':
      return validateResize(pod, before);
    default:
      return validatePodChange(pod, before);
  }
}

/** How pods differ from plain objects. Binding and eviction are functions of their own. */
export const podStrategy: ResourceStrategy = {
  applyDefaults: applyPodDefaults,
  prepareForCreate,
  validateCreate: (object) => [...validateMetadata(object, nameRule), ...validateNewPod(object as Pod)],
  prepareForUpdate,
  validateUpdate: (next, previous, subresource) => [
    ...validateEveryUpdate(next, previous),
    ...validateMetadataUpdate(next, previous),
    ...(subresource === 'status' ? [] : validateMetadata(next, nameRule)),
    ...validateChange(next as Pod, previous as Pod, subresource),
  ],
  gracePeriodSeconds: podGracePeriodSeconds,
};
