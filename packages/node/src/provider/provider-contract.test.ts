import { describe, expect, it } from 'vitest';
import { samplePod } from '../testing/sample-pod.ts';
import {
  allContainersTerminated,
  capabilitiesOf,
  contractVersion,
  defineProvider,
  formatFieldErrors,
  InvalidInput,
  isFinished,
  NotFound,
  ownershipFromLabels,
  ownershipLabels,
  podRefOf,
  podRefOfStamp,
  podStatus,
  resolveText,
  resolveVariables,
  retryDecision,
  RetryAfter,
  Terminal,
  Unsupported,
  type Provider,
} from './index.ts';

const stamp = { clusterId: 'c', nodeName: 'n', namespace: 'ns', name: 'web', uid: 'u' };

describe('the errors of the contract', () => {
  it('are told apart by code, also those of another copy of the package', () => {
    const ours = new NotFound('no');
    const copy = Object.assign(new Error('no'), { code: 'NotFound', [Symbol.for('@vk/node/provider-error')]: true });
    expect([ours, copy].map((error) => NotFound.isInstance(error))).toEqual([true, true]);
    expect(NotFound.isInstance(new Terminal('no'))).toBe(false);
    expect(NotFound.isInstance(Object.assign(new Error('ENOENT'), { code: 'NotFound' }))).toBe(false);
    expect(NotFound.isInstance(undefined)).toBe(false);
  });

  it('say what is tried again: all but what can never work', () => {
    const cause = new Error('why');
    expect(retryDecision(new InvalidInput('spec.x', 'no', { cause }))).toEqual({ retry: false });
    expect(retryDecision(new Unsupported('no'))).toEqual({ retry: false });
    expect(retryDecision(new Terminal('no'))).toEqual({ retry: false });
    expect(retryDecision(new RetryAfter(1_500))).toEqual({ retry: true, afterMilliseconds: 1_500 });
    expect(retryDecision(new NotFound('no'))).toEqual({ retry: true });
    expect(retryDecision('not even an error')).toEqual({ retry: true });
    expect(new InvalidInput('spec.x', 'no', { cause })).toMatchObject({
      message: 'spec.x: no',
      field: 'spec.x',
      cause,
    });
  });
});

describe('ownership', () => {
  it('goes into labels and comes back whole, or not at all', () => {
    const labels = ownershipLabels(stamp);
    expect(ownershipFromLabels({ ...labels, other: 'x' })).toEqual(stamp);
    for (const key of Object.keys(labels)) expect(ownershipFromLabels({ ...labels, [key]: undefined })).toBeUndefined();
    expect(podRefOfStamp(stamp)).toEqual({ namespace: 'ns', name: 'web', uid: 'u' });
  });

  it('needs a pod with an identity', () => {
    expect(podRefOf(samplePod())).toEqual({ namespace: 'default', name: 'web', uid: 'web-uid' });
    expect(() => podRefOf({ metadata: { name: 'web' } })).toThrow(TypeError);
  });
});

describe('statuses', () => {
  it('are made of the pod and one state for all containers, or one for each', () => {
    const pod = samplePod({ spec: { containers: [{ name: 'a', image: 'i' }, { name: 'b' }] } });
    const status = podStatus(pod, {
      phase: 'Running',
      state: (name) => (name === 'a' ? { running: {} } : { waiting: {} }),
      podIP: '10.0.0.1',
      restartCount: () => 3,
    });
    expect(status).toMatchObject({
      podIPs: [{ ip: '10.0.0.1' }],
      containerStatuses: [
        { name: 'a', image: 'i', ready: true, started: true, restartCount: 3 },
        { name: 'b', image: '', ready: false, started: false, restartCount: 3 },
      ],
    });
  });

  it('are finished only in a terminal phase with nothing running, init and ephemeral containers included', () => {
    const state = (running: boolean) => (running ? { running: {} } : { terminated: { exitCode: 0 } });
    const container = (running: boolean) => ({
      name: 'x',
      image: '',
      imageID: '',
      ready: false,
      restartCount: 0,
      state: state(running),
    });
    expect(isFinished({ phase: 'Succeeded', containerStatuses: [container(false)] })).toBe(true);
    expect(isFinished({ phase: 'Failed' })).toBe(true);
    expect(isFinished({ phase: 'Failed', initContainerStatuses: [container(true)] })).toBe(false);
    expect(isFinished({ phase: 'Failed', ephemeralContainerStatuses: [container(true)] })).toBe(false);
    expect(isFinished({ phase: 'Running', containerStatuses: [container(false)] })).toBe(false);
    expect(isFinished(undefined)).toBe(false);
    expect(allContainersTerminated({ containerStatuses: [container(false)] })).toBe(true);
    expect(
      allContainersTerminated({ initContainerStatuses: [container(true)], containerStatuses: [container(false)] }),
    ).toBe(false);
    expect(allContainersTerminated({})).toBe(false);
  });
});

describe('deferred values', () => {
  it('are joined from what the backend has learned; what it has not is empty', () => {
    const deferred = { parts: ['http://', { field: 'status.podIP' }, ':80'] } as const;
    expect(resolveText(deferred, { 'status.podIP': '10.0.0.1' })).toBe('http://10.0.0.1:80');
    expect(resolveText(deferred, {})).toBe('http://:80');
    const variables = [
      { name: 'A', value: 'a', secret: true },
      { name: 'URL', deferred, secret: false },
    ] as const;
    expect(resolveVariables(variables, { 'status.podIP': 'x' })).toEqual([
      { name: 'A', value: 'a', secret: true },
      { name: 'URL', value: 'http://x:80', secret: false },
    ]);
  });
});

describe('a provider', () => {
  const lifecycle = {} as Provider;

  it('can do what it has a method for, and nothing else', () => {
    const none = capabilitiesOf(lifecycle);
    expect(Object.values(none).some(Boolean)).toBe(false);
    expect(capabilitiesOf({ ...lifecycle, ping: async () => undefined })).toEqual({ ...none, ping: true });
  });

  it('is stamped with the version of the contract', () => {
    const definition = defineProvider<unknown>({
      name: 'x',
      configSchema: { '~standard': { version: 1, vendor: 't', validate: (value) => ({ value }) } },
      injected: {
        'kube-api-access': 'omit',
        serviceLinks: 'omit',
        dnsPolicy: 'omit',
        terminationMessage: 'omit',
        defaultTolerations: 'omit',
      },
      create: () => lifecycle,
    });
    expect(definition.specificationVersion).toBe(contractVersion);
  });

  it('tells of refused fields in one line', () => {
    expect(
      formatFieldErrors([
        { field: 'a', message: 'b' },
        { field: 'c', message: 'd' },
      ]),
    ).toBe('a: b; c: d');
  });
});
