import type { Node } from '../resources/nodes/node-types.ts';
import { bindingConflict, bindPod as bound, type Binding, validateBinding } from '../resources/pods/bind-pod.ts';
import type { Pod } from '../resources/pods/pod-types.ts';
import { conflict, invalid, notFound } from '../status/errors.ts';
import type { KubeObject } from './definition.ts';
import { cloneJson } from './clone-json.ts';
import { normalise } from './normalise.ts';
import { objectKey } from './object-key.ts';
import type { Registry } from './registry.ts';

/** A pod, and the binding that names its node. */
export interface PodBinding {
  namespace: string;
  name: string;
  binding: Binding;
  dryRun?: boolean;
}

/** Assigns a pod to a node, once. Throws ApiError: 404, 409, or 422 for a binding without a target. */
export function bindPod(registry: Registry, { namespace, name, binding, dryRun = false }: PodBinding): void {
  const { store, definitions, clock } = registry;
  const door = { group: '', plural: 'pods/binding' };
  const causes = validateBinding(binding);
  if (causes.length > 0) throw invalid({ group: '', kind: 'Binding', name }, causes);
  const definition = definitions.get('pods');
  const key = objectKey(namespace, name);
  const pod = store.get('pods', key)?.object as Pod | undefined;
  if (definition === undefined || pod === undefined) throw notFound({ group: '', plural: 'pods' }, name);
  const uid = binding.metadata?.uid;
  if (uid && uid !== pod.metadata.uid) {
    throw conflict(
      door,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`,
    );
  }
  const why = bindingConflict(pod);
  if (why !== undefined) throw conflict(door, name, why);
  const node = store.get('nodes', binding.target?.name ?? '')?.object as Node | undefined;
  const next: KubeObject = cloneJson(bound(pod, binding, { now: clock.now(), node }));
  normalise(definition, next);
  if (!dryRun) store.put('pods', key, next);
}
