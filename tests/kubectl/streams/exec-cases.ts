import { createCipheriv } from 'node:crypto';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { leftOut } from '../../left-out.ts';
import { digestOf, namespace, type StreamWorld } from './stream-world.ts';

const size = 100 * 1024 * 1024;

/** Bytes without a pattern, the same every time. */
function* noise(): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < size; sent += zeros.length) yield cipher.update(zeros);
}

/**
 * Runs a shell in a pseudo-terminal of 80 by 24 and asks for its size at each prompt. When the size is known the terminal becomes 132 by 43,
 * and when that is known too the shell is left with 7. Prints all that was shown.
 */
export const terminalScript = `
import fcntl, os, pty, select, signal, struct, sys, termios
def resize(columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
resize(80, 24)
shown, read, is_wide = b'', 0, False
while select.select([fd], [], [], 20)[0]:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if not is_wide and b'24 80' in shown:
        is_wide = True
        resize(132, 43)
    prompt = shown.find(b'# ', read)
    if prompt >= 0:
        read = prompt + 2
        os.write(fd, b'exit 7\\n' if b'43 132' in shown else b'stty size\\n')
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`;

function findPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import pty'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const hasTerminal: boolean = findPython();
export const noTerminal = leftOut('exec -it: there is no python3 with a pty module');

export function execCases(world: () => StreamWorld): void {
  describe('kubectl exec', () => {
    const words = (...command: readonly string[]): string[] => ['exec', '-n', namespace, 'shell', '--', ...command];

    beforeAll(async () => {
      await world().runPod({ name: 'shell' });
    });

    it.each([0, 1, 3, 127, 130])('ends with the exit code %i of the command', async (code) => {
      const ended = await world().kubectl.attempt(...words('sh', '-c', `echo out; echo err >&2; exit ${code}`));
      expect(ended.code).toBe(code);
      expect(ended.stdout).toBe('out\n');
      expect(ended.stderr).toMatch(/^err\n/);
    });

    it('says so when there is no such container', async () => {
      const { code, stderr } = await world().kubectl.attempt(
        'exec',
        '-n',
        namespace,
        'shell',
        '-c',
        'none',
        '--',
        'true',
      );
      expect(code).toBe(1);
      expect(stderr).toContain('container none is not valid for pod shell');
    });

    it('-i carries 100 MiB in and out again, every byte of it', async () => {
      const child = world().kubectl.pipe('exec', '-i', '-n', namespace, 'shell', '--', 'cat');
      const ended = once(child, 'close');
      child.stdin.on('error', () => child.kill());
      Readable.from(noise()).pipe(child.stdin);
      const [back, sent] = await Promise.all([digestOf(child.stdout), digestOf(Readable.from(noise()))]);
      expect(back).toEqual({ bytes: size, digest: sent.digest });
      expect(await ended).toEqual([0, null]);
    }, 120_000);

    it.skipIf(!hasTerminal)(
      '-it has the size of the terminal, and each new one',
      { ...noTerminal, timeout: 60_000 },
      async () => {
        const [program, ...line] = world().kubectl.commandLine('exec', '-it', '-n', namespace, 'shell', '--', 'sh');
        const child = spawn('python3', ['-c', terminalScript, program, ...line], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let shown = '';
        child.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
        const [code] = (await once(child, 'close')) as [number];
        expect(shown).toContain('24 80');
        expect(shown).toContain('43 132');
        expect(code).toBe(7);
      },
    );
  });

  describe('kubectl attach', () => {
    it('-i talks to the main process, and shows what it says', async () => {
      const { runPod, kubectl } = world();
      await runPod({ name: 'echoes', annotations: { 'main-process': 'echo' } });
      const child = kubectl.pipe('attach', '-i', '-n', namespace, 'echoes');
      let shown = '';
      const heard = new Promise<void>((resolve) => {
        child.stdout.on('data', (bytes: Buffer) => {
          shown += bytes.toString();
          if (shown.includes('hello there')) resolve();
        });
      });
      const ended = once(child, 'close');
      child.stdin.write('hello there\n');
      await heard;
      child.kill();
      await ended;
      expect(await kubectl('logs', '-n', namespace, 'echoes')).toBe('hello there\n');
    });
  });
}
