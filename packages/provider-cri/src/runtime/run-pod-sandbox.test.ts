import { InvalidInput, type Pod } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';

const features = (recursiveReadOnlyMounts: boolean) => ({ recursiveReadOnlyMounts, userNamespaces: false });
const volumeMounts = [{ name: 'x', mountPath: '/x', readOnly: true, recursiveReadOnly: 'Enabled' }];
const spec: NonNullable<Pod['spec']> = { containers: [{ name: 'app', image: 'app:1', volumeMounts }] };

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
  host.fake.handlers.push({ name: '', features: features(true) }, { name: 'kata', features: features(false) });
  await host.runtime.status(host.call);
  host.runtimeClasses.set('sandboxed', 'kata');
});
afterEach(() => host.close());

const run = (pod: NonNullable<Pod['spec']>) => host.runtime.runPodSandbox(sandboxOf(podOf(pod)), host.call);

it('what the handler of a RuntimeClass cannot honour is refused before there is a sandbox, and the field is named', async () => {
  const made = run({ ...spec, runtimeClassName: 'sandboxed' });
  await expect(made).rejects.toThrow('spec.containers[0].volumeMounts[0].recursiveReadOnly');
  await expect(made).rejects.toBeInstanceOf(InvalidInput);
  expect(host.fake.sandboxes.size).toBe(0);
});

it('what the handler of pods without one can honour is not', async () => {
  await run(spec);
  expect(host.fake.sandboxes.size).toBe(1);
});

it('a network that is not ready keeps no sandbox from being tried: the runtime knows which ones need it', async () => {
  await host.fake.stop();
  const waiting = await host.anotherProcess();
  const [, network] = host.fake.conditions;
  if (network === undefined) throw new Error('there is no such condition');
  network.status = false;
  await host.fake.start(host.config.endpoint);
  await waiting.runPodSandbox(sandboxOf(podOf({ containers: [{ name: 'app' }], hostNetwork: true })), host.call);
  expect(host.fake.sandboxes.size).toBe(1);
});
