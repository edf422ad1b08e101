import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../provider/errors/invalid-input.ts';
import type { Container } from '../../provider/wire.ts';
import { hostWorld, preparedPod, type HostWorld } from './testing/host-world.ts';
import { ScriptedVolume, textFile } from './testing/scripted-volume.ts';

const never = new AbortController().signal;

function prepare(volumeMounts: NonNullable<Container['volumeMounts']>, hostPath = '/srv') {
  return preparedPod(
    {
      containers: [{ name: 'other' }, { name: 'app', volumeMounts }],
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'settings', configMap: { name: 's' } },
        { name: 'token', projected: { sources: [] } },
        { name: 'host', hostPath: { path: hostPath } },
        { name: 'image', image: { reference: 'x' } },
        { name: 'omitted', projected: { sources: [] } },
      ],
    },
    [
      new ScriptedVolume('settings', 'configMap', [textFile('key', '1')]),
      new ScriptedVolume('token', 'projected', [textFile('token', 't')]),
    ],
  );
}

async function mounts(
  world: HostWorld,
  volumeMounts: NonNullable<Container['volumeMounts']>,
  { variables = {}, can = true }: { variables?: Readonly<Record<string, string>>; can?: boolean } = {},
) {
  const volumes = world.process({ mounts: can });
  const prepared = prepare(volumeMounts);
  await volumes.setUp(prepared, {}, never);
  const environment = Object.entries(variables).map(([name, value]) => ({ name, value, secret: false }));
  return volumes.mountsOf(prepared, 'app', environment, never);
}

