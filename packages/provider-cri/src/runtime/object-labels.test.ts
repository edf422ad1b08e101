import { expect, it } from 'vitest';
import { containerAnnotations, containerLabels, containerMarks } from './object-labels.ts';

const stamp = { clusterId: 'cluster', nodeName: 'node', namespace: 'default', name: 'pod', uid: 'uid' };
const kept = {
  name: 'app',
  attempt: 2,
  specHash: 'abc',
  resources: '{"limits":{"cpu":"1"}}',
  restartDelayMilliseconds: 10_000,
  image: 'app:1',
};

it('what is kept with a container comes back, with what its stop needs of its spec', () => {
  const stopSpec = '{"lifecycle":{"preStop":{"exec":{"command":["stop"]}}}}';
  const annotations = containerAnnotations({ ...kept, stopSpec }, []);
  expect(containerMarks(containerLabels(stamp, 'app'), annotations, 2)).toEqual({
    ...kept,
    stopSpec,
    ref: { namespace: 'default', name: 'pod', uid: 'uid' },
  });
});

it('a container whose stop needs nothing is told so', () => {
  const annotations = containerAnnotations(kept, []);
  expect(containerMarks(containerLabels(stamp, 'app'), annotations, 2)).not.toHaveProperty('stopSpec');
});

it('a container without our stamp is not ours', () => {
  expect(containerMarks({ 'io.kubernetes.container.name': 'app' }, containerAnnotations(kept, []), 2)).toBeUndefined();
});
