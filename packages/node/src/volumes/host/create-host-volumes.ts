import * as nodeFiles from 'node:fs/promises';
import { ifPresent, type HostFiles } from './host-files.ts';
import type { HostVolumesOptions } from './host-volumes-options.ts';
import type { HostVolumesServices } from './host-volumes-services.ts';
import type { HostVolumes } from './host-volumes.ts';
import { memoryDirectory, podDirectories, podsDirectory } from './pod-directories.ts';
import { PodHostVolumes } from './pod-host-volumes.ts';
import { makeSharedMemory } from './shared-memory.ts';
import { volumeRefusals } from './volume-refusals.ts';

/** The volumes of pods as files under `root`, on Linux. Nothing is made before the first pod is set up. */
export function createHostVolumes(options: HostVolumesOptions): HostVolumes {
  return hostVolumesOn(nodeFiles, options);
}

/** For tests: on file operations of one's own. */
export function hostVolumesOn(files: HostFiles, options: HostVolumesOptions): HostVolumes {
  const { mounter } = options;
  const pods = new Map<string, PodHostVolumes>();
  let services: Promise<HostVolumesServices> | undefined;

  async function start(): Promise<HostVolumesServices> {
    services ??= startServices(files, options);
    try {
      return await services;
    } catch (error) {
      services = undefined;
      throw error;
    }
  }

  /** One queue for each pod: nothing is awaited between the look at those that are known and the new one. */
  function podVolumes(shared: HostVolumesServices, uid: string): PodHostVolumes {
    let pod = pods.get(uid);
    if (pod === undefined) {
      pod = new PodHostVolumes(shared, podDirectories(shared.root, uid));
      pods.set(uid, pod);
    }
    return pod;
  }

  return {
    refuse: (pod) => volumeRefusals(pod, { canMount: mounter !== undefined }),
    async setUp(prepared, surroundings, signal) {
      const shared = await start();
      await podVolumes(shared, prepared.pod.metadata?.uid ?? '').setUp(prepared, surroundings, signal);
    },
    async mountsOf(prepared, containerName, environment, signal) {
      const shared = await start();
      const pod = podVolumes(shared, prepared.pod.metadata?.uid ?? '');
      return pod.mountsOf(prepared, containerName, environment, signal);
    },
    directoryOf: (uid) => podDirectories(options.root, uid).own,
    async directoriesOf(uid) {
      const directories = podDirectories(options.root, uid);
      const found = await Promise.all(
        (['disk', 'memory'] as const).map(async (where) => {
          const names = await ifPresent(files.readdir(directories.volume('', where)));
          // What is still being made has a name with dots, which no volume has.
          const volumes = (names ?? []).filter((name) => !name.includes('.'));
          return volumes.map((name) => ({ name, path: directories.volume(name, where) }));
        }),
      );
      return found.flat();
    },
    async remove(uid, signal) {
      const shared = await start();
      const pod = podVolumes(shared, uid);
      await pod.remove(signal);
      if (pod.isIdle) pods.delete(uid);
    },
    async list() {
      const found = await Promise.all(
        [podsDirectory(options.root), memoryDirectory(options.root)].map((directory) =>
          ifPresent(files.readdir(directory)),
        ),
      );
      return [...new Set(found.flatMap((names) => names ?? []))].sort();
    },
    async close() {
      for (const pod of pods.values()) pod.stopFollowing();
      await Promise.all([...pods.values()].map((pod) => pod.idle()));
      pods.clear();
    },
  };
}

async function startServices(files: HostFiles, options: HostVolumesOptions): Promise<HostVolumesServices> {
  const { mounter, clock, log } = options;
  await files.mkdir(podsDirectory(options.root), { recursive: true, mode: 0o750 });
  const root = await files.realpath(options.root);
  let memory: Promise<void> | undefined;
  return {
    files,
    mounter,
    clock,
    log,
    root,
    async ensureMemory() {
      memory ??= makeSharedMemory(memoryDirectory(root), { files, mounter, log });
      try {
        await memory;
      } catch (error) {
        memory = undefined;
        throw error;
      }
    },
  };
}
