import type { IncomingHttpHeaders } from 'node:http';
import type { ResourceAccess } from '../authorization/access.ts';
import type { PolicyReader } from '../authorization/access.ts';
import { accessDenied } from '../authorization/access-denied.ts';
import { authorize } from '../authorization/authorize.ts';
import type { UserInfo } from '../registry/registry.ts';
import { badRequest } from '../status/errors.ts';
import { percentDecode } from './percent-decode.ts';

const extraPrefix = 'impersonate-extra-';

function values(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return (Array.isArray(header) ? header : [header]).flatMap((value) => value.split(',').map((part) => part.trim()));
}

function extraOf(headers: IncomingHttpHeaders): Record<string, string[]> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(extraPrefix));
  return Object.fromEntries(
    named.map(([header, value]) => {
      const name = header.slice(extraPrefix.length);
      return [percentDecode(name) ?? name, values(value)];
    }),
  );
}

/** The groups that a user has by their name alone, where the request names none. */
function impliedGroups(name: string): string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name) ?? [];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

function withStanding(name: string, groups: readonly string[]): string[] {
  const standing = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  const hasStanding = groups.some((group) => group === 'system:unauthenticated' || group === 'system:authenticated');
  return hasStanding ? [...groups] : [...groups, standing];
}

function* wanted(user: UserInfo): Generator<ResourceAccess, void, undefined> {
  const access = {
    kind: 'resource',
    verb: 'impersonate',
    version: 'v1',
    namespace: '',
    fields: new Map<string, string>(),
  } as const;
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user.name);
  if (account === null) yield { ...access, group: '', resource: 'users', subresource: '', name: user.name };
  else {
    const [, namespace = '', name = ''] = account;
    yield { ...access, group: '', resource: 'serviceaccounts', subresource: '', namespace, name };
  }
  for (const name of user.groups) yield { ...access, group: '', resource: 'groups', subresource: '', name };
  const group = 'authentication.k8s.io';
  if (user.uid !== undefined) yield { ...access, group, resource: 'uids', subresource: '', name: user.uid };
  for (const [subresource, names] of Object.entries(user.extra ?? {})) {
    for (const name of names) yield { ...access, group, resource: 'userextras', subresource, name };
  }
}

/**
 * Who the request is to be made as: whoever the `Impersonate-` headers name, if the user may `impersonate` them, and
 * else the user. Throws ApiError: 403, or 400 for groups without a user.
 */
export function impersonate(reader: PolicyReader, user: UserInfo, headers: IncomingHttpHeaders): UserInfo {
  const [name = ''] = values(headers['impersonate-user']);
  const groups = values(headers['impersonate-group']);
  if (name === '') {
    if (groups.length === 0 && headers['impersonate-uid'] === undefined) return user;
    throw badRequest('requested impersonation without impersonating a user');
  }
  const extra = extraOf(headers);
  const [uid] = values(headers['impersonate-uid']);
  const other: UserInfo = {
    name,
    groups,
    ...(uid === undefined ? {} : { uid }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
  for (const access of wanted(other)) {
    const { allowed, reason } = authorize(reader, user, access);
    if (!allowed) throw accessDenied(user, access, reason);
  }
  return { ...other, groups: withStanding(name, groups.length === 0 ? impliedGroups(name) : groups) };
}
