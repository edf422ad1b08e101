import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that answers a path with a redirect, or with 200; gives its port, and the paths that were asked for. */
async function redirecting(locations: Readonly<Record<string, string>>): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const location = locations[url];
    if (location === undefined) response.end();
    else response.writeHead(302, { location }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}

/** Starts a pod with such a hook, and gives what was told of it once the hook has ended. */
async function eventsOf(path: string, port: number): Promise<readonly string[]> {
  const ended = Promise.withResolvers<void>();
  const world = new EngineWorld(undefined, {
    observeStep: async (step, proceed) => {
      try {
        return await proceed();
      } finally {
        if (step.step === 'run-post-start') ended.resolve();
      }
    },
  });
  world.runtime.address = () => '127.0.0.1';
  const containers: Container[] = [
    { name: 'app', image: 'app:1', lifecycle: { postStart: { httpGet: { path, port } } } },
  ];
  await world.create(samplePod({ spec: { restartPolicy: 'Never', containers } }));
  await ended.promise;
  await world.settle();
  await world.close();
  return world.events;
}

const failed = 'FailedPostStartHook PostStartHook failed';

describe('a hook by HTTP that is redirected', () => {
  it('is sent on, on the same host', async () => {
    const { port, asked } = await redirecting({ '/hook': '/there', '/there': 'arrived?a=1' });
    expect(await eventsOf('/hook', port)).not.toContain(failed);
    expect(asked).toEqual(['/hook', '/there', '/arrived?a=1']);
  });

  it('has its answer when it would have to go to another host', async () => {
    const { port, asked } = await redirecting({ '/hook': 'http://elsewhere.invalid/' });
    expect(await eventsOf('/hook', port)).not.toContain(failed);
    expect(asked).toEqual(['/hook']);
  });

  it('fails when that has no end', async () => {
    const { port, asked } = await redirecting({ '/hook': '/hook' });
    expect(await eventsOf('/hook', port)).toContain(failed);
    expect(asked).toHaveLength(10);
  });
});
