import { beforeAll, describe, expect, it } from 'vitest';
import { kubectlPatience, type KubectlWorld } from './kubectl-world.ts';

const namespace = 'references';

function podWith(world: KubectlWorld, name: string, container: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { nodeName: world.node.name, containers: [{ name: 'app', image: 'app', ...container }] },
  };
}

export function referenceCases(world: () => KubectlWorld): void {
  describe('what a pod refers to', () => {
    beforeAll(async () => {
      await world().makeNamespace(namespace);
    });

    it('reaches its containers: a ConfigMap and a Secret, whole and by key, with what is secret marked', async () => {
      const { kubectl, node } = world();
      await kubectl('create', 'configmap', 'settings', '-n', namespace, '--from-literal=MODE=fast');
      await kubectl('create', 'secret', 'generic', 'login', '-n', namespace, '--from-literal=PASSWORD=s3cret');
      const container = {
        envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'login' } }],
        env: [
          { name: 'ONE_KEY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'MODE' } } },
          { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'login', key: 'PASSWORD' } } },
          { name: 'EXPANDED', value: '$(MODE)-$(TOKEN)' },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        ],
      };
      await kubectl.withInput(podWith(world(), 'configured', container), 'create', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/configured', kubectlPatience);
      const created = node.calls().find(({ name }) => name === 'configured');
      const variables = created?.environment?.['app']?.variables ?? [];
      expect(variables).toEqual(
        expect.arrayContaining([
          { name: 'MODE', value: 'fast', secret: false },
          { name: 'PASSWORD', value: 's3cret', secret: true },
          { name: 'ONE_KEY', value: 'fast', secret: false },
          { name: 'TOKEN', value: 's3cret', secret: true },
          { name: 'EXPANDED', value: 'fast-s3cret', secret: true },
          { name: 'NODE', value: node.name, secret: false },
        ]),
      );
      expect(variables.map(({ name }) => name)).toContain('KUBERNETES_SERVICE_HOST');
    });

    it('holds the pod back with a reason and an event while it is missing, and lets it start once it is there', async () => {
      const { kubectl, node, pod, untilEvent } = world();
      const container = { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'late', key: 'key' } } }] };
      await kubectl.withInput(podWith(world(), 'waits', container), 'create', '-f', '-');
      await untilEvent(namespace, 'waits', 'MandatorySecretNotFound');
      await kubectl(
        'wait',
        '-n',
        namespace,
        '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError',
        'pod/waits',
        kubectlPatience,
      );
      expect(await kubectl('get', 'pod', 'waits', '-n', namespace)).toMatch(/waits +0\/1 +CreateContainerConfigError/);
      expect((await pod(namespace, 'waits')).status.message).toContain('late');
      expect(node.calls().filter(({ name }) => name === 'waits')).toEqual([]);
      await kubectl('create', 'secret', 'generic', 'late', '-n', namespace, '--from-literal=key=here');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/waits', kubectlPatience);
      expect((await pod(namespace, 'waits')).status.reason).toBeUndefined();
    });

    it('may be optional: the pod starts without it, and an event says so', async () => {
      const { kubectl, pod, untilEvent } = world();
      const container = { envFrom: [{ configMapRef: { name: 'perhaps', optional: true } }] };
      await kubectl.withInput(podWith(world(), 'relaxed', container), 'create', '-f', '-');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/relaxed', kubectlPatience);
      await untilEvent(namespace, 'relaxed', 'OptionalConfigMapNotFound');
      expect((await pod(namespace, 'relaxed')).status.phase).toBe('Running');
    });
  });
}
