import { describe, expect, it } from 'vitest';
import type { Container, Pod } from '../provider/wire.ts';
import { resolveResourceFieldReference, type ResourceFieldReference } from './resource-field-reference.ts';

const container: Container = {
  name: 'app',
  resources: {
    limits: { cpu: '1500m', 'hugepages-2Mi': '4Mi' },
    requests: { cpu: '250m', memory: '100Mi', 'ephemeral-storage': '1G' },
  },
};
const pod: Pod = { spec: { containers: [container, { name: 'bare' }], initContainers: [{ name: 'setup' }] } };
const allocatable = { cpu: '20', memory: '64Gi', 'ephemeral-storage': '100Gi', 'hugepages-2Mi': '1Gi' };

const resolve = (reference: ResourceFieldReference, of: Pod = pod) =>
  resolveResourceFieldReference(reference, { pod: of, container, allocatable });

describe('a resource field reference', () => {
  it.each([
    ['limits.cpu', undefined, '2'],
    ['limits.cpu', '0', '2'],
    ['limits.cpu', '1m', '1500'],
    ['requests.cpu', '1', '1'],
    ['requests.cpu', '1m', '250'],
    ['requests.memory', '1Mi', '100'],
    ['requests.memory', '1M', '105'],
    ['requests.memory', undefined, '104857600'],
    ['requests.ephemeral-storage', '1k', '1000000'],
    ['limits.hugepages-2Mi', '1Mi', '4'],
    ['requests.hugepages-2Mi', undefined, '0'],
    ['limits.hugepages-1Gi', undefined, '0'],
  ])('to %s in units of %s gives %s, rounded up', (resource, divisor, text) => {
    expect(resolve({ resource, divisor })).toEqual({ text });
  });

  it('to a limit that is not set gives what the node can allocate', () => {
    expect(resolve({ resource: 'limits.memory', divisor: '1Gi' })).toEqual({ text: '64' });
    expect(resolve({ resource: 'limits.ephemeral-storage', divisor: '1Gi' })).toEqual({ text: '100' });
    expect(resolve({ resource: 'limits.cpu', containerName: 'setup' })).toEqual({ text: '20' });
  });

  it('to a limit that is not set gives the limit of the pod, where the pod has one', () => {
    const limited: Pod = { spec: { containers: [container], resources: { limits: { memory: '2Gi' } } } };
    expect(resolve({ resource: 'limits.memory', divisor: '1Gi' }, limited)).toEqual({ text: '2' });
  });

  it('to a request that is not set gives 0', () => {
    expect(resolve({ resource: 'requests.cpu', containerName: 'bare' })).toEqual({ text: '0' });
  });

  it.each([
    [{ resource: 'limits.example.com/gpu' }, 'resource "limits.example.com/gpu" is not supported'],
    [{ resource: 'limits.cpu', containerName: 'nobody' }, 'container "nobody" not found'],
    [{ resource: 'limits.cpu', divisor: 'x' }, 'divisor "x" is not a quantity above zero'],
    [{ resource: 'limits.cpu', divisor: '-1' }, 'divisor "-1" is not a quantity above zero'],
  ])('that makes no sense is refused: %o', (reference, error) => {
    expect(resolve(reference)).toEqual({ error });
  });
});
