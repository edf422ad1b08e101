import { afterEach, describe, expect, it } from 'vitest';
import { BudgetWorld, type CountedRequest } from './budget-world.ts';

const worlds: BudgetWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

const isWrite = ({ verb }: CountedRequest): boolean => !['get', 'list', 'watch'].includes(verb);

function writesOfPods(requests: readonly CountedRequest[]): string[] {
  return requests
    .filter((request) => isWrite(request) && request.path.includes('/pods/'))
    .map(({ verb, path }) => `${verb} ${path.slice(path.indexOf('/pods/') + '/pods/'.length)}`);
}

describe.each([
  { provider: 'a provider that notifies', notifying: true },
  { provider: 'a provider that is polled', notifying: false },
])('the API writes of a pod, with $provider', ({ notifying }) => {
  async function start(): Promise<BudgetWorld> {
    const world = await BudgetWorld.start({ notifying });
    worlds.push(world);
    return world;
  }

  it('are three for one that runs until it is deleted: Running, its end, and the delete', async () => {
    const world = await start();
    const requests = await world.requestsDuring(async () => {
      await world.createPod('web');
      await world.run(600_000);
      expect(world.pod('web')?.status?.phase).toBe('Running');
      await world.user.deletePod('web');
      await world.run(60_000);
    });
    expect(world.pod('web')).toBeUndefined();
    expect(writesOfPods(requests)).toEqual(['patch web/status', 'patch web/status', 'delete web']);
  });

  it('are three for one that ends by itself and is deleted later', async () => {
    const world = await start();
    const requests = await world.requestsDuring(async () => {
      await world.createPod('job', {
        annotations: { 'mock.virtual-kubelet.io/run-time': '20s', 'mock.virtual-kubelet.io/exit-code': '3' },
      });
      await world.run(600_000);
      expect(world.pod('job')?.status?.phase).toBe('Failed');
      await world.user.deletePod('job');
      await world.run(60_000);
    });
    expect(world.pod('job')).toBeUndefined();
    expect(writesOfPods(requests)).toEqual(['patch job/status', 'patch job/status', 'delete job']);
  });

  it('are three for each of a hundred that come and go at once', async () => {
    const world = await start();
    const names = Array.from({ length: 100 }, (_, index) => `web-${index}`);
    const requests = await world.requestsDuring(async () => {
      await Promise.all(names.map((name) => world.createPod(name)));
      await world.run(60_000);
      await Promise.all(names.map((name) => world.user.deletePod(name)));
      await world.run(60_000);
    });
    expect(world.user.pods).toEqual([]);
    expect(writesOfPods(requests)).toHaveLength(300);
  });

  it('are none while nothing changes, and nothing else of the pod is asked for', async () => {
    const world = await start();
    await world.createPod('web');
    await world.run(60_000);
    const requests = await world.requestsDuring(() => world.run(600_000));
    expect(requests.filter(({ verb, path }) => verb !== 'watch' && path.includes('/pods'))).toEqual([]);
  });
});
