import { InvalidInput, silentLogger } from '@vk/node/provider';
import type { Container, PreparedPod } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { podOf } from '../testing/fake-host.ts';
import { PodDevices, type Holder } from './pod-devices.ts';

const call = { signal: new AbortController().signal, log: silentLogger };
const gpu = 'example.com/gpu';

function devicesWith(count: number, heldBefore: () => Promise<readonly Holder[]> = () => Promise.resolve([])) {
  return new PodDevices({ [gpu]: Array.from({ length: count }, (_, index) => `gpu=${index}`) }, heldBefore);
}

function asking(name: string, count: number, rest: Partial<Container> = {}): Container {
  return { name, resources: { limits: { [gpu]: String(count) } }, ...rest };
}

const uidOf = ({ ownership }: PreparedPod): string => ownership.uid;

it('a container that comes after an init container takes over what that one has', async () => {
  const devices = devicesWith(3);
  const [init, second, app, other] = [asking('init', 2), asking('second', 1), asking('app', 2), asking('other', 1)];
  const pod = podOf({ initContainers: [init, second], containers: [app, other] });
  expect(await devices.give(pod, init, call)).toEqual(['gpu=0', 'gpu=1']);
  expect(await devices.give(pod, second, call)).toEqual(['gpu=0']);
  expect(await devices.give(pod, app, call)).toEqual(['gpu=0', 'gpu=1']);
  expect(await devices.give(pod, other, call)).toEqual(['gpu=2']);
  expect(await devices.give(pod, app, call)).toEqual(['gpu=0', 'gpu=1']);
});

it('a sidecar keeps what it has, and other pods get nothing of an init container', async () => {
  const devices = devicesWith(2);
  const [sidecar, init, app] = [asking('sidecar', 1, { restartPolicy: 'Always' }), asking('init', 1), asking('app', 1)];
  const pod = podOf({ initContainers: [sidecar, init], containers: [app] });
  expect(await devices.give(pod, sidecar, call)).toEqual(['gpu=0']);
  expect(await devices.give(pod, init, call)).toEqual(['gpu=1']);
  const another = podOf({ containers: [app] }, 'another');
  await expect(devices.give(another, app, call)).rejects.toBeInstanceOf(InvalidInput);
  expect(await devices.give(pod, app, call)).toEqual(['gpu=1']);
  devices.free(uidOf(pod));
  expect(await devices.give(another, app, call)).toEqual(['gpu=0']);
});

it('a pod that ends before it is known what it had has nothing afterwards', async () => {
  const app = asking('app', 1);
  const [ended, next] = [podOf({ containers: [app] }), podOf({ containers: [app] }, 'next')];
  const asked = Promise.withResolvers<readonly Holder[]>();
  const devices = devicesWith(1, () => asked.promise);
  const given = devices.give(next, app, call);
  devices.free(uidOf(ended));
  asked.resolve([{ uid: uidOf(ended), container: 'app', devices: ['gpu=0'] }]);
  expect(await given).toEqual(['gpu=0']);
});
