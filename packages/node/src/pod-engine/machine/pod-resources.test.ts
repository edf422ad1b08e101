import { expect, it } from 'vitest';
import { samplePod } from '../../testing/sample-pod.ts';
import { podRequests } from './pod-resources.ts';

const asks = (name: string, cpu: string, restartPolicy?: string): { name: string; resources: object } => ({
  name,
  resources: { requests: { cpu } },
  ...(restartPolicy !== undefined && { restartPolicy }),
});

it('counts what runs at the end, or what an init container needs beside the sidecars before it, whichever is more', () => {
  const initContainers = [asks('sidecar', '500m', 'Always'), asks('init', '3')];
  const containers = [asks('a', '1'), asks('b', '1')];
  expect(podRequests(samplePod({ spec: { initContainers, containers } })).get('cpu')).toBe(3500n);
  const small = [asks('init', '1'), asks('sidecar', '500m', 'Always')];
  expect(podRequests(samplePod({ spec: { initContainers: small, containers } })).get('cpu')).toBe(2500n);
});

it('counts what the pod asks for as a whole instead, and what its runtime class adds', () => {
  const spec = { containers: [asks('a', '1')], resources: { requests: { cpu: '2' } }, overhead: { cpu: '250m' } };
  expect(podRequests(samplePod({ spec })).get('cpu')).toBe(2250n);
});
