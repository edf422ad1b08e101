import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { networkConfig } from '../containerd/containerd-config.ts';
import { localImages } from '../containerd/local-images.ts';
import { createPrivateNetwork } from '../containerd/private-network.ts';
import { endProcesses, unmountBelow } from '../left-on-host.ts';
import { writeOwner } from '../left-runs/run-owner.ts';
import type { RunningRuntime, RuntimeContainer } from '../running-runtime.ts';
import { RuntimeDaemon } from '../runtime-daemon.ts';
import { crioConfig, registriesConfig, signaturePolicy } from './crio-config.ts';
import type { CrioPrograms } from './find-crio.ts';
import { startImageRegistry } from '../image-registry.ts';

const runFile = promisify(execFile);

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Starts CRI-O with the images of the tests. @throws with the end of its log when it does not come up. */
export async function startCrio(programs: CrioPrograms): Promise<RunningRuntime> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-crio-'));
  writeOwner(directory);
  const endpoint = `unix://${join(directory, 'c.sock')}`;
  const network = createPrivateNetwork();
  const crictl = async (...words: string[]): Promise<string> => {
    const connection = ['--config', join(directory, 'crictl.yaml'), '-r', endpoint, '-i', endpoint, '-t', '60s'];
    return (await runFile(programs.crictl, [...connection, ...words], { maxBuffer: 16 * 1024 * 1024 })).stdout;
  };
  const log = join(directory, 'crio.log');
  const daemon = new RuntimeDaemon({
    program: programs.daemon,
    words: ['--config', join(directory, 'crio.conf'), '--config-dir', ''],
    network,
    log,
    directory: programs.directory,
    // No variable names the file with the registries; one below the home directory wins over that in `/etc`.
    environment: { HOME: directory },
    answers: () => crictl('version'),
  });
  // The state of the OCI runtime: a directory for each process, from its creation to its removal.
  const processes = join(directory, 'runc');

  async function listed(): Promise<RuntimeContainer[]> {
    const { items } = JSON.parse(await crictl('pods', '-o', 'json')) as { readonly items: readonly Listed[] };
    const { containers } = JSON.parse(await crictl('ps', '-a', '-o', 'json')) as {
      readonly containers: readonly Listed[];
    };
    const seen = ({ id, state, labels = {} }: Listed): RuntimeContainer => ({
      id,
      labels,
      running: state === 'SANDBOX_READY' || state === 'CONTAINER_RUNNING',
    });
    // CRI-O labels its sandboxes as containers of the name POD, as dockershim did.
    const sandboxes = items.map(({ labels, ...item }) =>
      seen({ ...item, labels: { ...labels, 'io.kubernetes.container.name': '' } }),
    );
    return [...sandboxes, ...containers.map(seen)];
  }

  async function close(): Promise<void> {
    await daemon.kill();
    endProcesses(
      ([program = '', ...words]) =>
        basename(program) === 'conmon' && words.some((word) => word.startsWith(`${directory}/`)),
    );
    unmountBelow(directory);
    network.remove();
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    for (const name of ['net.d', 'ns', 'exits', 'attach', 'runc', '.config/containers']) {
      await mkdir(join(directory, name), { recursive: true });
    }
    const registry = await startImageRegistry(localImages(programs.busybox), { host: network.hostAddress });
    try {
      await writeFile(join(directory, 'crio.conf'), crioConfig(directory, programs, network));
      await writeFile(join(directory, 'crictl.yaml'), '');
      await writeFile(join(directory, 'policy.json'), signaturePolicy);
      const registries = join(directory, '.config', 'containers', 'registries.conf');
      await writeFile(registries, registriesConfig(registry.address, network));
      await writeFile(join(directory, 'net.d', '10-vk-test.conflist'), networkConfig(directory, network));
      await daemon.start();
      for (const { reference } of localImages(programs.busybox)) await crictl('pull', reference);
    } finally {
      await registry.close();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'cri-o',
    endpoint,
    streamingAddress: network.address,
    registry: { host: network.hostAddress, port: network.registryPort },
    directory,
    log,
    containers: listed,
    ids: async () => [...(await listed()).map(({ id }) => id), ...(await idsOfProcesses(processes))],
    countProcesses: async () => (await readdir(processes)).length,
    restart: async () => {
      await daemon.kill();
      await daemon.start();
    },
    close,
  };
}

/** Of those that run. CRI-O that is killed while it makes a container leaves what the OCI runtime has noted of it for good. */
async function idsOfProcesses(directory: string): Promise<string[]> {
  const ids = await readdir(directory);
  const running = await Promise.all(ids.map((id) => isRunning(join(directory, id, 'state.json'))));
  return ids.filter((_id, index) => running[index] === true);
}

async function isRunning(state: string): Promise<boolean> {
  try {
    const { init_process_pid: pid } = JSON.parse(await readFile(state, 'utf8')) as {
      readonly init_process_pid: number;
    };
    return existsSync(`/proc/${pid}`);
  } catch (error) {
    // It is being made, or has just gone.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}
