import type { KubeObject } from '../../registry/definition.ts';
import { isTerminalPod, type Pod } from './pod-types.ts';

/**
 * The seconds that a pod's deletion waits for its node. A pod that no node has, or that has ended, goes at once; a
 * negative wish counts as one second.
 */
export function podGracePeriodSeconds(object: KubeObject, requested: number | undefined): number {
  const pod = object as Pod;
  if (!pod.spec.nodeName || isTerminalPod(pod)) return 0;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
