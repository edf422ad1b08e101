import { beforeAll, describe, expect, it } from 'vitest';
import { kubectlPatience, type KubectlWorld } from './kubectl-world.ts';

const namespace = 'failures';
const annotation = (name: string, value: string): string => `--annotations=mock.virtual-kubelet.io/${name}=${value}`;

export function failureCases(world: () => KubectlWorld): void {
  describe('a pod that does not do well', () => {
    const untilStatus = (name: string, field: string, value: string): Promise<string> =>
      world().kubectl(
        'wait',
        '-n',
        namespace,
        `--for=jsonpath={.status.${field}}=${value}`,
        `pod/${name}`,
        kubectlPatience,
      );
    const row = (name: string): Promise<string> => world().kubectl('get', 'pod', name, '-n', namespace, '--no-headers');

    beforeAll(async () => {
      await world().makeNamespace(namespace);
    });

    it('is refused for a field that the backend cannot honour: Failed, an event that names it, nothing created', async () => {
      const { run, pod, untilEvent, node } = world();
      await run(namespace, 'refused', '--restart=Never', annotation('refuse', 'spec.hostNetwork'));
      await untilStatus('refused', 'phase', 'Failed');
      const { status } = await pod(namespace, 'refused');
      expect(status.reason).toBe('ProviderRefused');
      expect(status.message).toContain('spec.hostNetwork');
      await untilEvent(namespace, 'refused', 'spec.hostNetwork: the mock backend cannot do this');
      expect(node.calls().filter(({ name }) => name === 'refused')).toEqual([]);
      expect(await row('refused')).toMatch(/^refused +0\/1 +ProviderRefused /);
    });

    it('stays Pending when it is refused and could be started again', async () => {
      const { run, pod, untilEvent } = world();
      await run(namespace, 'refused-for-now', annotation('refuse', 'spec.hostNetwork'));
      await untilEvent(namespace, 'refused-for-now', 'ProviderRefused');
      await untilStatus('refused-for-now', 'reason', 'ProviderRefused');
      expect((await pod(namespace, 'refused-for-now')).status.phase).toBe('Pending');
    });

    it('fails to start for good: Failed, with the words of the backend', async () => {
      const { run, pod, untilEvent } = world();
      await run(namespace, 'cannot-start', '--restart=Never', annotation('start-error', 'terminal'));
      await untilStatus('cannot-start', 'phase', 'Failed');
      expect((await pod(namespace, 'cannot-start')).status).toMatchObject({
        reason: 'ProviderFailed',
        message: expect.stringContaining('the mock backend cannot start the pod') as unknown,
      });
      await untilEvent(namespace, 'cannot-start', 'ProviderCreateFailed');
    });

    it('fails to start for now: tried again until it runs', async () => {
      const { run, kubectl, untilEvent, node } = world();
      await run(namespace, 'tries', annotation('start-error', 'transient'), annotation('start-error-count', '2'));
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/tries', kubectlPatience);
      await untilEvent(namespace, 'tries', 'ProviderCreateFailed');
      expect(node.calls().filter(({ name }) => name === 'tries')).toHaveLength(3);
    });

    it('exits 3: Failed, with its exit code', async () => {
      const { run, pod } = world();
      await run(namespace, 'exits', '--restart=Never', annotation('exit-code', '3'));
      await untilStatus('exits', 'phase', 'Failed');
      const { status } = await pod(namespace, 'exits');
      expect(status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
      expect(await row('exits')).toMatch(/^exits +0\/1 +Error +0 /);
    });

    it('exits 0: Succeeded, and `kubectl get` says Completed', async () => {
      const { run } = world();
      await run(namespace, 'done', '--restart=Never', annotation('exit-code', '0'));
      await untilStatus('done', 'phase', 'Succeeded');
      expect(await row('done')).toMatch(/^done +0\/1 +Completed +0 /);
    });

    it('runs out of memory: OOMKilled and 137', async () => {
      const { run, pod } = world();
      await run(namespace, 'greedy', '--restart=Never', annotation('oom', 'true'));
      await untilStatus('greedy', 'phase', 'Failed');
      const { status } = await pod(namespace, 'greedy');
      expect(status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
      expect(await row('greedy')).toMatch(/^greedy +0\/1 +OOMKilled /);
    });

    it('is lost by the backend: Failed with reason NotFound, an event, and no second create', async () => {
      const { run, kubectl, pod, untilEvent, node } = world();
      await run(namespace, 'lost', annotation('lost-after', '2s'));
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/lost', kubectlPatience);
      await untilStatus('lost', 'phase', 'Failed');
      expect((await pod(namespace, 'lost')).status.reason).toBe('NotFound');
      await untilEvent(namespace, 'lost', 'ProviderPodNotFound');
      expect(node.calls().filter(({ name, method }) => name === 'lost' && method === 'createPod')).toHaveLength(1);
    });
  });
}
