import type { IncomingMessage } from 'node:http';
import { isPrivileged, type PolicyReader } from '../authorization/access.ts';
import { accessDenied } from '../authorization/access-denied.ts';
import { authorize } from '../authorization/authorize.ts';
import { requestAccess } from '../authorization/request-access.ts';
import type { UserInfo } from '../registry/registry.ts';
import { forbidden } from '../status/errors.ts';

/** Subresources of a pod through which a client acts on it, whatever the method of the request. */
const streams: ReadonlySet<string> = new Set(['attach', 'exec', 'portforward']);

/**
 * Lets a request through if the user may make it. A stream that starts as a GET, as one over a WebSocket does, has to be
 * allowed as `create` too. Throws ApiError (403).
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
  const decision = authorize(reader, user, access);
  if (!decision.allowed) throw accessDenied(user, access, decision.reason);
  if (access.kind === 'path' || access.verb !== 'get' || access.resource !== 'pods') return;
  if (!streams.has(access.subresource)) return;
  const { allowed, reason } = authorize(reader, user, { ...access, verb: 'create' });
  // The API server says no more than this here.
  if (!allowed) throw forbidden({ group: access.group, plural: access.resource }, access.name, reason);
}
