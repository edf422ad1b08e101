/**
 * What the API server itself puts into a pod that its author never asked for:
 *
 * - `kube-api-access`: the projected volume with a service account token, and its mounts (ServiceAccount admission)
 * - `serviceLinks`: service environment variables, unless `enableServiceLinks` is false
 * - `dnsPolicy`: `ClusterFirst` by default
 * - `terminationMessage`: `terminationMessagePath` and `terminationMessagePolicy` of each container
 * - `defaultTolerations`: 300 s for not-ready and unreachable nodes (they concern scheduling and eviction only)
 */
export type InjectedField =
  | 'kube-api-access'
  | 'serviceLinks'
  | 'dnsPolicy'
  | 'terminationMessage'
  | 'defaultTolerations';

/**
 * - `deliver`: the backend honours it
 * - `omit`: the pod runs without it, and an event says so
 * - `refuse`: a pod that carries it is refused, with the field's path
 */
export type InjectedTreatment = 'deliver' | 'omit' | 'refuse';

/** A provider's declared policy, complete: nothing that is injected is dropped in silence. */
export type InjectedPolicy = Readonly<Record<InjectedField, InjectedTreatment>>;
