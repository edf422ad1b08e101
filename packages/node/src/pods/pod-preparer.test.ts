import { describe, expect, it } from 'vitest';
import type { InjectedPolicy } from '../provider/injected-fields.ts';
import { podRefOf } from '../provider/pod-ref.ts';
import type { PreparedVolume } from '../provider/prepared-volume.ts';
import type { ConfigMap, Pod } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import type { PodResourceHandle } from '../resources/pod-resource-handle.ts';
import { stampOf } from '../testing/pod-world.ts';
import { samplePod } from '../testing/sample-pod.ts';
import { podHash } from './pod-hash.ts';
import { PodPreparer, type PreparationProblem } from './pod-preparer.ts';
import { newPodRecord } from './pod-record.ts';

const never = new AbortController().signal;
const volume: PreparedVolume = { name: 'v' } as PreparedVolume;
const deliver: InjectedPolicy = {
  'kube-api-access': 'deliver',
  serviceLinks: 'deliver',
  dnsPolicy: 'deliver',
  terminationMessage: 'deliver',
  defaultTolerations: 'deliver',
};

function setUp(options: { readonly injected?: InjectedPolicy; readonly settled?: Promise<void> } = {}) {
  const notes: string[] = [];
  const changes: (() => void)[] = [];
  const world = {
    configMap: { state: 'absent' } as Lookup<ConfigMap>,
    volumeProblems: [] as readonly PreparationProblem[],
  };
  const handleOf = (pod: Pod): PodResourceHandle => ({
    pod,
    settled: () => options.settled ?? Promise.resolve(),
    subscribe: () => undefined,
    configMap: () => world.configMap,
    secret: () => ({ state: 'absent' }),
    services: () => ({
      state: 'present',
      object: [
        { namespace: 'default', name: 'db', clusterIP: '10.1.0.1', ports: [{ name: '', port: 5432, protocol: 'TCP' }] },
      ],
    }),
    update: (newer) => void notes.push(`update ${newer.metadata?.resourceVersion}`),
    release: () => void notes.push('release'),
  });
  const preparer = new PodPreparer({
    injected: options.injected ?? deliver,
    acquire: (pod, onChange) => {
      notes.push(`acquire ${pod.metadata?.name}`);
      changes.push(onChange);
      return handleOf(pod);
    },
    prepareVolumes: () => Promise.resolve({ volumes: [volume], problems: world.volumeProblems }),
    node: () => ({ allocatable: {}, hostIPs: ['192.0.2.1'] }),
    stamp: stampOf,
    forget: ({ uid }) => void notes.push(`forget ${uid}`),
    onChange: ({ ref }) => void notes.push(`changed ${ref.name}`),
  });
  return { preparer, notes, changes, world };
}

const needsConfigMap = samplePod({
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:1',
        env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'palette', key: 'colour' } } }],
      },
    ],
  },
});

describe('PodPreparer', () => {
  it('gives the pod with its environment, its volumes, the stamp and the hash', async () => {
    const pod = samplePod();
    const { preparer } = setUp();
    const { prepared, problems } = await preparer.prepare(newPodRecord(podRefOf(pod)), pod, never);
    expect(problems).toEqual([]);
    expect(prepared).toMatchObject({ pod, volumes: [volume], ownership: stampOf(podRefOf(pod)), hash: podHash(pod) });
    expect(prepared?.environment.app?.variables).toContainEqual(
      expect.objectContaining({ name: 'DB_SERVICE_HOST', value: '10.1.0.1' }),
    );
  });

  it('waits until everything that the pod refers to has been looked for', async () => {
    const settled = Promise.withResolvers<void>();
    const { preparer } = setUp({ settled: settled.promise });
    const pod = samplePod();
    let done = false;
    const preparing = preparer.prepare(newPodRecord(podRefOf(pod)), pod, never).then((result) => {
      done = true;
      return result;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    settled.resolve();
    expect((await preparing).prepared).toBeDefined();
  });

  it('gives no prepared pod while something mandatory is missing, and says what it is', async () => {
    const { preparer, world } = setUp();
    const record = newPodRecord(podRefOf(needsConfigMap));
    const missing = await preparer.prepare(record, needsConfigMap, never);
    expect(missing.prepared).toBeUndefined();
    expect(missing.problems).toMatchObject([{ reason: 'MandatoryConfigMapNotFound', mandatory: true }]);
    world.configMap = { state: 'present', object: { data: { colour: 'red' } } };
    const found = await preparer.prepare(record, needsConfigMap, never);
    expect(found.prepared?.environment.app?.variables).toContainEqual(
      expect.objectContaining({ name: 'COLOUR', value: 'red' }),
    );
  });

  it('prepares a pod that misses what is optional, and tells of it; a mandatory volume is mandatory', async () => {
    const { preparer, world } = setUp();
    const pod = samplePod();
    const problem = { reason: 'OptionalSecretNotFound', message: 'm', mandatory: false, fieldPath: 'spec.volumes[0]' };
    world.volumeProblems = [problem];
    const optional = await preparer.prepare(newPodRecord(podRefOf(pod)), pod, never);
    expect(optional.prepared).toBeDefined();
    expect(optional.problems).toEqual([problem]);
    world.volumeProblems = [{ ...problem, mandatory: true }];
    expect((await preparer.prepare(newPodRecord(podRefOf(pod)), pod, never)).prepared).toBeUndefined();
  });

  it('leaves the variables of Services out where the policy omits them', async () => {
    const { preparer } = setUp({ injected: { ...deliver, serviceLinks: 'omit' } });
    const pod = samplePod();
    const { prepared } = await preparer.prepare(newPodRecord(podRefOf(pod)), pod, never);
    expect(prepared?.environment.app?.variables.map(({ name }) => name)).not.toContain('DB_SERVICE_HOST');
  });

  it('holds what a pod refers to once, follows its changes, and lets go of it once', async () => {
    const { preparer, notes, changes } = setUp();
    const pod = samplePod();
    const record = newPodRecord(podRefOf(pod));
    await preparer.prepare(record, pod, never);
    await preparer.prepare(record, samplePod({ resourceVersion: 2 }), never);
    changes[0]?.();
    preparer.release(record);
    preparer.release(record);
    expect(notes).toEqual([
      'acquire web',
      'update 2',
      'changed web',
      'release',
      `forget ${record.ref.uid}`,
      `forget ${record.ref.uid}`,
    ]);
  });

  it('keeps two pods of one name apart', async () => {
    const { preparer, notes } = setUp();
    const [old, young] = [samplePod({ uid: 'a' }), samplePod({ uid: 'b' })];
    const oldRecord = newPodRecord(podRefOf(old));
    await preparer.prepare(oldRecord, old, never);
    const { prepared } = await preparer.prepare(newPodRecord(podRefOf(young)), young, never);
    expect(prepared?.ownership.uid).toBe('b');
    preparer.release(oldRecord);
    expect(notes).toEqual(['acquire web', 'acquire web', 'release', 'forget a']);
  });
});
