import { beforeAll, describe, expect, it, vi } from 'vitest';
import { patience } from '../kubectl-world.ts';
import { namespace, type StreamWorld } from './stream-world.ts';

const stamp = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)`;

export function logCases(world: () => StreamWorld): void {
  describe('kubectl logs', () => {
    const logs = (...words: readonly string[]): Promise<string> => world().kubectl('logs', '-n', namespace, ...words);

    beforeAll(async () => {
      const { runPod } = world();
      await runPod({ name: 'talks', annotations: { stdout: 'one\ntwo\nthree' } });
      await runPod({
        name: 'pair',
        annotations: { 'stdout.a': 'from a', 'stdout.b': 'from b' },
        containers: ['a', 'b'],
      });
    });

    it('shows what the container wrote', async () => {
      expect(await logs('talks')).toBe('one\ntwo\nthree\n');
      expect(await logs('talks', '-c', 'app')).toBe('one\ntwo\nthree\n');
    });

    it.each([
      [['--tail=1'], 'three\n'],
      [['--tail=0'], ''],
      [['--tail=-1'], 'one\ntwo\nthree\n'],
      [['--limit-bytes=5'], 'one\nt'],
      [['--since=1h'], 'one\ntwo\nthree\n'],
      [['--since-time=2020-01-01T00:00:00Z', '--tail=2'], 'two\nthree\n'],
      [['--since-time=2100-01-01T00:00:00Z'], ''],
    ])('with %j shows that much', async (words, text) => {
      expect(await logs('talks', ...words)).toBe(text);
    });

    it('with --timestamps shows when each line was written', async () => {
      expect(await logs('talks', '--timestamps')).toMatch(new RegExp(`^${stamp} one\n${stamp} two\n${stamp} three\n$`));
    });

    it('shows each container, and all of them with their names', async () => {
      expect(await logs('pair', '-c', 'b')).toBe('from b\n');
      expect((await logs('pair', '--all-containers', '--prefix')).trimEnd().split('\n').toSorted()).toEqual([
        '[pod/pair/a] from a',
        '[pod/pair/b] from b',
      ]);
      expect(await logs('-l', 'pod=talks')).toContain('three\n');
    });

    it('says which containers there are when there is none of that name', async () => {
      const { code, stderr } = await world().kubectl.attempt('logs', '-n', namespace, 'pair', '-c', 'none');
      expect(code).toBe(1);
      expect(stderr).toContain('container none is not valid for pod pair');
    });

    it('refuses a previous log where there is none', async () => {
      const { code, stderr } = await world().kubectl.attempt('logs', '-n', namespace, 'talks', '--previous');
      expect(code).toBe(1);
      expect(stderr).toContain('previous terminated container "app" in pod "talks" not found');
    });

    it('-f ends with the container that it followed, whose log is the previous one after a restart', async () => {
      const { runPod, kubectl, base } = world();
      await runPod({ name: 'restarts', annotations: { stdout: 'a line', 'run-time': '4s', 'exit-code': '1' } });
      const followed = kubectl.start('logs', '-n', namespace, 'restarts', '-f');
      await followed.says('a line');
      expect(await followed.ended).toEqual({ code: 0, signal: null });
      await vi.waitFor(async () => {
        const { status } = await base.pod(namespace, 'restarts');
        expect(status.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
      }, patience);
      expect(await logs('restarts', '--previous')).toBe('a line\n');
    });

    it('-f shows lines as they are written', async () => {
      const { runPod, kubectl } = world();
      await runPod({ name: 'ticks', annotations: { stdout: 'tick\ntock', 'stdout-rate': '20' } });
      const followed = kubectl.start('logs', '-n', namespace, 'ticks', '-f', '--tail=1');
      await vi.waitFor(() => expect(followed.output.split('\n').length).toBeGreaterThan(10), patience);
      await followed.stop();
      expect([...new Set(followed.output.trimEnd().split('\n'))].toSorted()).toEqual(['tick', 'tock']);
    });
  });
}
