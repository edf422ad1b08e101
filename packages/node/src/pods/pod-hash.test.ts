import { describe, expect, it } from 'vitest';
import type { Pod } from '../provider/wire.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { podHash } from './pod-hash.ts';

const labelled: Pod = samplePod({
  metadata: { labels: { a: '1', b: '2' } },
  spec: { containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu: '1', memory: '1Gi' } } }] },
});

describe('podHash', () => {
  it('is the same for every reading of the same pod, in whatever order its maps are written', () => {
    const reordered = samplePod({
      metadata: { labels: { b: '2', a: '1' } },
      spec: { containers: [{ resources: { limits: { memory: '1Gi', cpu: '1' } }, image: 'app:1', name: 'app' }] },
    });
    expect(podHash(reordered)).toBe(podHash(labelled));
    expect(podHash(labelled)).toBe(podHash(labelled));
  });

  it('stays from release to release, for backends keep it with their objects', () => {
    expect(podHash(labelled)).toBe('f2c83ddc2633e591');
  });

  it('stays when an API server of another version fills in a default', () => {
    const defaulted: Pod = {
      ...labelled,
      metadata: { ...labelled.metadata, generation: 9, resourceVersion: '77' },
      spec: {
        ...labelled.spec,
        containers: (labelled.spec?.containers ?? []).map((container) => ({
          ...container,
          terminationMessagePath: '/dev/termination-log',
          imagePullPolicy: 'Always',
        })),
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        securityContext: {},
        volumes: [],
      },
      status: { phase: 'Running' },
    };
    expect(podHash(defaulted)).toBe(podHash(labelled));
  });

  it.each<readonly [string, Pod]>([
    ['a label', samplePod({ metadata: { labels: { a: '2' } } })],
    ['an annotation', samplePod({ metadata: { annotations: { a: '1' } } })],
    ['an image', samplePod({ image: 'app:2' })],
    [
      'resources',
      samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', resources: { limits: { cpu: '2' } } }] } }),
    ],
    ['the image of an init container', samplePod({ spec: { initContainers: [{ name: 'i', image: 'x' }] } })],
    ['an ephemeral container', samplePod({ spec: { ephemeralContainers: [{ name: 'debug', image: 'x' }] } })],
    ['the active deadline', samplePod({ spec: { activeDeadlineSeconds: 5 } })],
    ['a toleration', samplePod({ spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } })],
  ])('changes with %s', (_what, pod) => {
    expect(podHash(pod)).not.toBe(podHash(samplePod()));
  });
});
