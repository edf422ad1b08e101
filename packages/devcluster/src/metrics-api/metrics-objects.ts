import { formatTime } from '../clock.ts';
import type { KubeObject } from '../registry/definition.ts';
import type { SamplePair } from './node-samples.ts';
import { formatDuration, type Usage, usageOf } from './usage.ts';

/** The group and version of what metrics-server serves. */
export const metricsGroup = 'metrics.k8s.io';
export const metricsVersion = 'v1beta1';

export interface NodeMetrics extends KubeObject {
  timestamp: string;
  window: string;
  usage: Usage['usage'];
}

export interface PodMetrics extends KubeObject {
  timestamp: string;
  window: string;
  containers: { name: string; usage: Usage['usage'] }[];
}

function head(kind: string, subject: KubeObject, now: number): Pick<KubeObject, 'kind' | 'apiVersion' | 'metadata'> {
  const { name, namespace, labels } = subject.metadata;
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    creationTimestamp: formatTime(now),
    ...(labels !== undefined && { labels }),
  };
  return { kind, apiVersion: `${metricsGroup}/${metricsVersion}`, metadata: metadata as KubeObject['metadata'] };
}

/** The NodeMetrics of a node; undefined while there are not two samples of it. */
export function nodeMetricsOf(node: KubeObject, pair: SamplePair | undefined, now: number): NodeMetrics | undefined {
  if (pair?.last.node === undefined) return undefined;
  const usage = usageOf(pair.last.node, pair.previous?.node);
  if (usage === undefined) return undefined;
  return {
    ...head('NodeMetrics', node, now),
    timestamp: formatTime(usage.timestamp),
    window: formatDuration(usage.window),
    usage: usage.usage,
  };
}

/** The PodMetrics of a pod; undefined while there are not two samples of each of its containers. */
export function podMetricsOf(pod: KubeObject, pair: SamplePair | undefined, now: number): PodMetrics | undefined {
  const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
  const points = pair?.last.pods.get(key);
  if (pair === undefined || points === undefined) return undefined;
  const earlier = pair.previous?.pods.get(key);
  const containers: PodMetrics['containers'] = [];
  let oldest: Usage | undefined;
  for (const [name, point] of points) {
    const usage = usageOf(point, earlier?.get(name));
    if (usage === undefined) return undefined;
    containers.push({ name, usage: usage.usage });
    if (oldest === undefined || usage.timestamp < oldest.timestamp) oldest = usage;
  }
  if (oldest === undefined) return undefined;
  return {
    ...head('PodMetrics', pod, now),
    timestamp: formatTime(oldest.timestamp),
    window: formatDuration(oldest.window),
    containers,
  };
}
