import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { end, serve } from './container-commands.ts';
import { cgroup, reservedBytes } from './cri-config.ts';
import { findRuntime } from './find-runtime.ts';
import { busyboxImage as image } from './containerd/local-images.ts';
import { askPort, attach, readLogs, runCommand } from './provider-calls.ts';
import { reportRuntime } from './report-runtime.ts';
import { patience, startRuntimeWorld, type ApiPod, type RuntimeWorld } from './runtime-world.ts';

const programs = findRuntime();
/** The kernel counts memory in whole pages. */
const pageBytes = 4_096;
reportRuntime('features', programs);

const isReady = ({ status }: ApiPod): boolean =>
  status?.phase === 'Running' && status.containerStatuses?.every(({ ready }) => ready) === true;
const hasEnded = ({ status }: ApiPod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

describe.skipIf(!('found' in programs))(
  'what a pod can ask for, on a real container runtime',
  { timeout: 200_000 },
  () => {
    let world: RuntimeWorld;
    beforeAll(async () => {
      if ('found' in programs) world = await startRuntimeWorld(programs.found);
    }, 120_000);
    afterAll(async () => {
      await world?.close();
    }, 60_000);

    const started = async (name: string, spec: ApiPod['spec']): Promise<ApiPod> => {
      await world.createPod(name, spec);
      return world.podBecomes(name, 'ready', isReady);
    };
    /** What a pod that runs to its end says. */
    const saidBy = async (
      name: string,
      spec: Partial<NonNullable<ApiPod['spec']>>,
      script: string,
    ): Promise<string> => {
      const [container] = spec.containers ?? [];
      const app = { name: 'app', image, command: ['sh', '-c', script], ...container };
      await world.createPod(name, { restartPolicy: 'Never', ...spec, containers: [app] });
      return readLogs(world, await world.podBecomes(name, 'at its end', hasEnded), 'app');
    };

    it('a port of the pod is reached through the runtime', async () => {
      const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do echo answer | nc -l -p 8080; done'];
      const pod = await started('port', { containers: [{ name: 'app', image, command }] });
      await vi.waitFor(async () => {
        expect(await askPort(world, pod, 8080, 'question')).toBe('answer\n');
      }, patience);
      await expect(askPort(world, pod, 9999, 'question')).rejects.toThrow(/refused/u);
      await world.deletePod('port', 0);
    });

    it('the main process of a container is joined, and hears what is typed to its end', async () => {
      const command = ['sh', '-c', 'read line; echo "heard $line"; sleep 0.2; echo bye'];
      await world.createPod('joined', {
        restartPolicy: 'Never',
        containers: [{ name: 'app', image, command, stdin: true, stdinOnce: true }],
      });
      const pod = await world.podBecomes('joined', 'running', ({ status }) => status?.phase === 'Running');
      expect(await attach(world, pod, 'app', 'typed\n')).toContain('heard typed\nbye\n');
      await world.podBecomes('joined', 'at its end', hasEnded);
    });

    it('a port of the host leads into the pod', async () => {
      const command = ['sh', '-c', 'while :; do echo mapped | nc -l -p 80; done'];
      const ports = [{ containerPort: 80, hostPort: 18080 }];
      await started('mapped', { containers: [{ name: 'app', image, command, ports }] });
      const { streamingAddress } = world.runtime;
      const answer = (): Promise<string> => text(connect(18080, streamingAddress));
      await vi.waitFor(async () => {
        expect(await answer()).toBe('mapped\n');
      }, patience);
      await world.deletePod('mapped', 0);
    });

    it('limits are those of its cgroup', async () => {
      const resources = { requests: { cpu: '100m' }, limits: { cpu: '250m', memory: '32Mi' } };
      const script = [
        'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max',
        'cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max',
        'cat /proc/self/oom_score_adj',
        'cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes /sys/fs/cgroup/memory.swap.max',
      ];
      const said = await saidBy(
        'limited',
        { containers: [{ name: 'app', resources }] },
        `{ ${script.join('; ')}; } 2>/dev/null`,
      );
      const lines = said.trim().split('\n');
      expect(lines[0]).toBe(String(32 * 1024 * 1024));
      expect(lines[1]?.split(' ')[0]).toBe('25000');
      expect(Number(lines[2])).toBeGreaterThan(2);
      // Memory and swap together, or swap alone; nothing where the kernel does not limit it.
      expect([String(32 * 1024 * 1024), '0', undefined]).toContain(lines[3]);
    });

    it('limits of a pod as a whole are those of its own cgroup, below that of its class', async () => {
      const pod = await started('whole', {
        resources: { requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '48Mi' } },
        containers: [{ name: 'app', image, command: serve('whole') }],
      });
      const places = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory'].map((root) =>
        join(root, cgroup, 'burstable', `pod${pod.metadata.uid}`),
      );
      const files = places.flatMap((place) => ['memory.max', 'memory.limit_in_bytes'].map((name) => join(place, name)));
      const [found] = files.filter((file) => existsSync(file));
      expect((await readFile(found ?? 'none', 'utf8')).trim()).toBe(String(48 * 1024 * 1024));
      await world.deletePod('whole', 0);
    });

    it('a pod weighs by the requests of its containers and is limited to the sum of them, and its class weighs by all of it', async () => {
      const resources = { requests: { cpu: '100m' }, limits: { cpu: '200m', memory: '24Mi' } };
      const containers = ['one', 'two'].map((name) => ({ name, image, command: serve(name), resources }));
      const pod = await started('weighed', { containers });
      const own = `${cgroup}/burstable/pod${pod.metadata.uid}`;
      const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');
      const read = async (path: string): Promise<string> =>
        (await readFile(join('/sys/fs/cgroup', path), 'utf8')).trim();
      // 204 shares are a weight of 8.
      const weight = (path: string): Promise<string> =>
        read(isUnified ? `${path}/cpu.weight` : `cpu/${path}/cpu.shares`);
      const none = isUnified ? '1' : '2';
      expect(await weight(own)).toBe(isUnified ? '8' : '204');
      expect(Number(await weight(`${cgroup}/burstable`))).toBeGreaterThanOrEqual(isUnified ? 8 : 204);
      expect(await read(isUnified ? `${own}/cpu.max` : `cpu/${own}/cpu.cfs_quota_us`)).toMatch(/^40000( 100000)?$/u);
      expect(await read(isUnified ? `${own}/memory.max` : `memory/${own}/memory.limit_in_bytes`)).toBe(
        String(48 * 1024 * 1024),
      );
      const all = Number(await read(isUnified ? `${cgroup}/memory.max` : `memory/${cgroup}/memory.limit_in_bytes`));
      expect(Math.abs(all - (totalmem() - reservedBytes))).toBeLessThan(pageBytes);
      const idle = await started('unweighed', { containers: [{ name: 'app', image, command: serve('idle') }] });
      expect(await weight(`${cgroup}/besteffort`)).toBe(none);
      expect(await weight(`${cgroup}/besteffort/pod${idle.metadata.uid}`)).toBe(none);
      for (const name of ['weighed', 'unweighed']) await world.deletePod(name, 0);
    });

    it('a container that is resized takes its pod with it, up and down', async () => {
      const resources = (cpu: string, memory: string): object => ({
        requests: { cpu: '50m' },
        limits: { cpu, memory },
      });
      const containers = [{ name: 'app', image, command: serve('app'), resources: resources('200m', '24Mi') }];
      const pod = await started('resized', { containers });
      const own = `${cgroup}/burstable/pod${pod.metadata.uid}`;
      const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');
      const read = async (path: string): Promise<string> =>
        (await readFile(join('/sys/fs/cgroup', path), 'utf8')).trim();
      for (const [cpu, memory, quota, bytes] of [
        ['600m', '64Mi', '60000', 64],
        ['100m', '32Mi', '10000', 32],
      ] as const) {
        const spec = { containers: [{ name: 'app', resources: resources(cpu, memory) }] };
        await world.cluster.client.text('PATCH', '/api/v1/namespaces/default/pods/resized/resize', { spec });
        await vi.waitFor(async () => {
          const [found] = (await read(isUnified ? `${own}/cpu.max` : `cpu/${own}/cpu.cfs_quota_us`)).split(' ');
          expect(found).toBe(quota);
          expect(await read(isUnified ? `${own}/memory.max` : `memory/${own}/memory.limit_in_bytes`)).toBe(
            String(bytes * 1024 * 1024),
          );
        }, patience);
      }
      expect((await world.eventsOf('resized')).filter((event) => event.startsWith('ResizeError'))).toEqual([]);
      await world.deletePod('resized', 0);
    });

    it('a container that takes more memory than it may is killed, and the reason is told as far as the kernel does', async () => {
      const command = ['sh', '-c', 'x=$(head -c 64000000 /dev/zero | tr "\\0" x); echo ${#x}'];
      const resources = { limits: { memory: '16Mi' } };
      await world.createPod('hungry', {
        restartPolicy: 'Never',
        containers: [{ name: 'app', image, command, resources }],
      });
      const pod = await world.podBecomes('hungry', 'at its end', hasEnded);
      const ended = pod.status?.containerStatuses?.[0]?.state?.terminated;
      expect(ended?.exitCode).not.toBe(0);
      expect(['OOMKilled', 'Error']).toContain(ended?.reason);
    });

    it('users, groups, capabilities and a root that cannot be written to are as asked for', async () => {
      const securityContext = {
        runAsUser: 1000,
        runAsGroup: 2000,
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      };
      const script = 'id; touch /x 2>&1; grep -E "CapBnd|NoNewPrivs" /proc/self/status; cat /mem/own; ls -ldn /mem';
      const said = await saidBy(
        'careful',
        {
          securityContext: { supplementalGroups: [3000], fsGroup: 4000 },
          volumes: [{ name: 'mem', emptyDir: { medium: 'Memory' } }],
          containers: [{ name: 'app', securityContext, volumeMounts: [{ name: 'mem', mountPath: '/mem' }] }],
        },
        `echo mine > /mem/own; ${script}`,
      );
      expect(said).toMatch(/uid=1000\b.* gid=2000\b.* groups=(.*3000.*4000|.*4000.*3000)/u);
      expect(said).toContain('Read-only file system');
      expect(said).toMatch(/CapBnd:\s+0000000000000000/u);
      expect(said).toMatch(/NoNewPrivs:\s+1/u);
      expect(said).toContain('mine');
      expect(said).toMatch(/0 +4000/u);
    });

    it('a pod in the network of the host has its addresses and names, with those of its aliases', async () => {
      const said = await saidBy(
        'on-host',
        { hostNetwork: true, hostAliases: [{ ip: '192.0.2.7', hostnames: ['seven'] }] },
        'ip address; cat /etc/hosts',
      );
      expect(said).toContain(world.runtime.streamingAddress);
      expect(said).toMatch(/192\.0\.2\.7\s+seven/u);
    });

    it('sysctls, names and DNS of the pod are as asked for', async () => {
      const said = await saidBy(
        'named',
        {
          hostname: 'other',
          dnsPolicy: 'None',
          dnsConfig: { nameservers: ['192.0.2.53'], searches: ['a.example'], options: [{ name: 'ndots', value: '3' }] },
          securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '42' }] },
        },
        'hostname; cat /etc/resolv.conf /proc/sys/net/ipv4/ip_unprivileged_port_start',
      );
      expect(said).toMatch(/^other\n/u);
      expect(said).toContain('nameserver 192.0.2.53');
      expect(said).toContain('search a.example');
      expect(said).toContain('options ndots:3');
      expect(said).toMatch(/42\n$/u);
    });

    it('containers share their processes where the pod says so', async () => {
      const pod = await started('shared', {
        shareProcessNamespace: true,
        containers: [
          { name: 'one', image, command: serve('one') },
          { name: 'two', image, command: ['sleep', '12345'] },
        ],
      });
      expect((await runCommand(world, pod, 'one', ['ps'], '')).stdout).toContain('sleep 12345');
      await world.deletePod('shared', 0);
    });

    it('an edited ConfigMap is seen by the running container', async () => {
      const configMaps = '/api/v1/namespaces/default/configmaps';
      const configMap = (value: string): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c' },
        data: { key: value },
      });
      await world.cluster.client.text('POST', configMaps, configMap('before'));
      const pod = await started('config', {
        containers: [{ name: 'app', image, command: serve('x'), volumeMounts: [{ name: 'c', mountPath: '/c' }] }],
        volumes: [{ name: 'c', configMap: { name: 'c' } }],
      });
      const seen = async (): Promise<string> => (await runCommand(world, pod, 'app', ['cat', '/c/key'], '')).stdout;
      expect(await seen()).toBe('before');
      await world.cluster.client.text('PATCH', `${configMaps}/c`, { data: { key: 'after' } });
      await vi.waitFor(async () => {
        expect(await seen()).toBe('after');
      }, patience);
      await world.deletePod('config', 0);
    });

    it('an image that cannot be had is told, and the pod runs on', async () => {
      await world.createPod('missing', {
        containers: [
          { name: 'good', image, command: serve('x') },
          { name: 'bad', image: '127.0.0.1:1/none:1' },
        ],
      });
      const stateOf = ({ status }: ApiPod, name: string) =>
        status?.containerStatuses?.find((container) => container.name === name)?.state;
      const pod = await world.podBecomes(
        'missing',
        'waiting for one image, with the other container running',
        (seen) =>
          stateOf(seen, 'good')?.running !== undefined && /Image/u.test(stateOf(seen, 'bad')?.waiting?.reason ?? ''),
      );
      expect(['ErrImagePull', 'ImagePullBackOff']).toContain(stateOf(pod, 'bad')?.waiting?.reason);
      await world.deletePod('missing', 0);
    });

    it('the figures of a pod come with its containers, and a rate from the second time on', async () => {
      const volumeMounts = [{ name: 'data', mountPath: '/data' }];
      const fill = ['dd', 'if=/dev/zero', 'of=/data/file', 'bs=1024', 'count=64'];
      await started('busy', {
        volumes: [{ name: 'data', emptyDir: {} }],
        initContainers: [{ name: 'fill', image, command: fill, volumeMounts }],
        containers: [{ name: 'app', image, command: ['sh', '-c', 'echo up; while :; do :; done'], volumeMounts }],
      });
      await vi.waitFor(async () => {
        const summary = await world.provider().getStatsSummary?.(world.call);
        const pod = summary?.pods.find(({ podRef }) => podRef.name === 'busy');
        expect(pod?.containers[0]?.cpu?.usageNanoCores).toBeGreaterThan(1_000_000);
        expect(pod?.memory?.workingSetBytes).toBeGreaterThan(0);
        expect(pod?.network?.rxBytes).toBeGreaterThanOrEqual(0);
        expect(pod?.processCount).toBeGreaterThan(0);
        expect(pod?.containers[0]?.logs?.usedBytes).toBeGreaterThan(0);
        expect(pod?.containers[0]?.rootfs?.capacityBytes).toBeGreaterThan(0);
        const data = pod?.volumes?.find(({ name }) => name === 'data');
        expect(data?.usedBytes).toBeGreaterThanOrEqual(64 * 1024);
        expect(pod?.ephemeralStorage?.usedBytes).toBeGreaterThan(data?.usedBytes ?? 0);
        expect(summary?.node.cpu?.usageNanoCores).toBeGreaterThan(0);
        expect(summary?.node.runtime?.imageFs?.usedBytes).toBeGreaterThan(0);
        expect(summary?.node.processes?.running).toBeGreaterThan(0);
      }, patience);
      await world.deletePod('busy', 0);
    });

    it('a stubborn process is killed when its grace is over', async () => {
      const command = ['sh', '-c', 'trap "" TERM; echo up; while :; do sleep 0.1; done'];
      const pod = await started('stubborn', { containers: [{ name: 'app', image, command }] });
      await expect.poll(() => readLogs(world, pod, 'app'), patience).toBe('up\n');
      const ended = new Promise<number | undefined>((resolve) => {
        const stop = new AbortController();
        const seen = world.provider().notifyPods?.(
          (told) => {
            const exit =
              'status' in told ? told.status?.containerStatuses?.[0]?.state?.terminated?.exitCode : undefined;
            if (told.ref.uid !== pod.metadata.uid || exit === undefined) return;
            stop.abort(new Error('the pod has ended'));
            resolve(exit);
          },
          { ...world.call, signal: stop.signal },
        );
        seen?.catch(() => undefined);
      });
      await world.deletePod('stubborn', 1);
      expect(await ended).toBe(137);
      await world.podIsGone('stubborn');
    });

    it('the log of a container is followed until it ends', async () => {
      await world.createPod('followed', {
        restartPolicy: 'Never',
        containers: [{ name: 'app', image, command: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.3; done'] }],
      });
      const pod = await world.podBecomes('followed', 'started', ({ status }) => status?.phase !== 'Pending');
      expect(await readLogs(world, pod, 'app', { follow: true })).toBe('1\n2\n3\n');
      expect(await saidBy('short', {}, end('x', 0).at(-1) ?? '')).toBe('x\n');
    });

    it('a log that is rotated while it is followed comes whole, and few files of it are kept', async () => {
      const script =
        'i=0; while [ $i -lt 60 ]; do j=0; while [ $j -lt 20 ]; do echo $i-$j; j=$((j+1)); done; i=$((i+1)); sleep 0.05; done';
      await world.createPod('rotated', {
        restartPolicy: 'Never',
        containers: [{ name: 'app', image, command: ['sh', '-c', script] }],
      });
      const pod = await world.podBecomes('rotated', 'started', ({ status }) => status?.phase !== 'Pending');
      const said = (await readLogs(world, pod, 'app', { follow: true })).trim().split('\n');
      expect(said).toEqual(Array.from({ length: 1_200 }, (_, line) => `${Math.floor(line / 20)}-${line % 20}`));
      const directory = join(world.runtime.directory, 'logs', `default_rotated_${pod.metadata.uid}`, 'app');
      const files = await readdir(directory);
      expect(files).toContain('0.log');
      expect(files.length).toBeGreaterThan(1);
      expect(files.length).toBeLessThanOrEqual(3);
    });
  },
);
