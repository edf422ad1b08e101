import type { Pod } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { cgroupParent, classCgroup, isCgroupParent, podCgroups } from './cgroup-parent.ts';

const uid = '11-22';
const podWith = (resources: object): Pod => ({
  metadata: { uid },
  spec: { containers: [{ name: 'app', resources }] },
});
const bestEffort = podWith({});
const guaranteed = podWith({ limits: { cpu: '1', memory: '1Gi' } });

describe('a parent for the cgroups of pods', () => {
  it.each(['', '/vk', '/teams/a', '/virtual-kubelet', '/system.slice/vk', 'pods.slice', '/pods.slice'])(
    '%j is one',
    (parent) => {
      expect(isCgroupParent(parent)).toBe(true);
    },
  );

  it.each(['/', 'vk', 'vk/pods', '../x', '/vk/', '//vk', '/vk//pods', '/vk/../x', '/./vk', '/..', 'a/b.slice'])(
    '%j is none: it would be changed, or lead elsewhere',
    (parent) => {
      expect(isCgroupParent(parent)).toBe(false);
    },
  );
});

it.each([
  ['/vk', '/vk/besteffort/pod11-22', '/vk/pod11-22'],
  ['/teams/a', '/teams/a/besteffort/pod11-22', '/teams/a/pod11-22'],
  ['pods.slice', '/pods.slice/besteffort/pod11-22', '/pods.slice/pod11-22'],
  ['', '', ''],
])('below %j pods are at %j by class, guaranteed ones at %j', (parent, ofClass, direct) => {
  expect(cgroupParent(bestEffort, { parent, driver: 'cgroupfs' })).toBe(ofClass);
  expect(cgroupParent(guaranteed, { parent, driver: 'cgroupfs' })).toBe(direct);
});

it.each([
  ['/vk', 'vk-besteffort-pod11_22.slice', 'vk-pod11_22.slice'],
  ['/teams/a', 'teams-a-besteffort-pod11_22.slice', 'teams-a-pod11_22.slice'],
  ['/virtual-kubelet', 'virtual_kubelet-besteffort-pod11_22.slice', 'virtual_kubelet-pod11_22.slice'],
  ['pods.slice', 'pods-besteffort-pod11_22.slice', 'pods-pod11_22.slice'],
  ['system-vk.slice', 'system-vk-besteffort-pod11_22.slice', 'system-vk-pod11_22.slice'],
  ['/system.slice/system-vk.slice', 'system-vk-besteffort-pod11_22.slice', 'system-vk-pod11_22.slice'],
])('with systemd, below %j pods are in %j by class, guaranteed ones in %j', (parent, ofClass, direct) => {
  expect(cgroupParent(bestEffort, { parent, driver: 'systemd' })).toBe(ofClass);
  expect(cgroupParent(guaranteed, { parent, driver: 'systemd' })).toBe(direct);
});

it('what is written and removed is where the pods are', () => {
  const settings = { parent: 'pods.slice', driver: 'cgroupfs' } as const;
  expect(classCgroup('besteffort', settings)).toBe('/pods.slice/besteffort');
  expect(podCgroups(uid, settings)).toContain(cgroupParent(bestEffort, settings));
  expect(podCgroups('../x', settings)).toEqual([]);
  expect(podCgroups(uid, { parent: '/vk', driver: 'systemd' })).toEqual([]);
});
