import { describe, expect, it } from 'vitest';
import { requestAccess } from './request-access.ts';

function read(method: string, target: string): string {
  const url = new URL(target, 'https://localhost');
  const segments = url.pathname.split('/').filter((part) => part !== '');
  const access = requestAccess({ method, path: url.pathname, query: url.searchParams }, segments);
  if (access.kind === 'path') return `${access.verb} ${access.path}`;
  const { verb, group, resource, subresource, namespace, name } = access;
  return [verb, group, resource, subresource, namespace, name].join('|');
}

describe('a request wants', () => {
  it.each([
    ['GET', '/api/v1/pods', 'list||pods|||'],
    ['GET', '/api/v1/namespaces/a/pods?watch=1', 'watch||pods||a|'],
    ['GET', '/api/v1/namespaces/a/pods?watch=false', 'list||pods||a|'],
    ['GET', '/api/v1/namespaces/a/secrets?fieldSelector=metadata.name%3Db', 'list||secrets||a|b'],
    ['HEAD', '/api/v1/namespaces/a/pods/b', 'get||pods||a|b'],
    ['POST', '/api/v1/namespaces/a/pods/b/exec', 'create||pods|exec|a|b'],
    ['PUT', '/api/v1/nodes/n/status', 'update||nodes|status||n'],
    ['PATCH', '/apis/apps/v1/namespaces/a/deployments/b', 'patch|apps|deployments||a|b'],
    ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection||pods||a|'],
    ['GET', '/api/v1/namespaces', 'list||namespaces|||'],
    ['GET', '/api/v1/namespaces/a', 'get||namespaces||a|a'],
    ['PUT', '/api/v1/namespaces/a/finalize', 'update||namespaces|finalize|a|a'],
    ['GET', '/api/v1', 'get /api/v1'],
    ['GET', '/apis/apps/v1', 'get /apis/apps/v1'],
    ['POST', '/healthz', 'post /healthz'],
  ])('%s %s: %s', (method, target, wanted) => {
    expect(read(method, target)).toBe(wanted);
  });
});
