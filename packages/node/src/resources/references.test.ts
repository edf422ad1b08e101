import { describe, expect, it } from 'vitest';
import type { Pod } from '../provider/wire.ts';
import { podReferences } from './references.ts';

const deliver = { 'kube-api-access': 'deliver', serviceLinks: 'deliver' } as const;

describe('the references of a pod', () => {
  it('are those of the environment of every kind of container', () => {
    const pod: Pod = {
      spec: {
        initContainers: [{ name: 'i', envFrom: [{ configMapRef: { name: 'a' } }, { secretRef: { name: 'b' } }] }],
        containers: [{ name: 'c', env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'd', key: 'k' } } }] }],
        ephemeralContainers: [
          { name: 'e', env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'f', key: 'k' } } }] },
        ],
      },
    };
    const { configMaps, secrets } = podReferences(pod, deliver);
    expect([...configMaps.keys()]).toEqual(['a', 'd']);
    expect([...secrets.keys()]).toEqual(['b', 'f']);
  });

  it('are those of volumes, the sources of projected ones included', () => {
    const pod: Pod = {
      spec: {
        containers: [],
        volumes: [
          { name: 'a', configMap: { name: 'a' } },
          { name: 'b', secret: { secretName: 'b', optional: true } },
          { name: 'c', projected: { sources: [{ configMap: { name: 'c' } }, { secret: { name: 'd' } }] } },
          { name: 'e', emptyDir: {} },
        ],
      },
    };
    const { configMaps, secrets } = podReferences(pod, deliver);
    expect([...configMaps]).toEqual([
      ['a', false],
      ['c', false],
    ]);
    expect([...secrets]).toEqual([
      ['b', true],
      ['d', false],
    ]);
  });

  it('are optional only when every use is', () => {
    const use = (optional?: boolean) => ({
      name: 'X',
      valueFrom: { configMapKeyRef: { name: 'a', key: 'k', optional } },
    });
    const optionalOf = (...uses: (boolean | undefined)[]) =>
      podReferences({ spec: { containers: [{ name: 'c', env: uses.map(use) }] } }, deliver).configMaps.get('a');
    expect(optionalOf(true, true)).toBe(true);
    expect(optionalOf(true, undefined)).toBe(false);
    expect(optionalOf(false, true)).toBe(false);
  });

  it('leave out a source that a value hides, and sources without a name', () => {
    const valueFrom = { secretKeyRef: { name: 'a', key: 'k' } };
    const pod: Pod = {
      spec: {
        containers: [{ name: 'c', env: [{ name: 'X', value: 'v', valueFrom }], envFrom: [{ configMapRef: {} }] }],
      },
    };
    const { configMaps, secrets } = podReferences(pod, deliver);
    expect([configMaps.size, secrets.size]).toEqual([0, 0]);
  });

  it('leave out what belongs to the injected token volume alone, unless that is delivered', () => {
    const sources = [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt' } }];
    const pod: Pod = { spec: { containers: [], volumes: [{ name: 'kube-api-access-x7fkq', projected: { sources } }] } };
    expect([...podReferences(pod, deliver).configMaps.keys()]).toEqual(['kube-root-ca.crt']);
    expect(podReferences(pod, { ...deliver, 'kube-api-access': 'omit' }).configMaps.size).toBe(0);
  });

  it('name the image pull secrets in order', () => {
    const imagePullSecrets = [{ name: 'b' }, { name: 'a' }, {}];
    expect(podReferences({ spec: { containers: [], imagePullSecrets } }, deliver).imagePullSecrets).toEqual(['b', 'a']);
  });

  it('take in the services unless the pod or the policy says otherwise', () => {
    const links = (enableServiceLinks: boolean | undefined, serviceLinks: 'deliver' | 'omit') =>
      podReferences({ spec: { containers: [], enableServiceLinks } }, { ...deliver, serviceLinks }).serviceLinks;
    expect([links(undefined, 'deliver'), links(true, 'deliver'), links(false, 'deliver'), links(true, 'omit')]).toEqual(
      [true, true, false, false],
    );
  });
});
