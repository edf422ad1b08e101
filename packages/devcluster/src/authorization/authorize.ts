import type { UserInfo } from '../registry/registry.ts';
import { type Access, type Decision, isPrivileged, type PolicyReader } from './access.ts';
import { authorizeNode } from './node-authorizer.ts';
import { authorizeByRoles } from './role-authorizer.ts';

const privileged: Decision = { allowed: true, reason: '' };

/** Decides as a kube-apiserver with `--authorization-mode=Node,RBAC` does. `system:masters` may do everything. */
export function authorize(reader: PolicyReader, user: UserInfo, access: Access): Decision {
  if (isPrivileged(user)) return privileged;
  const asNode = authorizeNode(reader, user, access);
  if (asNode?.allowed === true) return asNode;
  const byRoles = authorizeByRoles(reader, user, access);
  if (byRoles.allowed) return byRoles;
  const reasons = [asNode?.reason ?? '', byRoles.reason].filter((reason) => reason !== '');
  return { allowed: false, reason: reasons.join('\n') };
}
