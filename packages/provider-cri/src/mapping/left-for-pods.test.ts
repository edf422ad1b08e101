import { expect, it } from 'vitest';
import { leftForPods } from './left-for-pods.ts';

const host = { cpus: 4, memoryBytes: 8n << 30n };

it('what is reserved of the host is not for pods', () => {
  expect(leftForPods({ cpu: '500m', memory: '1Gi' }, host)).toEqual({ shares: 3_584n, memory: 7n << 30n });
});

it('where nothing is reserved, or more than there is, pods are not limited together', () => {
  expect(leftForPods({ pods: '2' }, host)).toEqual({});
  expect(leftForPods({ cpu: '8', memory: '8Gi' }, host)).toEqual({});
});
