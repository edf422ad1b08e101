import type { KubeObject, ResourceStrategy } from '../../registry/definition.ts';
import { deepEqual } from '../deep-equal.ts';
import { dnsSubdomainProblems } from '../names.ts';
import { objectStrategy } from '../object-strategy.ts';
import { podGracePeriodSeconds } from './pod-grace-period.ts';
import type { Pod } from './pod-types.ts';

function prepareForUpdate(next: KubeObject, previous: KubeObject, subresource: string): void {
  const pod = next as Pod;
  const before = previous as Pod;
  if (subresource === 'status') pod.spec = before.spec;
  else if (before.status !== undefined) pod.status = before.status;
  const generation = before.metadata.generation ?? 1;
  pod.metadata.generation = deepEqual(pod.spec, before.spec) ? generation : generation + 1;
}

/** How pods differ from plain objects. */
export const podStrategy: ResourceStrategy = {
  ...objectStrategy({ namespaced: true, nameProblems: dnsSubdomainProblems }, { prepareForUpdate }),
  prepareForCreate: (object) => {
    object.metadata.generation = 1;
    object['status'] = { phase: 'Pending' };
  },
  gracePeriodSeconds: podGracePeriodSeconds,
};
