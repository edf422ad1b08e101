import type { ReviewContext } from '../reviews/review-context.ts';
import type { UserInfo } from './registry.ts';

/** Metadata that every stored object carries. Times are RFC 3339 strings, as on the wire. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  generateName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
}

/** Any API object: what the store holds and the strategies read and change. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** One entry of `Status.details.causes`, in the API server's own words for `reason`. */
export interface FieldCause {
  /** For example `FieldValueRequired`, `FieldValueInvalid`, `FieldValueForbidden`, `FieldValueNotSupported`. */
  reason: string;
  /** The path of the field, for example `spec.containers[0].name`. */
  field: string;
  /** The message without the path, for example `Required value: must be set`. */
  message: string;
}

/** What a strategy may see of the request and of the rest of the cluster. */
export interface StrategyContext {
  /** Milliseconds since the epoch, from the cluster's clock. */
  now(): number;
  /** The user that makes the request; `system:` names for the cluster's own loops. */
  user: UserInfo;
  /** Reads another object from the store, or undefined. The answer must not be changed. */
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Reads all objects of a resource, of one namespace or of all. They must not be changed. */
  list(plural: string, namespace?: string): readonly KubeObject[];
}

/**
 * How one resource differs from plain storage, in the API server's order: defaulting, preparation, validation.
 * Every method changes or reads the object that it is given and nothing else.
 */
export interface ResourceStrategy {
  /**
   * Fills the fields that the API server fills by itself. Runs on create and on update, before the others.
   *
   * @throws UndecodableObjectError when a value cannot be read: 400.
   */
  applyDefaults?(object: KubeObject): void;
  /**
   * Drops what a client may not set at creation (status, for most) and sets what the server owns. Admission mutations go
   * here too.
   *
   * @throws AdmissionForbiddenError when admission turns the object down: 403.
   */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void;
  validateCreate?(object: KubeObject, context: StrategyContext): FieldCause[];
  /** `subresource` is empty for the main resource, else for example `status`. Restores the fields that this door may not change. */
  prepareForUpdate?(next: KubeObject, previous: KubeObject, subresource: string, context: StrategyContext): void;
  validateUpdate?(next: KubeObject, previous: KubeObject, subresource: string, context: StrategyContext): FieldCause[];
  /**
   * The seconds that a deletion waits, 0 for at once. Absent: always at once.
   * `requested` is `DeleteOptions.gracePeriodSeconds`.
   */
  gracePeriodSeconds?(object: KubeObject, requested: number | undefined): number;
  /** Whether a PUT to a name that does not exist creates the object (leases, events). Absent: no. */
  allowCreateOnUpdate?: boolean;
  /** Whether a PUT without a resourceVersion overwrites. Absent: yes. */
  allowUnconditionalUpdate?: boolean;
}

/** One entry of `metav1.TableRow.conditions`: kubectl and other clients may hide or grey such a row. */
export interface TableRowCondition {
  type: 'Completed';
  status: 'True';
  reason: string;
  message: string;
}

/** A column of `kubectl get`, as in `metav1.TableColumnDefinition`. `priority` 1 is shown with `-o wide` only. */
export interface TableColumn {
  name: string;
  type: 'string' | 'integer' | 'date';
  format: string;
  description: string;
  priority: number;
  /** The cell's value, which may be a number, a string or a boolean. */
  value(object: KubeObject, now: number): string | number | boolean;
}

/** One resource that the cluster serves. */
export interface ResourceDefinition {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  /** `status`, `binding`, `eviction`: those that this resource has. */
  subresources: readonly string[];
  /** Fields besides `metadata.name` and `metadata.namespace` that `fieldSelector` may name, and how they are read. */
  selectableFields: Readonly<Record<string, (object: KubeObject) => string>>;
  columns: readonly TableColumn[];
  /** The conditions of an object's table row, where it has some. */
  rowConditions?(object: KubeObject): TableRowCondition[];
  /**
   * For a resource that is only asked: completes what was posted, which is then the answer. Nothing is stored.
   *
   * @throws ApiError for a question that makes no sense.
   */
  review?(object: KubeObject, context: ReviewContext): void;
  strategy: ResourceStrategy;
}
