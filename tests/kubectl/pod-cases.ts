import { beforeAll, describe, expect, it, vi } from 'vitest';
import { kubectlPatience, patience, type KubectlWorld, type SeenPod } from './kubectl-world.ts';

const namespace = 'pod-life';

export function podCases(world: () => KubectlWorld): void {
  describe('a pod', () => {
    beforeAll(async () => {
      await world().makeNamespace(namespace);
    });

    it('that is run lands on the node and shows its address there', async () => {
      const { kubectl, run, node } = world();
      await run(namespace, 'web', '--labels=app=web,tier=front');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/web', kubectlPatience);
      const [header, row] = (await kubectl('get', 'pods', '-n', namespace, '-o', 'wide')).trimEnd().split('\n');
      expect(header).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE /);
      expect(row).toMatch(new RegExp(`^web +1/1 +Running +0 +\\S+ +\\d+\\.\\d+\\.\\d+\\.\\d+ +${node.name} `));
    });

    it('is described with its conditions and its events', async () => {
      const { kubectl, untilEvent, node } = world();
      await untilEvent(namespace, 'web', 'ProviderCreateSuccess');
      const text = await kubectl('describe', 'pod', 'web', '-n', namespace);
      expect(text).toMatch(new RegExp(`^Node: +${node.name}/`, 'm'));
      expect(text).toMatch(/^Status: +Running$/m);
      expect(text).toMatch(/^ {2}Ready +True/m);
      expect(text).toMatch(/Normal +ProviderCreateSuccess .* Create pod in provider successfully/);
    });

    it('is written as YAML, as JSON and by name', async () => {
      const { kubectl, pod } = world();
      expect(await kubectl('get', 'pod', 'web', '-n', namespace, '-o', 'yaml')).toMatch(/^ {2}phase: Running$/m);
      expect((await pod(namespace, 'web')).status.phase).toBe('Running');
      expect(await kubectl('get', 'pod', '-n', namespace, '-o', 'name')).toBe('pod/web\n');
    });

    it('is found by its labels and its fields', async () => {
      const { kubectl, node } = world();
      const names = (...words: string[]): Promise<string> =>
        kubectl('get', 'pods', '-n', namespace, '-o', 'name', ...words);
      expect(await names('-l', 'app=web,tier in (front,back)')).toBe('pod/web\n');
      expect(await names('-l', 'app!=web')).toBe('');
      expect(await names('--field-selector', `spec.nodeName=${node.name},status.phase=Running`)).toBe('pod/web\n');
      expect(await names('--field-selector', 'status.phase!=Running')).toBe('');
    });

    it('takes labels, annotations and patches of all kinds, and its status stays', async () => {
      const { kubectl, pod } = world();
      await kubectl('label', 'pod', 'web', '-n', namespace, 'tier=back', '--overwrite');
      await kubectl('annotate', 'pod', 'web', '-n', namespace, 'note=one');
      const patch = (...words: string[]): Promise<string> => kubectl('patch', 'pod', 'web', '-n', namespace, ...words);
      await patch('-p', '{"metadata":{"labels":{"strategic":"yes"}}}');
      await patch('--type=merge', '-p', '{"metadata":{"annotations":{"note":null}}}');
      await patch('--type=json', '-p', '[{"op":"add","path":"/metadata/labels/json","value":"yes"}]');
      const { metadata, status } = await pod(namespace, 'web');
      expect(metadata.labels).toMatchObject({ app: 'web', tier: 'back', strategic: 'yes', json: 'yes' });
      expect(metadata.annotations?.['note']).toBeUndefined();
      expect(status.phase).toBe('Running');
    });

    it('that is applied twice changes nothing the second time, and a new image reaches the backend', async () => {
      const { kubectl, node, pod } = world();
      const manifest = (image: string): object => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'applied', namespace },
        spec: { nodeName: node.name, containers: [{ name: 'app', image }] },
      });
      expect(await kubectl.withInput(manifest('app:1'), 'apply', '-f', '-')).toBe('pod/applied created\n');
      await kubectl('wait', '-n', namespace, '--for=condition=Ready', 'pod/applied', kubectlPatience);
      expect(await kubectl.withInput(manifest('app:1'), 'apply', '-f', '-')).toBe('pod/applied unchanged\n');
      expect(await kubectl.withInput(manifest('app:2'), 'apply', '-f', '-')).toBe('pod/applied configured\n');
      await vi.waitFor(async () => {
        expect((await pod(namespace, 'applied')).status.containerStatuses?.[0]?.image).toBe('app:2');
      }, patience);
      const { uid } = (await pod(namespace, 'applied')).metadata;
      expect(
        node
          .calls()
          .filter((call) => call.uid === uid)
          .map(({ method }) => method),
      ).toEqual(['createPod', 'updatePod']);
    });

    it('can be watched from its creation to its end', async () => {
      const { kubectl, run } = world();
      const watch = kubectl.start('get', 'pods', '-n', namespace, '-w', '--output-watch-events');
      // The pods that are there are listed first; whatever changes after that list is seen.
      await watch.says('web');
      await run(namespace, 'watched');
      await watch.says('MODIFIED   watched   1/1     Running');
      await kubectl('delete', 'pod', 'watched', '-n', namespace);
      await watch.says('DELETED');
      await watch.stop();
      const lines = watch.output.split('\n').filter((line) => line.includes('watched'));
      expect(lines[0]).toMatch(/^ADDED +watched +0\/1 +Pending/);
      expect(lines.at(-1)).toMatch(/^DELETED +watched +0\/1 +(Completed|Terminating)/);
    });

    it('of each kind of kubectl verb is refused with the sentence of the API server when it is wrong', async () => {
      const { kubectl } = world();
      const missing = await kubectl.attempt('get', 'pod', 'nobody', '-n', namespace);
      expect(missing).toMatchObject({ code: 1, stderr: 'Error from server (NotFound): pods "nobody" not found\n' });
      const clash = await kubectl.attempt('run', 'web', '-n', namespace, '--image=app');
      expect(clash).toMatchObject({
        code: 1,
        stderr: 'Error from server (AlreadyExists): pods "web" already exists\n',
      });
    });

    it('shares a list with the others', async () => {
      const { kubectl } = world();
      const { items } = await kubectl.json<{ items: SeenPod[] }>('get', 'pods', '-n', namespace);
      expect(items.map(({ metadata }) => metadata.name)).toEqual(['applied', 'web']);
    });
  });
}
