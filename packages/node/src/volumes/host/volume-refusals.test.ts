import { describe, expect, it } from 'vitest';
import type { Pod, Volume } from '../../provider/wire.ts';
import { bytesOf, volumeRefusals } from './volume-refusals.ts';

function refusals(volumes: Volume[], canMount = true, pod: Pod['spec'] = { containers: [] }): string[] {
  return volumeRefusals({ spec: { ...pod, volumes } }, { canMount }).map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

describe('volumes that a host cannot give', () => {
  it('are named by their field, with the reason, gitRepo among them (CVE-2024-10220, CVE-2025-1767)', () => {
    expect(
      refusals([
        { name: 'a', emptyDir: {} },
        { name: 'b', gitRepo: { repository: 'https://example.com/x.git' } },
        { name: 'c', nfs: { server: 's', path: '/' } },
        { name: 'd', emptyDir: { medium: 'HugePages' } },
        { name: 'e', emptyDir: { sizeLimit: 'much' } },
      ]),
    ).toEqual([
      'spec.volumes[1].gitRepo: not served: cloning a repository on the host lets its author run commands there; clone it in an init container into an emptyDir',
      'spec.volumes[2].nfs: volumes of the kind nfs are not served here',
      'spec.volumes[3].emptyDir.medium: the medium "HugePages" is not served here',
      'spec.volumes[4].emptyDir.sizeLimit: "much" is not a quantity',
    ]);
  });

  it('are none of those that the API fills, nor paths of the host, images, and what has no source, which is an emptyDir', () => {
    expect(
      refusals([
        { name: 'a', configMap: { name: 'x' } },
        { name: 'b', secret: { secretName: 'x' } },
        { name: 'c', downwardAPI: {} },
        { name: 'd', projected: {} },
        { name: 'e', hostPath: { path: '/srv' } },
        { name: 'f', image: { reference: 'x' } },
        { name: 'g' },
        { name: 'h', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ]),
    ).toEqual([]);
  });

  it('are more where no mounts can be made: those in memory, and sub paths of what containers write to', () => {
    const containers = [
      { name: 'x' },
      {
        name: 'app',
        volumeMounts: [
          { name: 'scratch', mountPath: '/a' },
          { name: 'scratch', mountPath: '/b', subPath: 'b' },
          { name: 'settings', mountPath: '/c', subPath: 'c' },
          { name: 'host', mountPath: '/d', subPathExpr: '$(NAME)' },
        ],
      },
    ];
    const volumes: Volume[] = [
      { name: 'scratch', emptyDir: {} },
      { name: 'settings', configMap: { name: 'x' } },
      { name: 'host', hostPath: { path: '/srv' } },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
    ];
    const why = 'this process may not make mounts, without which a container could turn the path elsewhere on the host';
    expect(refusals(volumes, false, { containers })).toEqual([
      'spec.volumes[3].emptyDir.medium: this process may not mount a file system in memory',
      `spec.containers[1].volumeMounts[1].subPath: ${why}`,
      `spec.containers[1].volumeMounts[3].subPathExpr: ${why}`,
    ]);
    expect(refusals(volumes, true, { containers })).toEqual([]);
  });

  it('a size is in bytes, and zero is none', () => {
    expect(bytesOf('1Mi')).toBe(1_048_576n);
    expect(bytesOf('1500m')).toBe(2n);
    expect(bytesOf('0')).toBeUndefined();
    expect(bytesOf(undefined)).toBeUndefined();
  });
});
