import { expect, it } from 'vitest';
import { ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { KubeNodeApi } from './kube-node-api.ts';

it("sends a node's signs of life ahead of whatever waits for a connection", async () => {
  const client = new ScriptedKubeClient();
  client.answer = () => ({});
  const api = new KubeNodeApi(client, 'vk');
  const { signal } = new AbortController();
  await api.getLease(signal);
  await api.createLease({ metadata: { name: 'vk' } }, signal);
  await api.updateLease({ metadata: { name: 'vk' } }, signal);
  await api.patchNodeStatus({}, signal);
  await api.patchNode({}, signal);
  expect(client.requests.map(({ method, urgent = false }) => [method, urgent])).toEqual([
    ['GET', true],
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['PATCH', false],
  ]);
});

it('keeps nothing of who wrote which field: it is half of a lease, and of no use here', async () => {
  const client = new ScriptedKubeClient();
  client.answer = () => ({ metadata: { name: 'vk', managedFields: [{ manager: 'somebody' }] } });
  const api = new KubeNodeApi(client, 'vk');
  const { signal } = new AbortController();
  const answers = [
    await api.getNode(signal),
    await api.createNode({}, signal),
    await api.patchNode({}, signal),
    await api.patchNodeStatus({}, signal),
    await api.getLease(signal),
    await api.createLease({}, signal),
    await api.updateLease({}, signal),
  ];
  for (const answer of answers) expect(answer).toEqual({ metadata: { name: 'vk' } });
});
