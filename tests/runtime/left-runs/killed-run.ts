/** A run of this lane that is killed: `node killed-run.ts`. Says in which directory it works, with a container and a namespace of a pod. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { findContainerd } from '../containerd/find-containerd.ts';
import { busyboxImage } from '../containerd/local-images.ts';
import { startContainerd } from '../containerd/start-containerd.ts';
import { cgroup } from '../cri-config.ts';

const programs = findContainerd();
if (!('found' in programs)) throw new Error(programs.missing);
const { directory } = await startContainerd(programs.found);
const podNamespace = `cni-${randomUUID()}`;
execFileSync('ip', ['netns', 'add', podNamespace]);
const namespace = `network:/var/run/netns/${podNamespace}`;
const own = [
  '--runc-root',
  join(directory, 'runc'),
  '--with-ns',
  namespace,
  '--cgroup',
  `/${cgroup}/pod`,
  '--label',
  `namespace=/var/run/netns/${podNamespace}`,
];
const words = ['run', '-d', '--snapshotter', 'overlayfs', ...own, busyboxImage, 'left', 'sleep', '3600'];
execFileSync(programs.found.ctr, ['-a', join(directory, 'c.sock'), '-n', 'k8s.io', ...words]);
process.send?.({ directory, podNamespace });
setInterval(() => undefined, 60_000);
