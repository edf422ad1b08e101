import type { Container, Pod } from '../../provider/wire.ts';

/** Changes of a pod that the API allows while it runs. */
export const podChanges: Readonly<Record<string, (pod: Pod, count: number) => Pod>> = {
  image: (pod, count) => withFirstContainer(pod, { image: `app:${count + 1}` }),
  label: (pod, count) => ({ ...pod, metadata: { ...pod.metadata, labels: { change: String(count) } } }),
  resources: (pod, count) => withFirstContainer(pod, { resources: { limits: { cpu: String((count % 3) + 1) } } }),
  'resources of the pod': (pod, count) => withSpec(pod, { resources: { limits: { cpu: String((count % 3) + 3) } } }),
  'deadline of the pod': (pod) => withSpec(pod, { activeDeadlineSeconds: 300 }),
  'ephemeral container': (pod, count) => {
    const known = pod.spec?.ephemeralContainers ?? [];
    return withSpec(pod, { ephemeralContainers: [...known, { name: `debug-${count}`, image: 'app:1' }] });
  },
};

function withSpec(pod: Pod, change: Partial<NonNullable<Pod['spec']>>): Pod {
  const { containers = [], ...rest } = pod.spec ?? {};
  return { ...pod, spec: { containers, ...rest, ...change } };
}

function withFirstContainer(pod: Pod, change: Partial<Container>): Pod {
  const [first, ...others] = pod.spec?.containers ?? [];
  return first === undefined ? pod : withSpec(pod, { containers: [{ ...first, ...change }, ...others] });
}
