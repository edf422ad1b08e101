import * as nodeFiles from 'node:fs/promises';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../provider/logger.ts';
import { FailedMountError } from './failed-mount-error.ts';
import type { HostFiles } from './host-files.ts';
import type { HostVolumes } from './host-volumes.ts';
import { dyingFiles, ProcessDied } from './testing/dying-files.ts';
import { hostWorld, preparedPod } from './testing/host-world.ts';
import { ScriptedVolume, textFile } from './testing/scripted-volume.ts';
import { tree, visibleFiles } from './testing/tree.ts';

const never = new AbortController().signal;

async function diesOnTheWay(step: Promise<void>): Promise<boolean> {
  try {
    await step;
    return false;
  } catch (error) {
    if (error instanceof ProcessDied || (error instanceof FailedMountError && error.cause instanceof ProcessDied))
      return true;
    throw error;
  }
}

/** Reads files, and this in the place of the table of mounts. */
function readingMountTable(table: string): HostFiles['readFile'] {
  return (async (path: string, encoding: 'utf8') =>
    path === '/proc/self/mountinfo' ? table : await nodeFiles.readFile(path, encoding)) as HostFiles['readFile'];
}

describe('the volumes of a pod on a host', () => {
  it('are directories of the pod: emptyDir and what is public on the disk, Secrets and tokens in memory', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const prepared = preparedPod(
      {
        volumes: [
          { name: 'scratch', emptyDir: {} },
          { name: 'settings', configMap: { name: 's' } },
          { name: 'keys', secret: { secretName: 'k' } },
          { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
          { name: 'host', hostPath: { path: '/srv' } },
        ],
      },
      [
        new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]),
        new ScriptedVolume('keys', 'secret', [textFile('key', 'secret')]),
        new ScriptedVolume('token', 'projected', [textFile('token', 't')]),
      ],
    );
    await volumes.setUp(prepared, {}, never);
    expect((await readdir(join(world.root, 'pods/u-1/volumes'))).sort()).toEqual(['scratch', 'settings']);
    expect((await readdir(join(world.root, 'memory/u-1/volumes'))).sort()).toEqual(['keys', 'token']);
    expect((await stat(join(world.root, 'pods/u-1/volumes/scratch'))).mode & 0o7777).toBe(0o777);
    expect(await visibleFiles(join(world.root, 'memory/u-1/volumes/keys'))).toEqual({ key: 'secret' });
    expect(Object.fromEntries(world.mounter.mounted)).toEqual({ [join(world.root, 'memory')]: 'tmpfs mode=750' });
    expect((await stat(volumes.directoryOf('u-1'))).isDirectory()).toBe(true);
    expect(await volumes.directoriesOf('u-1')).toEqual([
      { name: 'scratch', path: join(world.root, 'pods/u-1/volumes/scratch') },
      { name: 'settings', path: join(world.root, 'pods/u-1/volumes/settings') },
      { name: 'keys', path: join(world.root, 'memory/u-1/volumes/keys') },
      { name: 'token', path: join(world.root, 'memory/u-1/volumes/token') },
    ]);
    expect(await volumes.directoriesOf('u-2')).toEqual([]);
  });

  it('in memory are mounts of their own, of the smaller of the two sizes', async () => {
    const world = await hostWorld();
    const prepared = preparedPod({
      securityContext: { fsGroup: 7 },
      volumes: [
        { name: 'one', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        { name: 'two', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
        { name: 'three', emptyDir: { medium: 'Memory' } },
      ],
    });
    const volumes = world.process();
    await volumes.setUp(prepared, { memoryLimitBytes: 2_000_000 }, never);
    const expected = {
      [join(world.root, 'pods/u-1/volumes/one')]: 'tmpfs mode=3777,gid=7,size=1048576',
      [join(world.root, 'pods/u-1/volumes/two')]: 'tmpfs mode=3777,gid=7,size=2000000',
      [join(world.root, 'pods/u-1/volumes/three')]: 'tmpfs mode=3777,gid=7,size=2000000',
    };
    expect(Object.fromEntries(world.mounter.mounted)).toEqual(expected);
    // A second time, also in another process, nothing is mounted over what is there.
    const mountMemory = vi.spyOn(world.mounter, 'mountMemory');
    await volumes.setUp(prepared, {}, never);
    await world.process().setUp(prepared, {}, never);
    expect(mountMemory).not.toHaveBeenCalled();
  });

  it('keep what the pod has written when they are set up again', async () => {
    const world = await hostWorld();
    const prepared = preparedPod({ volumes: [{ name: 'scratch', emptyDir: {} }] });
    await world.process().setUp(prepared, {}, never);
    await writeFile(join(world.root, 'pods/u-1/volumes/scratch/work'), 'done');
    await world.process().setUp(prepared, {}, never);
    expect(await readFile(join(world.root, 'pods/u-1/volumes/scratch/work'), 'utf8')).toBe('done');
  });

  it('follow their sources while the pod runs, and only the newest of them after a second set-up', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const spec = { volumes: [{ name: 'settings', configMap: { name: 's' } }] };
    const first = new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]);
    await volumes.setUp(preparedPod(spec, [first]), {}, never);
    const directory = join(world.root, 'pods/u-1/volumes/settings');
    first.change([textFile('a', '2'), textFile('b', '2')]);
    await vi.waitFor(async () => expect(await visibleFiles(directory)).toEqual({ a: '2', b: '2' }));
    const second = new ScriptedVolume('settings', 'configMap', [textFile('a', '3')]);
    await volumes.setUp(preparedPod(spec, [second]), {}, never);
    expect(first.subscribers.size).toBe(0);
    expect(await visibleFiles(directory)).toEqual({ a: '3' });
    await volumes.close();
    expect(second.subscribers.size).toBe(0);
    expect(await visibleFiles(directory)).toEqual({ a: '3' });
  });

  it('are worked on one after the other, also by the first calls for a pod', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const spec = { volumes: [{ name: 'settings', configMap: { name: 's' } }] };
    const first = new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]);
    const second = new ScriptedVolume('settings', 'configMap', [textFile('a', '2')]);
    await Promise.all([
      volumes.setUp(preparedPod(spec, [first]), {}, never),
      volumes.setUp(preparedPod(spec, [second]), {}, never),
    ]);
    expect([first.subscribers.size, second.subscribers.size]).toEqual([0, 1]);
    expect(await visibleFiles(join(world.root, 'pods/u-1/volumes/settings'))).toEqual({ a: '2' });
  });

  it('go on to follow their sources when a later set-up fails', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const source = new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]);
    const settings = { name: 'settings', configMap: { name: 's' } };
    await volumes.setUp(preparedPod({ volumes: [settings] }, [source]), {}, never);
    const host = { name: 'host', hostPath: { path: join(world.root, 'nothing'), type: 'File' } };
    const failing = volumes.setUp(preparedPod({ volumes: [settings, host] }, [source]), {}, never);
    await expect(failing).rejects.toThrow('is not a file');
    source.change([textFile('a', '2')]);
    const directory = join(world.root, 'pods/u-1/volumes/settings');
    await vi.waitFor(async () => expect(await visibleFiles(directory)).toEqual({ a: '2' }));
  });

  it('that could not be brought up to date are written again after a while', async () => {
    const world = await hostWorld();
    const source = new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]);
    let isFull = false;
    const files = {
      ...nodeFiles,
      mkdtemp: async (prefix: string) => {
        if (isFull) throw new Error('no space left on device');
        return nodeFiles.mkdtemp(prefix);
      },
    };
    const volumes = world.process({ files });
    await volumes.setUp(
      preparedPod({ volumes: [{ name: 'settings', configMap: { name: 's' } }] }, [source]),
      {},
      never,
    );
    isFull = true;
    source.change([textFile('a', '2')]);
    await vi.waitFor(() => expect(world.clock.pending).toBe(1));
    isFull = false;
    await world.clock.advance(5_000);
    const directory = join(world.root, 'pods/u-1/volumes/settings');
    await vi.waitFor(async () => expect(await visibleFiles(directory)).toEqual({ a: '2' }));
  });

  it('that cannot be made are told of with the words of the kubelet', async () => {
    const world = await hostWorld();
    const path = join(world.root, 'nothing');
    const prepared = preparedPod({ volumes: [{ name: 'host', hostPath: { path, type: 'Directory' } }] });
    const outcome = world.process().setUp(prepared, {}, never);
    await expect(outcome).rejects.toThrow(
      `MountVolume.SetUp failed for volume "host" : hostPath type check failed: ${path} is not a directory`,
    );
    await expect(outcome).rejects.toSatisfy((error) => FailedMountError.isInstance(error));
  });

  it('have places for other volumes that are mounted below them', async () => {
    const world = await hostWorld();
    const source = new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]);
    const volumeMounts = [
      { name: 'settings', mountPath: '/etc/app' },
      { name: 'scratch', mountPath: '/etc/app/run' },
    ];
    const prepared = preparedPod(
      {
        containers: [{ name: 'app', volumeMounts }],
        volumes: [
          { name: 'settings', configMap: { name: 's' } },
          { name: 'scratch', emptyDir: {} },
        ],
      },
      [source],
    );
    await world.process().setUp(prepared, {}, never);
    expect((await stat(join(world.root, 'pods/u-1/volumes/settings/run'))).isDirectory()).toBe(true);
  });

  it('leave nothing when the pod is removed, neither files nor mounts, and other pods keep theirs', async () => {
    const world = await hostWorld();
    const volumes = world.process();
    const spec = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'scratch', mountPath: '/s', subPath: 'deep/er' }] }],
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'memory', emptyDir: { medium: 'Memory' } },
        { name: 'keys', secret: { secretName: 'k' } },
      ],
    };
    for (const uid of ['u-1', 'u-2']) {
      const prepared = preparedPod(spec, [new ScriptedVolume('keys', 'secret', [textFile('k', '1')])], uid);
      await volumes.setUp(prepared, {}, never);
      await volumes.mountsOf(prepared, 'app', [], never);
    }
    expect(await volumes.list()).toEqual(['u-1', 'u-2']);
    await volumes.remove('u-1', never);
    await volumes.remove('u-1', never);
    expect(await volumes.list()).toEqual(['u-2']);
    expect(Object.keys(await tree(world.root)).filter((path) => path.includes('u-1'))).toEqual([]);
    expect([...world.mounter.mounted.keys()].filter((path) => path.includes('u-1'))).toEqual([]);
    expect([...world.mounter.mounted.keys()].filter((path) => path.includes('u-2'))).toHaveLength(2);
  });

  it('of a process that made mounts are left alone, host data and all, by one that makes none', async () => {
    const world = await hostWorld();
    const spec = {
      containers: [{ name: 'app', volumeMounts: [{ name: 'scratch', mountPath: '/s', subPath: 'deep' }] }],
      volumes: [{ name: 'scratch', emptyDir: {} }],
    };
    const before = world.process();
    await before.setUp(preparedPod(spec), {}, never);
    const [mount] = await before.mountsOf(preparedPod(spec), 'app', [], never);
    await writeFile(join(mount?.hostPath ?? '', 'of-the-host'), 'kept');
    const table = `30 27 8:1 /srv ${mount?.hostPath ?? ''} rw - ext4 /dev/sda rw\n`;
    const files: HostFiles = { ...nodeFiles, readFile: readingMountTable(table) };
    const volumes = world.process({ mounts: false, files });
    await expect(volumes.remove('u-1', never)).rejects.toThrow(`something is mounted at ${mount?.hostPath ?? ''}`);
    expect(await tree(mount?.hostPath ?? '')).toEqual({ 'of-the-host': 'kept' });
  });

  it('of a process that died are found and removed by the next', async () => {
    const world = await hostWorld();
    const keys = new ScriptedVolume('keys', 'secret', [textFile('k', '1')]);
    await world.process().setUp(preparedPod({ volumes: [{ name: 'keys', secret: {} }] }, [keys]), {}, never);
    const next = world.process();
    expect(await next.list()).toEqual(['u-1']);
    await next.remove('u-1', never);
    expect(await next.list()).toEqual([]);
  });

  it('come out the same whenever a process dies on the way, both when they are made and when they are removed', async () => {
    const spec = {
      securityContext: { fsGroup: (await stat('.')).gid },
      volumes: [
        { name: 'scratch', emptyDir: {} },
        { name: 'settings', configMap: { name: 's' } },
        { name: 'keys', secret: { secretName: 'k' } },
      ],
    };
    let deaths = 0;
    for (let lastChange = 0, finished = false; !finished; lastChange++) {
      const world = await hostWorld();
      const prepared = () =>
        preparedPod(spec, [
          new ScriptedVolume('settings', 'configMap', [textFile('a', '1')]),
          new ScriptedVolume('keys', 'secret', [textFile('dir/k', '1')]),
        ]);
      const doomed = (): HostVolumes => world.process({ files: dyingFiles(lastChange).files });
      const diedMaking = await diesOnTheWay(doomed().setUp(prepared(), {}, never));
      await world.process().setUp(prepared(), {}, never);
      expect((await readdir(join(world.root, 'pods/u-1/volumes'))).sort()).toEqual(['scratch', 'settings']);
      expect((await stat(join(world.root, 'pods/u-1/volumes/scratch'))).mode & 0o7777).toBe(0o2777);
      expect(await readdir(join(world.root, 'memory/u-1/volumes'))).toEqual(['keys']);
      expect(await visibleFiles(join(world.root, 'pods/u-1/volumes/settings'))).toEqual({ a: '1' });
      expect(await visibleFiles(join(world.root, 'memory/u-1/volumes/keys'))).toEqual({ 'dir/k': '1' });
      const diedRemoving = await diesOnTheWay(doomed().remove('u-1', never));
      const last = world.process();
      for (const uid of await last.list()) await last.remove(uid, never);
      expect(await tree(world.root)).toEqual({ memory: 'dir', pods: 'dir' });
      deaths += Number(diedMaking) + Number(diedRemoving);
      finished = !diedMaking && !diedRemoving;
    }
    expect(deaths).toBeGreaterThan(30);
  });

  it('are never sought outside of the root: a UID is one name', async () => {
    const world = await hostWorld();
    await mkdir(join(world.root, 'elsewhere'));
    for (const uid of ['', '..', '../elsewhere', 'a/b', '.hidden']) {
      await expect(world.process().remove(uid, never)).rejects.toThrow('is not the UID of a pod');
    }
    expect(await readdir(world.root)).toContain('elsewhere');
  });

  it('that are secret lie on the disk where no mounts can be made, which is logged', async () => {
    const world = await hostWorld();
    const warn = vi.fn<(message: string) => void>();
    const keys = new ScriptedVolume('keys', 'secret', [textFile('k', '1')]);
    const volumes = world.process({ mounts: false, log: { ...silentLogger, warn } });
    await volumes.setUp(preparedPod({ volumes: [{ name: 'keys', secret: {} }] }, [keys]), {}, never);
    expect(await visibleFiles(join(world.root, 'memory/u-1/volumes/keys'))).toEqual({ k: '1' });
    expect(warn).toHaveBeenCalledOnce();
  });
});
