import type { StrategyContext } from '../registry/definition.ts';
import type { UserInfo } from '../registry/registry.ts';

/** What somebody wants to do with a resource. */
export interface ResourceAccess {
  kind: 'resource';
  verb: string;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  /** Empty at the cluster scope, and for all namespaces. */
  namespace: string;
  /** Empty for a collection. */
  name: string;
  /** The requirements `field=value` of the request's field selector. */
  fields: ReadonlyMap<string, string>;
}

/** What somebody wants to do with a path that names no resource. */
export interface PathAccess {
  kind: 'path';
  verb: string;
  path: string;
}

export type Access = ResourceAccess | PathAccess;

/** The answer of an authorizer. A reason is given for a refusal where there is one, and for what a role allows. */
export interface Decision {
  allowed: boolean;
  reason: string;
}

/** How authorization looks at the cluster's objects. */
export type PolicyReader = Pick<StrategyContext, 'get' | 'list'>;

/** The group that may do everything, whatever the roles say. */
export const privilegedGroup = 'system:masters';

export function isPrivileged(user: UserInfo): boolean {
  return user.groups.includes(privilegedGroup);
}
