import { expect, it } from 'vitest';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { FakeContainerRuntime } from '../../testing/fake-container-runtime.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const preStop = { exec: { command: ['bye'] } };
const containers: Container[] = [{ name: 'app', image: 'app:1', lifecycle: { preStop } }];
const pod = samplePod({ spec: { containers } });

/** A process that finds a pod of which the API knows nothing any more, with this kept of how it is to be stopped. */
async function orphaned(stopSpec: string | undefined): Promise<EngineWorld> {
  const clock = new FakeClock();
  const runtime = new FakeContainerRuntime(clock);
  const before = new EngineWorld({ clock, runtime });
  await before.create(pod);
  await before.close();
  for (const [id, run] of runtime.containers)
    runtime.containers.set(id, { ...run, ...(stopSpec !== undefined && { stopSpec }) });
  return new EngineWorld({ clock, runtime });
}

async function stopped(world: EngineWorld): Promise<string[]> {
  await world.provider.deletePod(podRefOf(pod), { gracePeriodSeconds: 30 }, world.call);
  await world.settle();
  await world.close();
  return world.runtime.calls.filter((call) => call.startsWith('execSync') || call.startsWith('stopContainer'));
}

it('a pod of which only the runtime knows is stopped as its containers ask for', async () => {
  expect(await stopped(await orphaned(undefined))).toEqual(['execSync app bye', 'stopContainer app 30']);
});

it.each([
  '',
  'null',
  '{"lifecycle":{"preStop":{"exec":{"command":"bye"}}}}',
  '{"lifecycle":{"preStop":{"httpGet":{"path":"/"}}}}',
  '{"lifecycle":{"preStop":{"httpGet":{"port":80,"httpHeaders":[{"name":"a"}]}}}}',
  '{"lifecycle":{"preStop":{"sleep":{}}}}',
  '{"lifecycle":{"preStop":{"exec":{"command":["bye"]}}},"ports":[{"containerPort":"80"}]}',
])('one of which the hook cannot be read is stopped without it: %s', async (stopSpec) => {
  expect(await stopped(await orphaned(stopSpec))).toEqual(['stopContainer app 30']);
});
