import { describe, expect, it } from 'vitest';
import { EngineWorld, preparedPod } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';

function configOf(world: EngineWorld, name: string): ReturnType<EngineWorld['runtime']['runs']>[number]['config'] {
  const [run] = world.runtime.runs('web-uid', name);
  if (run === undefined) throw new Error(`no run of ${name}`);
  return run.config;
}

describe('what a container is made with', () => {
  it('has the addresses of the pod in its environment and arguments, known only by then', async () => {
    const world = new EngineWorld();
    await world.create(samplePod(), {
      environment: {
        app: {
          variables: [
            { name: 'PLAIN', value: 'x', secret: false },
            { name: 'POD_IP', deferred: { parts: [{ field: 'status.podIP' }] }, secret: false },
            { name: 'HOST_IP', deferred: { parts: [{ field: 'status.hostIP' }] }, secret: false },
          ],
          args: [{ text: { parts: ['http://', { field: 'status.podIP' }, ':80'] }, secret: false }],
        },
      },
    });
    const { environment, args, command } = configOf(world, 'app');
    expect(environment.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'PLAIN=x',
      'POD_IP=10.0.0.1',
      'HOST_IP=192.0.2.1',
    ]);
    expect(args).toEqual(['http://10.0.0.1:80']);
    expect(command).toBeUndefined();
    await world.close();
  });

  it.each([
    { what: 'nothing', given: {} },
    { what: 'arguments', given: { args: ['a'] } },
    { what: 'a command', given: { command: ['c'] } },
    { what: 'a command and arguments', given: { command: ['c'], args: ['a'] } },
  ])('overrides what the image starts where the container gives $what', async ({ given }) => {
    const world = new EngineWorld();
    const resolved = Object.fromEntries(
      Object.entries(given).map(([name, texts]) => [name, texts.map((text) => ({ text, secret: false }))]),
    );
    await world.create(samplePod(), { environment: { app: { variables: [], ...resolved } } });
    const { command, args } = configOf(world, 'app');
    expect(JSON.parse(JSON.stringify({ command, args }))).toEqual(given);
    await world.close();
  });

  it('has the host name of the pod, and a hosts file with its addresses and aliases', async () => {
    const world = new EngineWorld();
    const hostAliases = [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }];
    await world.create(samplePod({ spec: { hostname: 'h', subdomain: 's', hostAliases } }));
    const { hosts, hostname } = configOf(world, 'app');
    expect(hostname).toBe('h');
    expect(hosts.split('\n')[0]).toBe('# Kubernetes-managed hosts file.');
    expect(hosts).toContain('10.0.0.1\th.s.default.svc.cluster.local\th\n');
    expect(hosts).toContain('# Entries added by HostAliases.\n123.45.67.89\tfoo\tbar\n');
    await world.close();
  });

  it('has the stop signal that its lifecycle names', async () => {
    const world = new EngineWorld();
    const lifecycle = { stopSignal: 'SIGUSR1' };
    await world.create(samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', lifecycle }] } }));
    expect(configOf(world, 'app').stopSignal).toBe('SIGUSR1');
    await world.close();
  });

  it('is in a sandbox with the name, DNS and stamp of the pod', async () => {
    const world = new EngineWorld();
    await world.create(samplePod());
    expect(world.runtime.sandboxConfigs.get('sandbox-1')).toMatchObject({
      hostname: 'web',
      attempt: 0,
      ownership: { clusterId: 'c', nodeName: 'n', uid: 'web-uid' },
      dns: {
        servers: ['10.96.0.10'],
        searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
        options: ['ndots:5'],
      },
    });
    await world.close();
  });

  it('shows the addresses of the host for a pod in its network', async () => {
    const world = new EngineWorld();
    world.runtime.address = () => undefined;
    await world.create(samplePod({ spec: { hostNetwork: true } }));
    expect(world.status).toMatchObject({ phase: 'Running', podIP: '192.0.2.1' });
    expect(world.runtime.sandboxConfigs.get('sandbox-1')?.hostname).toBe('');
    await world.close();
  });

  it('is refused with a reason where its whole name is too long for a host name', async () => {
    const world = new EngineWorld();
    await world.create(samplePod({ spec: { setHostnameAsFQDN: true, hostname: 'h', subdomain: 's'.repeat(60) } }));
    expect(world.events[0]).toMatch(/^FailedCreatePodSandBox .* is too long/u);
    expect(world.runtime.calls).toEqual([]);
    await world.close();
  });
});

