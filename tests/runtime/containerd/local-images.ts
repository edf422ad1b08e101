import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { tarArchive, type TarEntry } from './tar-archive.ts';

/** The image of the tests: a static busybox, with a shell and the usual commands. */
export const busyboxImage = 'localhost/busybox:1';
/** The same, made to run as the user 1234. */
export const nonrootImage = 'localhost/nonroot:1';
export const pauseImage = 'localhost/pause:1';

/** An image with one layer. */
export interface LocalImage {
  readonly reference: string;
  /** As in the OCI image specification. */
  readonly config: Uint8Array;
  /** A tar archive. */
  readonly layer: Uint8Array;
}

interface ImageSpec {
  readonly reference: string;
  readonly entries: readonly TarEntry[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
}

const text = (content: string): Buffer => Buffer.from(content);

/** The images of the tests, made of the busybox of this machine. */
export function localImages(busybox: string): LocalImage[] {
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const binary = readFileSync(busybox);
  const base: TarEntry[] = [
    ...['bin', 'etc', 'dev', 'proc', 'sys', 'run', 'var', 'root', 'home'].map((path): TarEntry => ({
      path,
      mode: 0o755,
      kind: 'directory',
    })),
    { path: 'tmp', mode: 0o1777, kind: 'directory' },
    { path: 'bin/busybox', mode: 0o755, content: binary },
    ...applets
      .filter((name) => name !== 'busybox')
      .map((name): TarEntry => ({ path: `bin/${name}`, linkTo: '/bin/busybox' })),
    {
      path: 'etc/passwd',
      mode: 0o644,
      content: text('root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n'),
    },
    { path: 'etc/group', mode: 0o644, content: text('root:x:0:\nnobody:x:65534:\n') },
  ];
  const pause = '#!/bin/busybox sh\ntrap "exit 0" TERM INT\nwhile :; do /bin/busybox sleep 3600 & wait $!; done\n';
  const images: readonly ImageSpec[] = [
    { reference: busyboxImage, entries: base, command: ['sh'] },
    { reference: nonrootImage, entries: base, command: ['sh'], user: '1234' },
    {
      reference: pauseImage,
      entries: [
        { path: 'bin', mode: 0o755, kind: 'directory' },
        { path: 'bin/busybox', mode: 0o755, content: binary },
        { path: 'pause', mode: 0o755, content: text(pause) },
      ],
      entrypoint: ['/pause'],
    },
  ];
  return images.map(localImage);
}

/** An image that no runtime has before it pulls it: the busybox, with a configuration of its own. */
export function remoteImage(busybox: string): LocalImage {
  const [base] = localImages(busybox);
  if (base === undefined) throw new Error('there are no images');
  const config: unknown = JSON.parse(Buffer.from(base.config).toString());
  return {
    reference: 'localhost/private/app:1',
    config: text(JSON.stringify({ ...Object(config), author: 'private' })),
    layer: base.layer,
  };
}

/** Writes the images as archives that `ctr images import` takes. */
export function writeLocalImages(directory: string, busybox: string): string[] {
  return localImages(busybox).map((image, index) => {
    const path = join(directory, `image-${index}.tar`);
    writeFileSync(path, imageArchive(image));
    return path;
  });
}

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function localImage({ reference, entries, entrypoint, command, user }: ImageSpec): LocalImage {
  const layer = tarArchive(entries);
  const config = text(
    JSON.stringify({
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      os: 'linux',
      config: { Entrypoint: entrypoint, Cmd: command, Env: ['PATH=/bin'], WorkingDir: '/', User: user },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest(layer)}`] },
      history: [{ created: '2026-01-01T00:00:00Z' }],
    }),
  );
  return { reference, config, layer };
}

/** In the form of `docker save`. */
function imageArchive({ reference, config, layer }: LocalImage): Buffer {
  const configName = `${digest(config)}.json`;
  const manifest = text(JSON.stringify([{ Config: configName, RepoTags: [reference], Layers: ['layer.tar'] }]));
  return tarArchive([
    { path: configName, mode: 0o644, content: config },
    { path: 'layer.tar', mode: 0o644, content: layer },
    { path: 'manifest.json', mode: 0o644, content: manifest },
  ]);
}
