import { expect, it } from 'vitest';
import { startApi } from '../kubelet-api/testing/start-api.ts';
import { sampleNode } from '../kubelet-api/testing/sample-node.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import type { Container } from '../provider/wire.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { samplePod } from '../testing/sample-pod.ts';
import type { ProbeOutcome } from './machine/engine-action.ts';

const every = { periodSeconds: 1, failureThreshold: 100, tcpSocket: { port: 80 } };

function podWith(container: Partial<Container>): ReturnType<typeof samplePod> {
  return samplePod({ spec: { containers: [{ name: 'app', image: 'app:1', ...container }] } });
}

/** `type result` and how often. */
async function countsOf(world: EngineWorld): Promise<Record<string, number>> {
  const families = (await world.provider.getProbeMetrics?.(world.call)) ?? [];
  expect(families).toMatchObject([{ name: 'prober_probe_total', type: 'counter' }]);
  return Object.fromEntries(
    families.flatMap(({ samples }) =>
      samples.map(({ labels, value }) => [`${labels['probe_type']} ${labels['result']}`, value] as const),
    ),
  );
}

it('counts each probe of a container by its result, and a warning as a success', async () => {
  const world = new EngineWorld();
  world.probe = (kind) => {
    if (kind === 'tcp') return { result: 'failure', output: 'connection refused' };
    return { result: 'warning', output: 'redirected' };
  };
  await world.create(podWith({ livenessProbe: every, readinessProbe: { periodSeconds: 1, httpGet: { port: 80 } } }));
  for (let second = 0; second < 3; second += 1) await world.advance(1);
  expect(await countsOf(world)).toEqual({ 'Liveness failed': 4, 'Readiness successful': 4 });
  await world.close();
});

it('does not count a probe that could not be made', async () => {
  const world = new EngineWorld();
  world.runtime.runCommand = () => Promise.reject(new Error('the runtime is away'));
  await world.create(podWith({ readinessProbe: { periodSeconds: 1, exec: { command: ['true'] } } }));
  await world.advance(3);
  expect(world.events.some((event) => event.includes('Readiness probe errored'))).toBe(true);
  expect(await countsOf(world)).toEqual({});
  await world.close();
});

it('counts on over a restart of the container', async () => {
  const world = new EngineWorld();
  const outcomes: ProbeOutcome['result'][] = ['failure', 'failure', 'success'];
  world.probe = () => ({ result: outcomes.shift() ?? 'success', output: '' });
  await world.create(podWith({ livenessProbe: { ...every, failureThreshold: 2 } }));
  for (let second = 0; second < 3; second += 1) await world.advance(1);
  expect(world.container('app')?.restartCount).toBe(1);
  expect(await countsOf(world)).toEqual({ 'Liveness failed': 2, 'Liveness successful': 3 });
  await world.close();
});

it('shows only readiness of a pod that is being stopped, and nothing of one that has ended or was removed', async () => {
  const world = new EngineWorld();
  world.runtime.script = () => ({ stopMilliseconds: 20_000 });
  const pod = podWith({ livenessProbe: every, readinessProbe: every });
  await world.create(pod);
  expect(Object.keys(await countsOf(world))).toEqual(['Liveness successful', 'Readiness successful']);
  await world.delete(pod, 30);
  expect(Object.keys(await countsOf(world))).toEqual(['Readiness successful']);
  await world.advance(20);
  expect(world.stateOf('app')).toMatch(/^exit /);
  expect(await countsOf(world)).toEqual({});
  await world.provider.removePod?.(podRefOf(pod), world.call);
  expect(await countsOf(world)).toEqual({});
  await world.close();
});

it('is what /metrics/probes serves, with the labels of the kubelet', async () => {
  const world = new EngineWorld();
  const api = await startApi({ node: sampleNode({ provider: world.provider }) });
  expect(await api.get('/metrics/probes')).toMatchObject({ status: 200, body: '' });
  await world.create(podWith({ readinessProbe: every }));
  const { status, body } = await api.get('/metrics/probes');
  expect(status).toBe(200);
  const { namespace, name, uid } = podRefOf(podWith({}));
  expect(body.split('\n')).toEqual([
    '# HELP prober_probe_total [BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.',
    '# TYPE prober_probe_total counter',
    `prober_probe_total{container="app",pod="${name}",namespace="${namespace}",probe_type="Readiness",result="successful",pod_uid="${uid}"} 1`,
    '',
  ]);
  await api.stop();
  await world.close();
});
