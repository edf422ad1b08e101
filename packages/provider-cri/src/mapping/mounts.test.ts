import { InvalidInput, type Container } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import type { Mount } from '../generated/api.ts';
import { containerMounts, type MountSettings } from './mounts.ts';

function mountsOf(
  volumeMounts: NonNullable<Container['volumeMounts']>,
  change: Partial<MountSettings> = {},
): readonly Mount[] {
  const container = { name: 'app', volumeMounts };
  return containerMounts({
    pod: {
      spec: { containers: [{ name: 'other' }, container], volumes: [{ name: 'data', image: { reference: 'data:1' } }] },
    },
    container,
    volumeImageRefs: { data: 'sha256:data' },
    environment: [
      { name: 'VERSION', value: 'v2', secret: false },
      { name: 'ABSOLUTE', value: '/etc', secret: false },
    ],
    volumes: [],
    own: { hosts: '/own/hosts', terminationMessage: '/own/message' },
    seLinux: false,
    recursiveReadOnly: false,
    ...change,
  });
}

describe('the mounts of a container', () => {
  it('are its own files, unless it mounts something there itself', () => {
    expect(mountsOf([]).map(({ containerPath, hostPath }) => [containerPath, hostPath])).toEqual([
      ['/etc/hosts', '/own/hosts'],
      ['/dev/termination-log', '/own/message'],
    ]);
    const hosts = { name: 'files', hostPath: '/volume/hosts', containerPath: '/etc/hosts' };
    const volume = { ...hosts, readOnly: false, recursiveReadOnly: false, propagation: 'private' } as const;
    expect(mountsOf([], { volumes: [volume] }).map(({ hostPath }) => hostPath)).toEqual([
      '/volume/hosts',
      '/own/message',
    ]);
  });

  it('of an image have their path within it, with variables', () => {
    const [plain, expanded] = mountsOf([
      { name: 'data', mountPath: '/plain', subPath: 'models/v1' },
      { name: 'data', mountPath: 'expanded', subPathExpr: 'models/$(VERSION)' },
    ]);
    expect(plain).toMatchObject({
      containerPath: '/plain',
      readonly: true,
      image: { image: 'sha256:data', userSpecifiedImage: 'data:1' },
      imageSubPath: 'models/v1',
    });
    expect(expanded).toMatchObject({ containerPath: '/expanded', imageSubPath: 'models/v2' });
  });

  it.each([
    [{ subPath: '/etc' }, 'subPath: error SubPath `/etc` must not be an absolute path'],
    [{ subPath: 'a/../..' }, "subPath: unable to provision SubPath `a/../..`: must not contain '..'"],
    [{ subPathExpr: '$(ABSOLUTE)' }, 'subPathExpr: error SubPath `/etc` must not be an absolute path'],
    [{ subPathExpr: '$(UNKNOWN)' }, 'subPathExpr: missing value for UNKNOWN'],
  ])('of an image are refused by field for a path like %j', (path, message) => {
    const act = (): unknown => mountsOf([{ name: 'data', mountPath: '/data', ...path }]);
    expect(act).toThrow(InvalidInput);
    expect(act).toThrow(`spec.containers[1].volumeMounts[0].${message}`);
  });

  it('that have to be read-only all the way down are refused where the runtime cannot do that', () => {
    const volume = {
      name: 'host',
      hostPath: '/srv',
      containerPath: '/srv',
      readOnly: true,
      propagation: 'private',
    } as const;
    const volumes = [{ ...volume, recursiveReadOnly: true }];
    const mounts = [{ name: 'host', mountPath: '/srv', readOnly: true, recursiveReadOnly: 'Enabled' }];
    expect(() => mountsOf(mounts, { volumes })).toThrow('spec.containers[1].volumeMounts[0].recursiveReadOnly');
    expect(mountsOf(mounts, { volumes, recursiveReadOnly: true })[0]).toMatchObject({ recursiveReadOnly: true });
  });

  it('are labelled for the pod on a host with SELinux, but for what is the host has itself', () => {
    const volume = { readOnly: false, recursiveReadOnly: false, propagation: 'private' } as const;
    const volumes = [
      { ...volume, name: 'scratch', hostPath: '/root/volumes/scratch', containerPath: '/scratch' },
      { ...volume, name: 'host', hostPath: '/srv', containerPath: '/srv' },
    ];
    const pod = {
      spec: {
        containers: [],
        volumes: [
          { name: 'scratch', emptyDir: {} },
          { name: 'host', hostPath: { path: '/srv' } },
        ],
      },
    };
    const labelled = (seLinux: boolean): string[] =>
      mountsOf([], { pod, volumes, seLinux })
        .filter(({ selinuxRelabel }) => selinuxRelabel)
        .map(({ containerPath }) => containerPath);
    expect(labelled(true)).toEqual(['/scratch', '/etc/hosts', '/dev/termination-log']);
    expect(labelled(false)).toEqual([]);
  });

  it('have the last words where the container wants them, or nowhere', () => {
    const pathsOf = (terminationMessagePath: string) =>
      mountsOf([], { container: { name: 'app', terminationMessagePath } }).map(({ containerPath }) => containerPath);
    expect(pathsOf('/var/message')).toEqual(['/etc/hosts', '/var/message']);
    expect(pathsOf('')).toEqual(['/etc/hosts']);
  });
});
