import { expect, it } from 'vitest';
import { ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { kubeNodeApi } from './kube-node-api.ts';

it("sends a node's signs of life ahead of whatever waits for a connection", async () => {
  const client = new ScriptedKubeClient();
  client.answer = () => ({});
  const api = kubeNodeApi(client, 'vk');
  const { signal } = new AbortController();
  await api.createLease({ metadata: { name: 'vk' } }, signal);
  await api.updateLease({ metadata: { name: 'vk' } }, signal);
  await api.patchNodeStatus({}, signal);
  await api.patchNode({}, signal);
  expect(client.requests.map(({ method, urgent = false }) => [method, urgent])).toEqual([
    ['POST', true],
    ['PUT', true],
    ['PATCH', true],
    ['PATCH', false],
  ]);
});
