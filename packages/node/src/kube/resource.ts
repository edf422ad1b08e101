import type {
  ConfigMap,
  KubeEvent,
  Lease,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  RuntimeClass,
  Secret,
  Service,
  ServiceAccount,
} from '../provider/wire.ts';

/** A kind of object, as its URLs need it. `__type` is never there: it carries the type of the object through the verbs. */
export interface ResourceType<T> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly __type?: T;
}

/** What every object has, as far as this seam looks at it. */
export interface KubeObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
        readonly uid?: string | undefined;
        readonly resourceVersion?: string | undefined;
        readonly annotations?: Readonly<Record<string, string>> | undefined;
        readonly finalizers?: readonly string[] | undefined;
      }
    | undefined;
}

/** Which object: `namespace` is missing for what is not namespaced. */
export interface ObjectRef {
  readonly namespace?: string;
  readonly name: string;
}

const core = { group: '', version: 'v1', namespaced: true };

export const pods: ResourceType<Pod> = { ...core, plural: 'pods', kind: 'Pod' };
export const secrets: ResourceType<Secret> = { ...core, plural: 'secrets', kind: 'Secret' };
export const configMaps: ResourceType<ConfigMap> = { ...core, plural: 'configmaps', kind: 'ConfigMap' };
export const services: ResourceType<Service> = { ...core, plural: 'services', kind: 'Service' };
export const serviceAccounts: ResourceType<ServiceAccount> = {
  ...core,
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
};
export const events: ResourceType<KubeEvent> = { ...core, plural: 'events', kind: 'Event' };
export const persistentVolumeClaims: ResourceType<PersistentVolumeClaim> = {
  ...core,
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
};
export const persistentVolumes: ResourceType<PersistentVolume> = {
  ...core,
  plural: 'persistentvolumes',
  kind: 'PersistentVolume',
  namespaced: false,
};
export const nodes: ResourceType<Node> = { ...core, plural: 'nodes', kind: 'Node', namespaced: false };
export const namespaces: ResourceType<Namespace> = {
  ...core,
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};
export const leases: ResourceType<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};
export const runtimeClasses: ResourceType<RuntimeClass> = {
  group: 'node.k8s.io',
  version: 'v1',
  plural: 'runtimeclasses',
  kind: 'RuntimeClass',
  namespaced: false,
};

/** `v1`, or `group/version`. */
export function apiVersionOf(type: Pick<ResourceType<unknown>, 'group' | 'version'>): string {
  return type.group === '' ? type.version : `${type.group}/${type.version}`;
}

/**
 * The path of an object or of a collection. A namespaced type without a namespace is the collection of all namespaces.
 * Throws a `RangeError` for a name that cannot be one segment of a path: a name that came from a backend or a user must not
 * reach another object.
 */
export function resourcePath(
  type: ResourceType<unknown>,
  target: {
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
    readonly subresource?: string | undefined;
  } = {},
): string {
  const { namespace, name, subresource } = target;
  if (type.namespaced && name !== undefined && namespace === undefined) {
    throw new RangeError(`a ${type.kind} has a namespace, and none was given for "${name}"`);
  }
  if (subresource !== undefined && name === undefined) {
    throw new RangeError(`the subresource "${subresource}" needs the name of a ${type.kind}`);
  }
  const root = type.group === '' ? '/api' : `/apis/${type.group}`;
  const scope = type.namespaced && namespace !== undefined ? `/namespaces/${segment('namespace', namespace)}` : '';
  const object = name === undefined ? '' : `/${segment('name', name)}`;
  const part = subresource === undefined ? '' : `/${segment('subresource', subresource)}`;
  return `${root}/${type.version}${scope}/${type.plural}${object}${part}`;
}

/** The API server refuses the same names: see `path/validation` in apimachinery. */
function segment(what: string, value: string): string {
  if (value === '' || value === '.' || value === '..' || value.includes('/') || value.includes('%')) {
    throw new RangeError(`"${value}" cannot be a ${what}`);
  }
  return encodeURIComponent(value);
}
