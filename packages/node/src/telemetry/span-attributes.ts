import type { Attributes } from '@opentelemetry/api';
import type { PodRef } from '../provider/pod-ref.ts';

/** Names of the semantic conventions (opentelemetry.io/docs/specs/semconv/resource/k8s). */
export function nodeAttributes(nodeName: string): Attributes {
  return { 'k8s.node.name': nodeName };
}

export function podAttributes(nodeName: string, ref: PodRef): Attributes {
  return { ...nodeAttributes(nodeName), ...refAttributes(ref) };
}

/** Of a pod whose node is not at hand. */
export function refAttributes({ namespace, name, uid }: PodRef): Attributes {
  return { 'k8s.namespace.name': namespace, 'k8s.pod.name': name, 'k8s.pod.uid': uid };
}
