import { type ApiRequest, requestName } from '../api/api-request.ts';
import { isSelected, readListOptions } from '../api/list-options.ts';
import { sendPage } from '../api/list-objects.ts';
import { presentObject } from '../api/present-object.ts';
import { sendJson } from '../api/respond.ts';
import type { KubeObject } from '../registry/definition.ts';
import { objectKey } from '../registry/object-key.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { notFound } from '../status/errors.ts';
import { StoredObject } from '../store/stored-object.ts';
import { metricsGroup, nodeMetricsOf, podMetricsOf } from './metrics-objects.ts';
import type { SamplePair } from './node-samples.ts';

type MetricsOf = (object: KubeObject, pair: SamplePair | undefined, now: number) => KubeObject | undefined;

interface Kind {
  metricsOf: MetricsOf;
  /** Which of the objects are measured, and by which node. */
  nodeOf: (object: KubeObject) => string | undefined;
}

const kinds: Readonly<Record<string, Kind>> = {
  nodes: { metricsOf: nodeMetricsOf, nodeOf: ({ metadata }) => metadata.name },
  pods: {
    metricsOf: podMetricsOf,
    nodeOf: (object) => {
      const { spec, status } = object as Pod;
      return status?.phase === 'Running' ? spec.nodeName : undefined;
    },
  },
};

/** Measures objects. Those of which nothing is known are left out, as metrics-server does. */
async function measure(request: ApiRequest, objects: readonly KubeObject[]): Promise<StoredObject[]> {
  const { nodeSamples, registry, resource } = request;
  const kind = kinds[resource.definition.plural];
  const measured = objects.flatMap((object) => {
    const node = kind?.nodeOf(object);
    return node === undefined || node === '' ? [] : [{ object, node }];
  });
  const names = [...new Set(measured.map(({ node }) => node))];
  const pairs = new Map(await Promise.all(names.map(async (name) => [name, await nodeSamples.pairOf(name)] as const)));
  const now = registry.clock.now();
  return measured.flatMap(({ object, node }) => {
    const metrics = kind?.metricsOf(object, pairs.get(node), now);
    if (metrics === undefined) return [];
    return [new StoredObject(objectKey(metrics.metadata.namespace, metrics.metadata.name), metrics, 0)];
  });
}

/** Answers a GET of the metrics of all nodes, or pods. */
export async function listMetrics(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace } = request;
  const options = readListOptions(request.query, resource);
  const prefix = namespace === undefined ? '' : `${namespace}/`;
  const objects = registry.store.list(resource.definition.plural, prefix).map(({ object }) => object);
  const chosen = objects.filter((object) => isSelected(options, object));
  await sendPage(request, { items: await measure(request, chosen), metadata: { resourceVersion: '' } });
}

/** Answers a GET of the metrics of one node, or pod. */
export async function getMetrics(request: ApiRequest): Promise<void> {
  const { registry, resource, namespace } = request;
  const { plural } = resource.definition;
  const key = objectKey(namespace, requestName(request));
  const object = registry.store.get(plural, key)?.object;
  const [metrics] = object === undefined ? [] : await measure(request, [object]);
  // metrics-server names it by these plurals, and a pod with its namespace.
  if (metrics === undefined) throw notFound({ group: metricsGroup, plural: resource.kind.toLowerCase() }, key);
  sendJson(request.response, 200, presentObject(request, metrics));
}
