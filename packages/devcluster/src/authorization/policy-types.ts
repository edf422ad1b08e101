import type { KubeObject } from '../registry/definition.ts';

/** What may be done: verbs on resources of API groups, or on paths. */
export interface PolicyRule {
  /** Missing in what a client sent, which is then refused. */
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** Who a binding is for. */
export interface Subject {
  kind: string;
  apiGroup?: string;
  name: string;
  namespace?: string;
}

/** The role that a binding gives. */
export interface RoleReference {
  apiGroup: string;
  kind: string;
  name: string;
}

/** A Role or a ClusterRole. */
export interface RoleObject extends KubeObject {
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelectorObject[] };
}

/** `metav1.LabelSelector`, as an aggregation rule has it. */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface BindingObject extends KubeObject {
  roleRef: RoleReference;
  subjects?: Subject[];
}

export const rbacGroup = 'rbac.authorization.k8s.io';
