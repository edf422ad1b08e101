import { afterEach, beforeEach, expect, it } from 'vitest';
import { containerOf, podOf, sandboxOf, startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { RuntimeClassNotFoundError } from './runtime-class-not-found-error.ts';

const app = { name: 'app', image: 'app:1' };
let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost({ runtimeHandler: 'ordinary' });
  host.runtimeClasses.set('gvisor', 'runsc');
});
afterEach(() => host.close());

it('the sandbox of a pod has the handler of its RuntimeClass, else that of the configuration', async () => {
  for (const [name, handler] of [
    ['gvisor', 'runsc'],
    [undefined, 'ordinary'],
  ]) {
    const prepared = podOf({ containers: [app], ...(name !== undefined && { runtimeClassName: name }) });
    await host.runtime.preparePod(prepared, host.call);
    const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
    expect(host.fake.sandboxes.get(id)?.runtimeHandler).toBe(handler);
  }
});

it('nothing is made of a pod whose RuntimeClass is not there: no sandbox, and no container either', async () => {
  const prepared = podOf({ containers: [app], runtimeClassName: 'gvisor' });
  await host.runtime.preparePod(prepared, host.call);
  const { id } = await host.runtime.runPodSandbox(sandboxOf(prepared), host.call);
  host.runtimeClasses.clear();
  const container = host.runtime.createContainer(id, containerOf(prepared, app), host.call);
  await expect(container).rejects.toBeInstanceOf(RuntimeClassNotFoundError);
  const sandbox = host.runtime.runPodSandbox(sandboxOf(prepared, 1), host.call);
  await expect(sandbox).rejects.toBeInstanceOf(RuntimeClassNotFoundError);
  expect([host.fake.sandboxes.size, host.fake.containers.size]).toEqual([1, 0]);
});
