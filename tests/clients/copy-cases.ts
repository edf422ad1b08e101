import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Cp, Exec, type V1Status } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type ClientWorld } from './client-world.ts';
import { runCommand } from './run-command.ts';

/** The client's Cp tells nobody when it is done: this says when the command that it runs has ended, and all of its output is taken. */
class WatchedExec extends Exec {
  readonly #ended = Promise.withResolvers<V1Status>();

  get ended(): Promise<V1Status> {
    return this.#ended.promise;
  }

  override exec(
    ...[inNamespace, pod, container, command, stdout, stderr, stdin, tty]: [
      inNamespace: string,
      pod: string,
      container: string,
      command: string | string[],
      stdout: Writable | null,
      stderr: Writable | null,
      stdin: Readable | null,
      tty: boolean,
      onStatus?: (status: V1Status) => void,
    ]
  ): ReturnType<Exec['exec']> {
    const taken = stdout === null ? Promise.resolve() : finished(stdout, { readable: false });
    return super.exec(inNamespace, pod, container, command, stdout, stderr, stdin, tty, (status) => {
      taken.then(() => this.#ended.resolve(status), this.#ended.reject);
    });
  }
}

export function copyCases(world: () => ClientWorld): void {
  describe('Cp', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'files' });
    });

    it('carries files in and out again', async () => {
      const { config, directory } = world();
      const [from, to] = [join(directory, 'client-from'), join(directory, 'client-to')];
      await mkdir(join(from, 'folder'), { recursive: true });
      const content = Buffer.alloc(1024 * 1024, 'what is in the file ');
      await writeFile(join(from, 'folder', 'file.bin'), content);
      await runCommand(config, { pod: 'files', command: ['mkdir', '/tree'] });
      const put = new WatchedExec(config);
      await new Cp(config, put).cpToPod(namespace, 'files', 'app', from, '/tree');
      expect(await put.ended).toMatchObject({ status: 'Success' });
      const got = new WatchedExec(config);
      await new Cp(config, got).cpFromPod(namespace, 'files', 'app', 'folder', to, '/tree');
      expect(await got.ended).toMatchObject({ status: 'Success' });
      expect((await readFile(join(to, 'folder', 'file.bin'))).equals(content)).toBe(true);
    });
  });
}
