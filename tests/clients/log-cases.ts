import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Log, type LogOptions } from '@kubernetes/client-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { namespace, type ClientWorld } from './client-world.ts';
import { listenTo } from './run-command.ts';

export function logCases(world: () => ClientWorld): void {
  describe('Log', () => {
    beforeAll(async () => {
      await world().runPod({ name: 'talks', annotations: { stdout: 'one\ntwo\nthree' } });
    });

    async function logOf(pod: string, options: LogOptions = {}): Promise<string> {
      const stream = new PassThrough();
      await new Log(world().config).log(namespace, pod, 'app', stream, options);
      return text(stream);
    }

    it.each<[LogOptions, string]>([
      [{}, 'one\ntwo\nthree\n'],
      [{ tailLines: 1 }, 'three\n'],
      [{ limitBytes: 5 }, 'one\nt'],
      [{ sinceTime: '2100-01-01T00:00:00Z' }, ''],
    ])('with %j shows that much', async (options, shown) => {
      expect(await logOf('talks', options)).toBe(shown);
    });

    // It is not aborted: this client lets an abort end the whole process.
    it('with follow shows lines as they are written, and ends with the container', async () => {
      await world().runPod({
        name: 'ticks',
        annotations: { stdout: 'tick\ntock', 'stdout-rate': '5', 'run-time': '4s' },
      });
      const stream = new PassThrough();
      const heard = listenTo(stream);
      const ended = once(stream, 'end');
      await new Log(world().config).log(namespace, 'ticks', 'app', stream, { follow: true });
      await heard.says('tick\ntock\n');
      const early = heard.text().length;
      await ended;
      expect(heard.text().length).toBeGreaterThan(early);
      expect(heard.text()).toMatch(/^(tick\ntock\n)+(tick\n)?$/);
    });

    it('is refused for a previous run that there was not', async () => {
      await expect(logOf('talks', { previous: true })).rejects.toMatchObject({ code: 400 });
    });
  });
}
