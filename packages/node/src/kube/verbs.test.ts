import { describe, expect, it } from 'vitest';
import { FakeKubeClient } from '../testing/fake-kube-client.ts';
import { createObject, createSubresource } from './create-object.ts';
import { deleteObject } from './delete-object.ts';
import { getObject } from './get-object.ts';
import { collectObjects } from './list-objects.ts';
import { patchObject } from './patch-object.ts';
import { configMaps, leases, nodes, pods, resourcePath, serviceAccounts } from './resource.ts';
import { updateObject } from './update-object.ts';

const { signal } = new AbortController();
const ref = { namespace: 'shop', name: 'web' };

describe('resourcePath', () => {
  it('is the path of an object, a collection, or a subresource, in any group', () => {
    expect(resourcePath(pods, ref)).toBe('/api/v1/namespaces/shop/pods/web');
    expect(resourcePath(pods, { ...ref, subresource: 'status' })).toBe('/api/v1/namespaces/shop/pods/web/status');
    expect(resourcePath(pods)).toBe('/api/v1/pods');
    expect(resourcePath(nodes, { name: 'n1' })).toBe('/api/v1/nodes/n1');
    expect(resourcePath(leases, { namespace: 'kube-node-lease', name: 'n1' })).toBe(
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1',
    );
    expect(resourcePath(configMaps, { namespace: 'shop', name: 'a b?c' })).toBe(
      '/api/v1/namespaces/shop/configmaps/a%20b%3Fc',
    );
  });

  it.each(['', '.', '..', 'a/b', 'a%2fb'])('refuses the name "%s", which would reach something else', (name) => {
    expect(() => resourcePath(pods, { namespace: 'shop', name })).toThrow(RangeError);
    expect(() => resourcePath(pods, { namespace: name, name: 'web' })).toThrow(RangeError);
  });

  it('refuses an object without its namespace, and a subresource of nothing', () => {
    expect(() => resourcePath(pods, { name: 'web' })).toThrow('a Pod has a namespace');
    expect(() => resourcePath(pods, { namespace: 'shop', subresource: 'status' })).toThrow('needs the name');
  });
});

describe('the verbs', () => {
  it('ask for what the API server understands', async () => {
    const client = new FakeKubeClient(() => ({ metadata: { name: 'web' } }));
    await getObject(client, pods, ref, signal);
    await createObject(client, configMaps, { metadata: ref, data: { a: '1' } }, { fieldManager: 'vk' }, signal);
    await createSubresource(
      client,
      serviceAccounts,
      { ...ref, subresource: 'token' },
      { kind: 'TokenRequest' },
      signal,
    );
    await updateObject(client, leases, ref, { metadata: ref }, {}, signal);
    await patchObject(client, pods, ref, { patch: { a: 1 }, patchType: 'strategic', subresource: 'status' }, signal);
    await patchObject(client, pods, ref, { patch: [], patchType: 'json', fieldManager: 'vk' }, signal);
    await deleteObject(client, pods, ref, { gracePeriodSeconds: 0, uid: 'u' }, signal);
    await deleteObject(client, pods, ref, {}, signal);
    const said = client.requests.map(({ verb, method, path, query, body, contentType }) =>
      structuredClone({ verb, method, path, query, body, contentType }),
    );
    expect(said).toMatchObject([
      { verb: 'get', method: 'GET', path: '/api/v1/namespaces/shop/pods/web' },
      {
        verb: 'create',
        method: 'POST',
        path: '/api/v1/namespaces/shop/configmaps',
        query: { fieldManager: 'vk' },
        body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref, data: { a: '1' } },
      },
      { verb: 'create', method: 'POST', path: '/api/v1/namespaces/shop/serviceaccounts/web/token' },
      { verb: 'update', method: 'PUT', body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } },
      {
        verb: 'patch',
        method: 'PATCH',
        path: '/api/v1/namespaces/shop/pods/web/status',
        contentType: 'application/strategic-merge-patch+json',
      },
      { method: 'PATCH', contentType: 'application/json-patch+json', query: { fieldManager: 'vk' } },
      {
        verb: 'delete',
        method: 'DELETE',
        body: { kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: 'u' } },
      },
      { method: 'DELETE' },
    ]);
    expect(JSON.parse(JSON.stringify(said[7]?.body))).toEqual({ apiVersion: 'v1', kind: 'DeleteOptions' });
  });

  it('collect all pages of a list', async () => {
    const client = new FakeKubeClient(({ query }) => ({
      metadata: { resourceVersion: '7', continue: query?.['continue'] === undefined ? 'more' : '' },
      items: [{ metadata: { name: query?.['continue'] ?? 'first' } }],
    }));
    const { items, resourceVersion } = await collectObjects(
      client,
      pods,
      { namespace: 'shop', labelSelector: 'a=b' },
      signal,
    );
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['first', 'more']);
    expect(resourceVersion).toBe('7');
    expect(client.requests.map(({ query }) => query)).toMatchObject([
      { limit: 500, labelSelector: 'a=b' },
      { limit: 500, labelSelector: 'a=b', continue: 'more' },
    ]);
  });
});
