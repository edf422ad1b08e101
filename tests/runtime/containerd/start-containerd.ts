import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { containerdConfig, networkConfig } from './containerd-config.ts';
import type { ContainerdPrograms } from './find-containerd.ts';
import { writeLocalImages } from './local-images.ts';
import { createPrivateNetwork } from './private-network.ts';

const runFile = promisify(execFile);
const startMilliseconds = 30_000;
const probeMilliseconds = 100;

/** A containerd of its own: with root, state, socket and network that nothing else uses. */
export interface RunningContainerd {
  readonly endpoint: string;
  /** For example `1.6.20`. */
  readonly version: string;
  /** Where its streaming server is. */
  readonly streamingAddress: string;
  /** A directory that goes with it. */
  readonly directory: string;
  /** What `ctr` prints. */
  ctr(...words: string[]): Promise<string>;
  /** Kills the daemon, not the containers, and starts it again. */
  restart(): Promise<void>;
  /** Stops everything and leaves nothing behind. */
  close(): Promise<void>;
}

/** Starts containerd with the images of the tests. @throws with the end of its log when it does not come up. */
export async function startContainerd({
  containerd,
  ctr,
  busybox,
  cni,
}: ContainerdPrograms): Promise<RunningContainerd> {
  const directory = await mkdtemp(join(tmpdir(), 'vk-test-cri-'));
  const socket = join(directory, 'c.sock');
  const log = join(directory, 'containerd.log');
  const network = createPrivateNetwork();
  let daemon: ChildProcess | undefined;

  const client = async (...words: string[]): Promise<string> =>
    (await runFile(ctr, ['-a', socket, '-n', 'k8s.io', ...words], { maxBuffer: 16 * 1024 * 1024 })).stdout;

  async function start(): Promise<void> {
    const output = createWriteStream(log, { flags: 'a' });
    await once(output, 'open');
    daemon = spawn('nsenter', [`--net=${network.namespace}`, containerd, '-c', join(directory, 'config.toml')], {
      stdio: ['ignore', output, output],
    });
    output.end();
    const deadline = Date.now() + startMilliseconds;
    for (;;) {
      try {
        await client('version');
        return;
      } catch (error) {
        if (daemon.exitCode !== null || Date.now() > deadline) {
          const end = (await readFile(log, 'utf8')).split('\n').slice(-5).join('\n');
          throw new Error(`containerd did not start: ${end}`, { cause: error });
        }
      }
      await new Promise((resolve) => {
        setTimeout(resolve, probeMilliseconds);
      });
    }
  }

  async function kill(): Promise<void> {
    const running = daemon;
    daemon = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  async function close(): Promise<void> {
    const namespaces = daemon === undefined ? [] : await networkNamespaces(client);
    await kill();
    for (const pid of shimsOf(socket)) endProcess(pid);
    unmountBelow(directory);
    for (const name of namespaces) execFileSync('ip', ['netns', 'delete', name]);
    network.remove();
    await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    await mkdir(join(directory, 'net.d'));
    await writeFile(join(directory, 'config.toml'), containerdConfig({ directory, socket, cni }, network));
    await writeFile(join(directory, 'net.d', '10-vk-test.conflist'), networkConfig(directory, network));
    await start();
    for (const image of writeLocalImages(directory, busybox)) {
      await client('images', 'import', '--snapshotter', 'overlayfs', image);
      await rm(image);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const versionText = execFileSync(containerd, ['--version'], { encoding: 'utf8' });
  return {
    endpoint: `unix://${socket}`,
    version: /\d+\.\d+\.\d+\S*/u.exec(versionText)?.[0] ?? versionText.trim(),
    streamingAddress: network.address,
    directory,
    ctr: client,
    restart: async () => {
      await kill();
      await start();
    },
    close,
  };
}

/** The namespaces of sandboxes that are left, by name: they outlive the runtime. */
async function networkNamespaces(ctr: RunningContainerd['ctr']): Promise<string[]> {
  const names = new Set<string>();
  for (const id of (await ctr('containers', 'ls', '-q')).split('\n').filter(Boolean)) {
    const { Spec } = JSON.parse(await ctr('containers', 'info', id)) as {
      readonly Spec?: { readonly linux?: { readonly namespaces?: readonly { type: string; path?: string }[] } };
    };
    const path = Spec?.linux?.namespaces?.find(({ type }) => type === 'network')?.path ?? '';
    if (basename(path).startsWith('cni-') && existsSync(path)) names.add(basename(path));
  }
  return [...names];
}

/** The processes that keep the containers of this socket: they outlive the daemon on purpose. */
function shimsOf(socket: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => {
      const words = commandLine(pid);
      return (words[0] ?? '').includes('containerd-shim') && words.includes(socket);
    })
    .flatMap((pid) => [...childrenOf(pid), pid]);
}

function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** Empty when it has ended. */
function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** The deepest first. */
function unmountBelow(directory: string): void {
  const targets = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((target) => target.startsWith(`${directory}/`))
    .toSorted((a, b) => b.length - a.length);
  for (const target of targets) execFileSync('umount', ['-l', target]);
}
