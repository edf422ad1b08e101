import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@vk/node';
import { silentLogger, type PreparedPod, type PreparedVolume } from '@vk/node/provider';
import { createHostVolumes, systemMounter, type HostVolumes } from '@vk/node/volumes';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { reportLane } from '../lane-report.ts';
import { leftOut } from '../left-out.ts';

/** Source: capabilities(7). */
const capSysAdmin = 1n << 21n;
const missing = whatIsMissing();
reportLane({
  lane: 'runtime',
  part: 'host volumes',
  ran: missing === undefined,
  ...(missing === undefined ? { detail: 'volumes of pods with real mounts' } : { reason: `host volumes: ${missing}` }),
});

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'mounts need Linux';
  const capabilities = /^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const isAllowed = (BigInt(`0x${capabilities}`) & capSysAdmin) !== 0n;
  return isAllowed ? undefined : 'mounts need the capability CAP_SYS_ADMIN';
}

const never = new AbortController().signal;
const key = (text: string) => ({ path: 'key', mode: 0o440, content: Buffer.from(text), secret: true });

describe.skipIf(missing !== undefined)('volumes with real mounts', leftOut(`host volumes: ${missing}`), () => {
  let root: string;
  let volumes: HostVolumes;
  let change: (text: string) => void = () => undefined;

  const secret: PreparedVolume = {
    name: 'keys',
    kind: 'secret',
    files: () => [key('1')],
    subscribe(onChange) {
      change = (text) => onChange([key(text)]);
    },
  };
  const prepared: PreparedPod = {
    pod: {
      metadata: { name: 'web-0', namespace: 'shop', uid: 'u-1' },
      spec: {
        containers: [
          {
            name: 'app',
            volumeMounts: [
              { name: 'memory', mountPath: '/memory', subPath: 'deep/er' },
              { name: 'keys', mountPath: '/key', subPath: 'key' },
            ],
          },
        ],
        securityContext: { fsGroup: 4711 },
        volumes: [
          { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
          { name: 'keys', secret: { secretName: 'keys' } },
        ],
      },
    },
    environment: {},
    volumes: [secret],
    ownership: { clusterId: 'c', nodeName: 'n', namespace: 'shop', name: 'web-0', uid: 'u-1' },
    hash: 'h',
  };

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'real mounts ')));
    volumes = createHostVolumes({ root, clock: systemClock, log: silentLogger, mounter: systemMounter });
    await volumes.setUp(prepared, {}, never);
  });

  afterEach(async () => {
    await volumes.close();
    await systemMounter.unmount(root, never);
    await rm(root, { recursive: true });
  });

  it('lie in memory with their size, their group and the bits that tmpfs has', async () => {
    const directory = join(root, 'pods/u-1/volumes/memory');
    const { mode, gid } = await stat(directory);
    expect({ mode: (mode & 0o7777).toString(8), gid }).toEqual({ mode: '3777', gid: 4711 });
    await expect(writeFile(join(directory, 'large'), Buffer.alloc(2_000_000))).rejects.toThrow('ENOSPC');
    const table = await readFile('/proc/self/mountinfo', 'utf8');
    expect(table).toContain(`${root.replaceAll(' ', '\\040')}/memory rw`);
    expect((await stat(join(root, 'memory/u-1/volumes/keys/key'))).mode & 0o7777).toBe(0o440);
  });

  it('show a sub path at its own place, which no later link of the pod turns elsewhere', async () => {
    const [memory, file] = await volumes.mountsOf(prepared, 'app', [], never);
    expect(memory?.hostPath).toBe(join(root, 'pods/u-1/subpaths/memory/app/0'));
    await writeFile(join(memory?.hostPath ?? '', 'seen'), 'x');
    const volume = join(root, 'pods/u-1/volumes/memory');
    expect(await readdir(join(volume, 'deep/er'))).toEqual(['seen']);
    await rm(join(volume, 'deep'), { recursive: true });
    await symlink('/etc', join(volume, 'deep'));
    expect(await readdir(memory?.hostPath ?? '')).toEqual([]);
    expect(await readFile(file?.hostPath ?? '', 'utf8')).toBe('1');
  });

  it('show the newest contents of a file to a container that starts again, and stay where they are otherwise', async () => {
    const [, before] = await volumes.mountsOf(prepared, 'app', [], never);
    const mounted = await systemMounter.mountsBelow(root);
    await volumes.mountsOf(prepared, 'app', [], never);
    expect(await systemMounter.mountsBelow(root)).toEqual(mounted);
    change('2');
    const [, after] = await volumes.mountsOf(prepared, 'app', [], never);
    expect(after).toEqual(before);
    expect(await readFile(after?.hostPath ?? '', 'utf8')).toBe('2');
    expect(await systemMounter.mountsBelow(root)).toHaveLength(mounted.length);
  });

  it('are taken over by another process, and leave neither files nor mounts when the pod is removed', async () => {
    await volumes.mountsOf(prepared, 'app', [], never);
    const mounted = await systemMounter.mountsBelow(root);
    const next = createHostVolumes({ root, clock: systemClock, log: silentLogger, mounter: systemMounter });
    await next.setUp(prepared, {}, never);
    expect(await systemMounter.mountsBelow(root)).toEqual(mounted);
    await next.remove('u-1', never);
    expect(await next.list()).toEqual([]);
    expect(await systemMounter.mountsBelow(root)).toEqual([join(root, 'memory')]);
    expect(await readdir(join(root, 'memory'))).toEqual([]);
    await next.close();
  });

  it('never reach what they show of the host: not by a process without mounts, and not in what a version left', async () => {
    const host = await realpath(await mkdtemp(join(tmpdir(), 'of the host ')));
    onTestFinished(() => rm(host, { recursive: true }));
    await mkdir(join(host, 'shared'));
    await writeFile(join(host, 'shared/kept'), 'kept');
    const onHost: PreparedPod = {
      ...prepared,
      pod: {
        metadata: { name: 'web-1', namespace: 'shop', uid: 'u-2' },
        spec: {
          containers: [{ name: 'app', volumeMounts: [{ name: 'host', mountPath: '/host', subPath: 'shared' }] }],
          volumes: [{ name: 'host', hostPath: { path: host } }],
        },
      },
    };
    await volumes.setUp(onHost, {}, never);
    const [mount] = await volumes.mountsOf(onHost, 'app', [], never);
    expect(await readdir(mount?.hostPath ?? '')).toEqual(['kept']);

    const withoutMounts = createHostVolumes({ root, clock: systemClock, log: silentLogger });
    await expect(withoutMounts.remove('u-2', never)).rejects.toThrow('something is mounted at');
    expect(await readFile(join(host, 'shared/kept'), 'utf8')).toBe('kept');

    const stale = join(root, 'memory/u-1/volumes/keys/..2020_01_01_00_00_00.aaaaaa');
    await mkdir(stale);
    await systemMounter.bind(join(root, 'pods/u-1'), stale, never);
    await expect(volumes.setUp(prepared, {}, never)).rejects.toThrow('something is mounted at');
    expect(await readdir(join(root, 'pods/u-1'))).toContain('volumes');
    await systemMounter.unmount(stale, never);

    await volumes.remove('u-2', never);
    expect(await readFile(join(host, 'shared/kept'), 'utf8')).toBe('kept');
    expect(await volumes.list()).toEqual(['u-1']);
  });
});
