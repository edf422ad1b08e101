import { describe, expect, it } from 'vitest';
import type { InjectedField, InjectedPolicy, InjectedTreatment } from '../provider/injected-fields.ts';
import type { Pod, Volume } from '../provider/wire.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { omittedByPolicy, refusedByPolicy, withoutOmittedVolumes } from './injected-policy.ts';

const access: Volume = {
  name: 'kube-api-access-x1',
  projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }] },
};
const mount = { name: access.name, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true };

/** A pod as it comes out of a real API server: its author wrote a container, a volume and a toleration. */
const pod: Pod = samplePod({
  spec: {
    enableServiceLinks: true,
    dnsPolicy: 'ClusterFirst',
    volumes: [{ name: 'data', emptyDir: {} }, access],
    initContainers: [{ name: 'init', image: 'i', volumeMounts: [mount] }],
    containers: [
      {
        name: 'app',
        image: 'app:1',
        terminationMessagePath: '/dev/termination-log',
        volumeMounts: [{ name: 'data', mountPath: '/data' }, mount],
      },
    ],
    tolerations: [
      { key: 'gpu', operator: 'Exists' },
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    ],
  },
});

const paths: Readonly<Record<InjectedField, readonly string[]>> = {
  'kube-api-access': ['spec.volumes[1]'],
  serviceLinks: ['spec.enableServiceLinks'],
  dnsPolicy: ['spec.dnsPolicy'],
  terminationMessage: ['spec.containers[0].terminationMessagePath'],
  defaultTolerations: ['spec.tolerations[1]', 'spec.tolerations[2]'],
};
const fields = Object.keys(paths) as InjectedField[];

function policy(treatment: InjectedTreatment, only?: InjectedField): InjectedPolicy {
  const of = (field: InjectedField): InjectedTreatment =>
    only === undefined || only === field ? treatment : 'deliver';
  return {
    'kube-api-access': of('kube-api-access'),
    serviceLinks: of('serviceLinks'),
    dnsPolicy: of('dnsPolicy'),
    terminationMessage: of('terminationMessage'),
    defaultTolerations: of('defaultTolerations'),
  };
}

describe('the policy for what the API server injects', () => {
  it.each(fields)('refuses and omits %s by its own path, and nothing else', (field) => {
    expect(refusedByPolicy(pod, policy('refuse', field)).map((error) => error.field)).toEqual(paths[field]);
    expect(omittedByPolicy(pod, policy('omit', field))).toEqual(paths[field]);
    expect(omittedByPolicy(pod, policy('refuse', field))).toEqual([]);
  });

  it('says in a refusal which of its rules it is', () => {
    const [refused] = refusedByPolicy(pod, policy('refuse', 'dnsPolicy'));
    expect(refused?.message).toContain('dnsPolicy');
  });

  it('has nothing against a pod that carries none of it, and nothing against one where all is delivered', () => {
    expect(refusedByPolicy(samplePod(), policy('refuse'))).toEqual([]);
    expect([...refusedByPolicy(pod, policy('deliver')), ...omittedByPolicy(pod, policy('deliver'))]).toEqual([]);
  });

  it('takes a volume or a toleration of the author, like the injected ones, for what it is', () => {
    const own = samplePod({
      spec: {
        volumes: [{ name: 'kube-api-access-mine', emptyDir: {} }],
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', tolerationSeconds: 5 }],
        dnsPolicy: 'Default',
        enableServiceLinks: false,
      },
    });
    expect(refusedByPolicy(own, policy('refuse'))).toEqual([]);
  });

  it('shows a provider the pod without the access volume and its mounts where they are omitted, and leaves the pod as it is', () => {
    const before = structuredClone(pod);
    const shown = withoutOmittedVolumes(pod, policy('omit', 'kube-api-access'));
    expect(shown.spec?.volumes?.map(({ name }) => name)).toEqual(['data']);
    expect(shown.spec?.containers[0]?.volumeMounts?.map(({ name }) => name)).toEqual(['data']);
    expect(shown.spec?.initContainers?.[0]?.volumeMounts).toEqual([]);
    expect(pod).toEqual(before);
    expect(withoutOmittedVolumes(pod, policy('deliver'))).toBe(pod);
  });
});