describe('the status of a container', () => {
  it('shows its mounts, and as whom it runs and which signal stops it where the runtime tells', async () => {
    const world = new EngineWorld();
    const user = { linux: { uid: 1000, gid: 1000, supplementalGroups: [1000] } };
    world.runtime.script = () => ({ user, stopSignal: 'SIGTERM' });
    const volumeMounts = [
      { name: 'data', mountPath: '/data' },
      { name: 'config', mountPath: '/etc/config', readOnly: true },
      { name: 'keys', mountPath: '/etc/keys', readOnly: true, recursiveReadOnly: 'Enabled' },
    ];
    await world.create(samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', volumeMounts }] } }));
    expect(world.container('app')).toMatchObject({ user, stopSignal: 'SIGTERM' });
    expect(world.container('app')?.volumeMounts).toEqual([
      { name: 'data', mountPath: '/data' },
      { name: 'config', mountPath: '/etc/config', readOnly: true, recursiveReadOnly: 'Disabled' },
      { name: 'keys', mountPath: '/etc/keys', readOnly: true, recursiveReadOnly: 'Enabled' },
    ]);
    await world.close();
  });
});

describe('a pod that changes', () => {
  it('has a container replaced whose image is another one, whatever the restart policy', async () => {
    const world = new EngineWorld();
    const pod = samplePod({ spec: { restartPolicy: 'Never' } });
    await world.create(pod);
    const changed = samplePod({ image: 'app:2', spec: { restartPolicy: 'Never' } });
    await world.provider.updatePod(preparedPod(changed), preparedPod(pod), world.call);
    await world.advance(1);
    expect(world.container('app')).toMatchObject({ image: 'app:2', restartCount: 1, state: { running: {} } });
    expect(world.events).toContain('Killing Container app definition changed, will be restarted');
    await world.close();
  });
});

describe('ephemeral containers', () => {
  const debug = { name: 'debug', image: 'app:1', targetContainerName: 'app' };

  it('are started in a running pod, beside the container that they name, and never again', async () => {
    const world = new EngineWorld();
    world.runtime.script = ({ name }) => (name === 'debug' ? { runMilliseconds: 2_000, exitCode: 1 } : {});
    const pod = samplePod();
    await world.create(pod);
    const changed = samplePod({ spec: { ephemeralContainers: [debug] } });
    await world.provider.updatePod(preparedPod(changed), preparedPod(pod), world.call);
    await world.settle();
    expect(world.stateOf('debug')).toBe('running');
    expect(configOf(world, 'debug').targetContainerId).toBe('container-2');
    await world.advance(600);
    expect(world.stateOf('debug')).toBe('exit 1');
    expect(world.runtime.runs('web-uid', 'debug')).toHaveLength(1);
    expect(world.status.phase).toBe('Running');
    const next = await world.restart(changed);
    await next.advance(600);
    expect(next.runtime.runs('web-uid', 'debug')).toHaveLength(1);
    await next.close();
  });

  it('wait with the reason while their target is not there', async () => {
    const world = new EngineWorld();
    const ephemeralContainers = [{ ...debug, targetContainerName: 'nobody' }];
    await world.create(samplePod({ spec: { ephemeralContainers } }));
    expect(world.container('debug')?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'unable to find target container nobody',
    });
    await world.close();
  });
});