describe('the mounts of a container', () => {
  it('are those of its spec in order, without those of images and of what the policy omits', async () => {
    const world = await hostWorld();
    const { root } = world;
    const common = { readOnly: false, recursiveReadOnly: false, propagation: 'private' };
    expect(
      await mounts(world, [
        { name: 'scratch', mountPath: '/scratch', readOnly: true, recursiveReadOnly: 'Enabled' },
        { name: 'settings', mountPath: 'settings' },
        { name: 'token', mountPath: '/token' },
        { name: 'image', mountPath: '/image' },
        { name: 'omitted', mountPath: '/omitted' },
        { name: 'host', mountPath: '/host', mountPropagation: 'Bidirectional' },
        {
          name: 'host',
          mountPath: '/again',
          mountPropagation: 'HostToContainer',
          readOnly: true,
          recursiveReadOnly: 'IfPossible',
        },
      ]),
    ).toEqual([
      {
        ...common,
        name: 'scratch',
        hostPath: join(root, 'pods/u-1/volumes/scratch'),
        containerPath: '/scratch',
        readOnly: true,
        recursiveReadOnly: true,
      },
      {
        ...common,
        name: 'settings',
        hostPath: join(root, 'pods/u-1/volumes/settings'),
        containerPath: '/settings',
        readOnly: true,
      },
      {
        ...common,
        name: 'token',
        hostPath: join(root, 'memory/u-1/volumes/token'),
        containerPath: '/token',
        readOnly: true,
      },
      { ...common, name: 'host', hostPath: '/srv', containerPath: '/host', propagation: 'bidirectional' },
      {
        ...common,
        name: 'host',
        hostPath: '/srv',
        containerPath: '/again',
        propagation: 'host-to-container',
        readOnly: true,
        recursiveReadOnly: 'if-possible',
      },
    ]);
  });

  it('show a sub path at a place outside of the volume, made where nothing is', async () => {
    const world = await hostWorld();
    const [first, second] = await mounts(
      world,
      [
        { name: 'scratch', mountPath: '/a', subPath: 'logs' },
        { name: 'scratch', mountPath: '/b', subPathExpr: '$(POD)/$$(kept)' },
      ],
      { variables: { POD: 'web-0' } },
    );
    const volume = join(world.root, 'pods/u-1/volumes/scratch');
    expect(first?.hostPath).toBe(join(world.root, 'pods/u-1/subpaths/scratch/app/0'));
    expect(second?.hostPath).toBe(join(world.root, 'pods/u-1/subpaths/scratch/app/1'));
    expect(world.mounter.mounted.get(first?.hostPath ?? '')).toBe(join(volume, 'logs'));
    expect(world.mounter.mounted.get(second?.hostPath ?? '')).toBe(join(volume, 'web-0/$(kept)'));
  });

  it('show the newest version of a file when a container starts again', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const prepared = prepare([{ name: 'settings', mountPath: '/key', subPath: 'key' }]);
    await volumes.setUp(prepared, {}, never);
    const [before] = await volumes.mountsOf(prepared, 'app', [], never);
    const shown = world.mounter.mounted.get(before?.hostPath ?? '');
    expect(shown).toMatch(/volumes\/settings\/\.\.2026_\w+\.\w+\/key$/);
    const changed = {
      ...prepared,
      volumes: [
        new ScriptedVolume('settings', 'configMap', [textFile('key', '2')]),
        new ScriptedVolume('token', 'projected', [textFile('token', 't')]),
      ],
    };
    await volumes.setUp(changed, {}, never);
    const [after] = await volumes.mountsOf(changed, 'app', [], never);
    expect(after).toEqual(before);
    expect(world.mounter.mounted.get(after?.hostPath ?? '')).not.toBe(shown);
  });

  it.each([
    [{ subPath: '/etc' }, 'subPath', 'error SubPath `/etc` must not be an absolute path'],
    [{ subPath: 'a/../..' }, 'subPath', "unable to provision SubPath `a/../..`: must not contain '..'"],
    [{ subPathExpr: '$(POD)/$(EMPTY)/$(ABSOLUTE)' }, 'subPathExpr', 'missing value for EMPTY, POD'],
    [{ subPathExpr: '$(ABSOLUTE)' }, 'subPathExpr', 'error SubPath `/tmp` must not be an absolute path'],
  ])('are refused by field for a sub path like %j', async (path, name, message) => {
    const world = await hostWorld();
    const outcome = mounts(world, [{ name: 'scratch', mountPath: '/a', ...path }], {
      variables: { ABSOLUTE: '/tmp', EMPTY: '' },
    });
    await expect(outcome).rejects.toThrow(`spec.containers[1].volumeMounts[0].${name}: ${message}`);
    await expect(outcome).rejects.toSatisfy((error) => InvalidInput.isInstance(error));
  });

  it('are refused when a link of the pod leads out of its volume, without telling where to', async () => {
    const world = await hostWorld();
    await mkdir(join(world.root, 'pods/u-1/volumes/scratch'), { recursive: true });
    await symlink('/etc', join(world.root, 'pods/u-1/volumes/scratch/link'));
    const outcome = mounts(world, [{ name: 'scratch', mountPath: '/a', subPath: 'link' }]);
    await expect(outcome).rejects.toThrow(
      'spec.containers[1].volumeMounts[0].subPath: failed to prepare subPath for volumeMount "scratch" of container "app"',
    );
    expect(world.mounter.mounted.size).toBe(1);
  });

  it('without mounts show sub paths of what only the API fills as they are, and no others', async () => {
    const world = await hostWorld();
    const [mount] = await mounts(world, [{ name: 'settings', mountPath: '/a', subPath: 'key' }], { can: false });
    expect(mount?.hostPath).toMatch(/volumes\/settings\/\.\.2026_\w+\.\w+\/key$/);
    await expect(mounts(world, [{ name: 'scratch', mountPath: '/a', subPath: 'x' }], { can: false })).rejects.toThrow(
      'failed to prepare subPath',
    );
  });

  it('of a file are bound over a file', async () => {
    const world = await hostWorld();
    await mkdir(join(world.root, 'pods/u-1/volumes/scratch'), { recursive: true });
    await writeFile(join(world.root, 'pods/u-1/volumes/scratch/file'), 'x');
    const [mount] = await mounts(world, [{ name: 'scratch', mountPath: '/a', subPath: 'file' }]);
    expect(world.mounter.mounted.get(mount?.hostPath ?? '')).toBe(join(world.root, 'pods/u-1/volumes/scratch/file'));
  });
});
