import type { IncomingMessage } from 'node:http';
import { type Access, isPrivileged, type PolicyReader } from '../authorization/access.ts';
import { accessDenied } from '../authorization/access-denied.ts';
import { authorize } from '../authorization/authorize.ts';
import { requestAccess } from '../authorization/request-access.ts';
import type { UserInfo } from '../registry/registry.ts';

/** Subresources of a pod through which a client acts on it, whatever the method of the request. */
const streams: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward']);

function require(reader: PolicyReader, user: UserInfo, access: Access): void {
  const { allowed, reason } = authorize(reader, user, access);
  if (!allowed) throw accessDenied(user, access, reason);
}

/**
 * Lets a request through if the user may make it. A stream over a WebSocket, which starts as a GET, has to be allowed as
 * `create` too. Throws ApiError (403).
 */
export function requireAccess(
  reader: PolicyReader,
  user: UserInfo,
  request: { message: IncomingMessage; url: URL; segments: readonly string[] },
): void {
  if (isPrivileged(user)) return;
  const { message, url, segments } = request;
  const method = message.method ?? 'GET';
  const access = requestAccess({ method, path: url.pathname, query: url.searchParams }, segments);
  require(reader, user, access);
  const isStream = access.kind === 'resource' && access.resource === 'pods' && streams.has(access.subresource);
  if (isStream && access.verb === 'get') require(reader, user, { ...access, verb: 'create' });
}
