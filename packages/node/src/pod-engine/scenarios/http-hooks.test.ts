import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Container } from '../../provider/wire.ts';
import { EngineWorld } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { TestCertificateAuthority } from '../../testing/test-certificates.ts';

type HttpGet = NonNullable<NonNullable<NonNullable<Container['lifecycle']>['postStart']>['httpGet']>;

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** What a hook was asked, as `scheme url header`. */
const asked: string[] = [];
afterEach(() => asked.splice(0));

function note(scheme: string): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ url, headers }, response) => {
    asked.push([scheme, url, headers['x-custom'] ?? '-', headers.authorization ?? '-'].join(' '));
    response.writeHead(500).end();
  };
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Starts a pod with such a hook, and gives it when the hook has ended. */
async function runHook(httpGet: HttpGet, address = '127.0.0.1'): Promise<EngineWorld> {
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
  world.runtime.address = () => address;
  const containers = [{ name: 'app', image: 'app:1', lifecycle: { postStart: { httpGet } } }];
  await world.create(samplePod({ spec: { containers } }));
  await ended.promise;
  await world.settle();
  return world;
}

describe('a hook by HTTP', () => {
  it('is sent with its path and headers to the address of the pod, and its answer does not matter', async () => {
    const port = await listen(createServer(note('http')));
    const world = await runHook({ path: 'hook?a=1', port, httpHeaders: [{ name: 'X-Custom', value: 'yes' }] });
    expect(asked).toEqual(['http /hook?a=1 yes -']);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('is sent to the host that it names', async () => {
    const port = await listen(createServer(note('http')));
    const world = await runHook({ host: '127.0.0.1', port }, '192.0.2.99');
    expect(asked).toHaveLength(1);
    await world.close();
  });

  it('by HTTPS takes whatever certificate it is shown', async () => {
    const { cert, key } = new TestCertificateAuthority('test').issue({ commonName: 'whoever' });
    const port = await listen(createTlsServer({ cert, key }, note('https')));
    const world = await runHook({ scheme: 'HTTPS', port });
    expect(asked).toEqual(['https / - -']);
    expect(world.events.some((event) => event.startsWith('LifecycleHTTPFallback'))).toBe(false);
    await world.close();
  });

  it('by HTTPS to a server of plain HTTP is sent again without TLS and without its credentials, and an event says so', async () => {
    const port = await listen(createServer(note('http')));
    const httpHeaders = [
      { name: 'Authorization', value: 'Bearer abc' },
      { name: 'X-Custom', value: 'yes' },
    ];
    const world = await runHook({ scheme: 'HTTPS', port, httpHeaders });
    expect(asked).toEqual(['http / yes -']);
    expect(world.events).toContain(
      `LifecycleHTTPFallback request to HTTPS lifecycle hook 127.0.0.1:${port} got HTTP response, retry with HTTP succeeded`,
    );
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('before the stop is sent before the signal', async () => {
    const ended = Promise.withResolvers<void>();
    const world = new EngineWorld(undefined, {
      observeStep: async (step, proceed) => {
        const value = await proceed();
        if (step.step === 'stop-container') ended.resolve();
        return value;
      },
    });
    const stopped = (): string[] => world.runtime.calls.filter((call) => call.startsWith('stopContainer'));
    const port = await listen(
      createServer(({ url }, response) => {
        asked.push(`${url} after ${stopped().length} signals`);
        response.end();
      }),
    );
    world.runtime.address = () => '127.0.0.1';
    const lifecycle = { preStop: { httpGet: { path: '/bye', port } } };
    const pod = samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', lifecycle }] } });
    await world.create(pod);
    await world.delete(pod, 30);
    await ended.promise;
    expect(asked).toEqual(['/bye after 0 signals']);
    expect(stopped()).toEqual(['stopContainer app 30']);
    await world.close();
  });

  it('fails when nobody listens', async () => {
    const world = await runHook({ scheme: 'HTTPS', port: 1 });
    expect(world.events).toContain('FailedPostStartHook PostStartHook failed');
    await world.close();
  });
});
