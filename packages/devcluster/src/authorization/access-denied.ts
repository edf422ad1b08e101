import type { UserInfo } from '../registry/registry.ts';
import { ApiError } from '../status/api-error.ts';
import { forbidden } from '../status/errors.ts';
import type { Access } from './access.ts';

/** So that no browser takes the text for HTML. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The 403 of a refused access, in the API server's words. */
export function accessDenied(user: UserInfo, access: Access, reason: string): ApiError {
  const who = `User ${JSON.stringify(user.name)} cannot ${access.verb}`;
  const because = reason === '' ? '' : `: ${reason}`;
  if (access.kind === 'path') {
    const message = `forbidden: ${escape(`${who} path ${JSON.stringify(access.path)}`)}${because}`;
    return new ApiError({ code: 403, reason: 'Forbidden', message, details: {} });
  }
  const { group, resource, subresource, namespace, name } = access;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `${who} resource ${JSON.stringify(combined)} in API group ${JSON.stringify(group)} ${where}`;
  return forbidden({ group, plural: resource }, name, `${escape(what)}${because}`);
}
