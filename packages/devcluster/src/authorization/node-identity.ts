import type { UserInfo } from '../registry/registry.ts';

const prefix = 'system:node:';

/**
 * The node that a user is: `system:node:<name>` of the group `system:nodes`. Undefined for everybody else; empty for a
 * name that names no node.
 */
export function nodeIdentity(user: UserInfo): string | undefined {
  if (!user.name.startsWith(prefix) || !user.groups.includes('system:nodes')) return undefined;
  return user.name.slice(prefix.length);
}
