import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { endProcesses, unmountBelow } from '../left-on-host.ts';
import { writeOwner } from '../left-runs/run-owner.ts';
import type { RunningRuntime, RuntimeContainer } from '../running-runtime.ts';
import { RuntimeDaemon } from '../runtime-daemon.ts';
import { containerdConfig, networkConfig, registryHostConfig } from './containerd-config.ts';
import type { ContainerdPrograms } from './find-containerd.ts';
import { writeLocalImages } from './local-images.ts';
import { createPrivateNetwork } from './private-network.ts';

const runFile = promisify(execFile);
/** How many questions are asked at a time. */
const atOnce = 8;

type Ctr = (...words: string[]) => Promise<string>;

/** Starts containerd with the images of the tests. @throws with the end of its log when it does not come up. */
export async function startContainerd(programs: ContainerdPrograms): Promise<RunningRuntime> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-cri-'));
  writeOwner(directory);
  const socket = join(directory, 'c.sock');
  const network = createPrivateNetwork();
  const ctr: Ctr = async (...words) =>
    (await runFile(programs.ctr, ['-a', socket, '-n', 'k8s.io', ...words], { maxBuffer: 16 * 1024 * 1024 })).stdout;
  const log = join(directory, 'containerd.log');
  const daemon = new RuntimeDaemon({
    program: programs.daemon,
    words: ['-c', join(directory, 'config.toml')],
    network,
    log,
    directory: programs.directory,
    answers: () => ctr('version'),
  });

  async function close(): Promise<void> {
    const namespaces = daemon.isRunning ? await networkNamespaces(ctr) : [];
    await daemon.kill();
    endProcesses(([program = '', ...words]) => program.includes('containerd-shim') && words.includes(socket));
    unmountBelow(directory);
    for (const name of namespaces) execFileSync('ip', ['netns', 'delete', name]);
    network.remove();
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    await mkdir(join(directory, 'net.d'));
    const config = containerdConfig({ directory, socket, cni: programs.cni }, network);
    await writeFile(join(directory, 'config.toml'), config);
    await writeFile(join(directory, 'net.d', '10-vk-test.conflist'), networkConfig(directory, network));
    const registry = join(directory, 'certs.d', `${network.hostAddress}:${network.registryPort}`);
    await mkdir(registry, { recursive: true });
    await writeFile(join(registry, 'hosts.toml'), registryHostConfig(network));
    await daemon.start();
    for (const image of writeLocalImages(directory, programs.busybox)) {
      await ctr('images', 'import', '--snapshotter', 'overlayfs', image);
      await rm(image);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: 'containerd',
    endpoint: `unix://${socket}`,
    streamingAddress: network.address,
    registry: { host: network.hostAddress, port: network.registryPort },
    directory,
    log,
    containers: () => listContainers(ctr),
    ids: async () => [...lines(await ctr('containers', 'ls', '-q')), ...lines(await ctr('tasks', 'ls', '-q'))],
    countProcesses: () => countTasks(directory),
    restart: async () => {
      await daemon.kill();
      await daemon.start();
    },
    close,
  };
}

async function listContainers(ctr: Ctr): Promise<RuntimeContainer[]> {
  const rest = lines(await ctr('containers', 'ls', '-q'));
  const rows = lines(await ctr('tasks', 'ls')).map((line) => line.trim().split(/\s+/u));
  const running = new Set(rows.flatMap(([id = '', , state]) => (state === 'RUNNING' ? [id] : [])));
  const found: RuntimeContainer[] = [];
  const read = async (): Promise<void> => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      const labels = await labelsOf(ctr, id);
      if (labels !== undefined) found.push({ id, labels, running: running.has(id) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, read));
  return found;
}

/** Undefined for one that has been removed since it was listed. */
async function labelsOf(ctr: Ctr, id: string): Promise<Record<string, string> | undefined> {
  try {
    return (JSON.parse(await ctr('containers', 'info', id)) as { Labels: Record<string, string> }).Labels;
  } catch (error) {
    if (String(error).includes('not found')) return undefined;
    throw error;
  }
}

async function countTasks(directory: string): Promise<number> {
  try {
    return (await readdir(join(directory, 'state', 'io.containerd.runtime.v2.task', 'k8s.io'))).length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** The namespaces of sandboxes that are left, by name: they outlive the runtime. */
async function networkNamespaces(ctr: Ctr): Promise<string[]> {
  const names = new Set<string>();
  for (const id of lines(await ctr('containers', 'ls', '-q'))) {
    const { Spec } = JSON.parse(await ctr('containers', 'info', id)) as {
      readonly Spec?: { readonly linux?: { readonly namespaces?: readonly { type: string; path?: string }[] } };
    };
    const path = Spec?.linux?.namespaces?.find(({ type }) => type === 'network')?.path ?? '';
    if (basename(path).startsWith('cni-') && existsSync(path)) names.add(basename(path));
  }
  return [...names];
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}
