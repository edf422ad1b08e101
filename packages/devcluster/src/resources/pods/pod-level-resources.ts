import { formatQuantity } from '../quantity.ts';
import { canonicalizeResourceList, type ResourceList } from '../resource-list.ts';
import { asQuantity, containerAmounts, isPodLevelResource } from './pod-resources.ts';
import type { Pod } from './pod-types.ts';

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function hugePagesLimits(pod: Pod, requests: ResourceList): ResourceList {
  const missing: ResourceList = {};
  for (const [name, amount] of containerAmounts(pod, 'limits')) {
    if (isHugePages(name) && !(name in requests)) missing[name] = formatQuantity(asQuantity(name, amount));
  }
  return missing;
}

/**
 * Completes what a pod asks for as a whole (KEP-2837): with limits and no requests, it requests what its containers
 * request, else as much as its limits.
 */
export function applyPodLevelResourceDefaults(pod: Pod): void {
  const { resources } = pod.spec;
  if (resources === undefined) return;
  canonicalizeResourceList(resources.limits);
  canonicalizeResourceList(resources.requests);
  if (Object.keys({ ...resources.limits, ...resources.requests }).length === 0) return;
  const limits = { ...hugePagesLimits(pod, resources.requests ?? {}), ...resources.limits };
  if (Object.keys(limits).length === 0) return;
  resources.limits = limits;
  const requests: ResourceList = { ...resources.requests };
  for (const [name, amount] of containerAmounts(pod, 'requests')) {
    if (isPodLevelResource(name) && !isHugePages(name)) requests[name] ??= formatQuantity(asQuantity(name, amount));
  }
  for (const [name, amount] of Object.entries(limits)) if (isPodLevelResource(name)) requests[name] ??= amount;
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
