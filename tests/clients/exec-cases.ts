import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { Attach, Exec, type V1Status } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type ClientWorld } from './client-world.ts';
import { exitCodeOf, listenTo, runCommand, Terminal } from './run-command.ts';

const chunks = Array.from({ length: 128 }, (_, index) => Buffer.alloc(64 * 1024, `piece ${index} `));

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function execCases(world: () => ClientWorld): void {
  describe('Exec', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'shell' });
    });

    it.each([0, 1, 3, 127, 130])('is told the exit code %i, after all of both outputs', async (code) => {
      const command = ['sh', '-c', `echo out; echo err >&2; exit ${code}`];
      const { status, stdout, stderr } = await runCommand(world().config, { pod: 'shell', command });
      expect(exitCodeOf(status)).toBe(code);
      expect([stdout.toString(), stderr.toString()]).toEqual(['out\n', 'err\n']);
    });

    it('carries 8 MiB in and out, and ends the input of the command, which it can because it speaks v5.channel.k8s.io', async () => {
      const stdin = Readable.from(chunks);
      const { status, stdout, protocol } = await runCommand(world().config, { pod: 'shell', command: ['cat'], stdin });
      expect(protocol).toBe('v5.channel.k8s.io');
      expect(status.status).toBe('Success');
      expect(stdout).toHaveLength(8 * 1024 * 1024);
      expect(digestOf(stdout)).toBe(digestOf(Buffer.concat(chunks)));
    });

    it('gives the shell the size of the terminal, and each new one', async () => {
      const [terminal, typed] = [new Terminal(), new PassThrough()];
      const ended = Promise.withResolvers<V1Status>();
      let shown = '';
      let answered = 0;
      terminal.on('data', (bytes: Buffer) => {
        shown += bytes.toString();
        const prompts = shown.split('# ').length - 1;
        if (prompts === answered) return;
        answered = prompts;
        if (shown.includes('24 80') && terminal.columns === 80) terminal.resize(132, 43);
        typed.write(shown.includes('43 132') ? 'exit 7\n' : 'stty size\n');
      });
      const exec = new Exec(world().config);
      await exec.exec(namespace, 'shell', 'app', ['sh'], terminal, null, typed, true, ended.resolve);
      expect(exitCodeOf(await ended.promise)).toBe(7);
      expect(shown).toContain('24 80');
      expect(shown).toContain('43 132');
    });

    it('is refused for a container that there is not', async () => {
      await expect(
        runCommand(world().config, { pod: 'shell', container: 'none', command: ['true'] }),
      ).rejects.toMatchObject({ message: 'Unexpected server response: 400' });
    });
  });

  describe('Attach', () => {
    it('talks to the main process, and shows what it says; of its end this client tells nothing', async () => {
      await world().runPod({ name: 'echoes', annotations: { 'main-process': 'echo' } });
      const [stdout, stdin] = [new PassThrough(), new PassThrough()];
      const heard = listenTo(stdout);
      const socket = await new Attach(world().config).attach(namespace, 'echoes', 'app', stdout, null, stdin, false);
      stdin.write('hello there\n');
      await heard.says('hello there\n');
      expect(heard.text()).toBe('hello there\n');
      const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
      socket.close();
      await closed;
    });
  });
}
