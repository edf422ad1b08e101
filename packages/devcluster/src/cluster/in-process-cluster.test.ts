import { expect, test } from 'vitest';
import { createInProcessCluster, type InProcessAnswer, type InProcessRequest } from './in-process-cluster.ts';

const json = { 'content-type': 'application/json' };

async function text({ body }: InProcessAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function createRequest(name: string): InProcessRequest {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: 'b' } });
  return { method: 'POST', url: '/api/v1/namespaces/default/configmaps', headers: json, body };
}

test('A cluster without connections answers as over HTTP: what was created is found, what was not is 404', async () => {
  const cluster = createInProcessCluster();
  const created = await cluster.send(createRequest('one'));
  const found = await cluster.send({ method: 'GET', url: '/api/v1/namespaces/default/configmaps/one' });
  const missing = await cluster.send({ method: 'GET', url: '/api/v1/namespaces/default/configmaps/two' });
  expect([created.status, found.status, missing.status]).toEqual([201, 200, 404]);
  expect(JSON.parse(await text(found))).toMatchObject({ kind: 'ConfigMap', data: { a: 'b' } });
  expect(found.headers['content-type']).toBe('application/json');
  expect(JSON.parse(await text(missing))).toMatchObject({ kind: 'Status', reason: 'NotFound' });
  cluster.close();
});

test('A watch brings changes as they happen, and ends the request when its reader leaves', async () => {
  const cluster = createInProcessCluster();
  const leave = new AbortController();
  const revision = cluster.registry.store.revision;
  const watch = await cluster.send({
    method: 'GET',
    url: `/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=${revision}`,
    signal: leave.signal,
  });
  await cluster.send(createRequest('one'));
  const chunks = watch.body[Symbol.asyncIterator]();
  const first = await chunks.next();
  expect(JSON.parse(Buffer.from(first.value as Uint8Array).toString())).toMatchObject({
    type: 'ADDED',
    object: { metadata: { name: 'one' } },
  });
  leave.abort();
  await expect(chunks.next()).rejects.toThrow('the server broke the connection');
  cluster.close();
});

test('A connection that a fault breaks is a rejection', async () => {
  const cluster = createInProcessCluster({ intercept: () => 'reset' });
  await expect(cluster.send({ method: 'GET', url: '/api/v1/pods' })).rejects.toThrow('broke the connection');
  cluster.close();
});
