import type { ResourceDefinition } from '../registry/definition.ts';
import { selfSubjectReviews, tokenReviews } from '../reviews/authentication-reviews.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from '../reviews/access-reviews.ts';
import { configMaps } from './config-maps.ts';
import { endpoints } from './endpoints.ts';
import { events } from './events.ts';
import { leases } from './leases.ts';
import { namespaces } from './namespaces.ts';
import { nodes } from './nodes/nodes.ts';
import { persistentVolumeClaims } from './persistent-volume-claims.ts';
import { persistentVolumes } from './persistent-volumes.ts';
import { pods } from './pods/pods.ts';
import { certificateSigningRequests } from './certificates/certificate-signing-requests.ts';
import { clusterRoleBindings, roleBindings } from './rbac/role-bindings.ts';
import { clusterRoles, roles } from './rbac/roles.ts';
import { runtimeClasses } from './runtime-classes.ts';
import { secrets } from './secrets.ts';
import { serviceAccounts } from './service-accounts.ts';
import { services } from './services/services.ts';

/** Every resource that the cluster serves. */
export const resourceDefinitions: readonly ResourceDefinition[] = [
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  configMaps,
  endpoints,
  events,
  leases,
  localSubjectAccessReviews,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  roleBindings,
  roles,
  runtimeClasses,
  secrets,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  serviceAccounts,
  services,
  subjectAccessReviews,
  tokenReviews,
];
