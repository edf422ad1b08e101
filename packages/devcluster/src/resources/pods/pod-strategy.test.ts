import { beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../control-loop/testing/manual-clock.ts';
import { create, testRegistry } from '../../control-loop/testing/test-registry.ts';
import { cloneJson } from '../../registry/clone-json.ts';
import { clusterUser, type Registry, strategyContext } from '../../registry/registry.ts';
import { bindingConflict, bindPod } from './bind-pod.ts';
import { podGracePeriodSeconds } from './pod-grace-period.ts';
import { podStrategy } from './pod-strategy.ts';
import type { Pod, PodSpec } from './pod-types.ts';

let registry: Registry;

beforeEach(() => {
  registry = testRegistry(manualClock());
});

function newPod(spec: Partial<PodSpec> = {}): Pod {
  const body = {
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'nginx:1' }], ...spec },
  };
  return create(registry, 'pods', body) as Pod;
}

/** Runs an update of one door, and answers with the messages of what is wrong with it. */
function update(previous: Pod, subresource: string, change: (next: Pod) => void): { next: Pod; messages: string[] } {
  const next = cloneJson(previous);
  change(next);
  const context = strategyContext(registry, clusterUser);
  podStrategy.applyDefaults?.(next);
  podStrategy.prepareForUpdate?.(next, previous, subresource, context);
  const causes = podStrategy.validateUpdate?.(next, previous, subresource, context) ?? [];
  return { next, messages: causes.map(({ field, message }) => `${field}: ${message}`) };
}

describe('a new pod', () => {
  it('runs as the default account, with its token, and its image pull secrets', () => {
    const namespace = 'kube-node-lease';
    create(registry, 'serviceaccounts', {
      metadata: { name: 'default', namespace },
      imagePullSecrets: [{ name: 's' }],
    });
    const body = { metadata: { name: 'p', namespace }, spec: { containers: [{ name: 'a', image: 'x' }] } };
    const { spec } = create(registry, 'pods', body) as Pod;
    expect(spec.serviceAccountName).toBe('default');
    expect(spec.imagePullSecrets).toEqual([{ name: 's' }]);
    expect(spec.volumes?.map(({ name }) => name.replace(/\w{5}$/, ''))).toEqual(['kube-api-access-']);
    expect(spec.containers[0]?.volumeMounts?.[0]?.mountPath).toBe('/var/run/secrets/kubernetes.io/serviceaccount');
  });

  it('keeps a mount of its own where the token would go, and then gets no volume', () => {
    const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
    const container = { name: 'a', image: 'x', volumeMounts: [{ name: 'own', mountPath }] };
    const { spec } = newPod({ containers: [container], volumes: [{ name: 'own', emptyDir: {} }] });
    expect(spec.volumes?.map(({ name }) => name)).toEqual(['own']);
  });

  it('puts up with an unreachable node for five minutes, unless it says something else', () => {
    expect(newPod().spec.tolerations?.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([300, 300]);
    registry = testRegistry(manualClock());
    const own = [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' }];
    expect(newPod({ tolerations: own }).spec.tolerations?.map(({ key }) => key)).toEqual([
      'node.kubernetes.io/unreachable',
      'node.kubernetes.io/not-ready',
    ]);
  });

  it('takes over the overhead and the node selector of its RuntimeClass', () => {
    create(registry, 'runtimeclasses', {
      metadata: { name: 'heavy' },
      handler: 'h',
      overhead: { podFixed: { cpu: '0.5' } },
      scheduling: { nodeSelector: { kind: 'vm' } },
    });
    const { spec } = newPod({ runtimeClassName: 'heavy' });
    expect(spec.overhead).toEqual({ cpu: '500m' });
    expect(spec.nodeSelector).toEqual({ kind: 'vm' });
  });
});

describe('an update of a pod through the main door', () => {
  it('counts the generation when the spec changes, and only then', () => {
    const pod = newPod();
    const image = update(pod, '', ({ spec }) => Object.assign(spec.containers[0] ?? {}, { image: 'nginx:2' }));
    expect(image.messages).toEqual([]);
    expect(image.next.metadata.generation).toBe(2);
    const label = update(pod, '', ({ metadata }) => Object.assign(metadata, { labels: { a: 'b' } }));
    expect(label.next.metadata.generation).toBe(1);
  });

  it('leaves the status as it is', () => {
    const { next } = update(newPod(), '', (pod) => Object.assign(pod, { status: { phase: 'Running' } }));
    expect(next.status?.phase).toBe('Pending');
  });

  it('may not change the name of a container, or any other field', () => {
    const { messages } = update(newPod(), '', ({ spec }) => Object.assign(spec, { restartPolicy: 'Never' }));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^spec: Forbidden: pod updates may not change fields other than `spec.containers/);
  });

  it('may shorten a deadline, and neither lengthen nor remove it', () => {
    const pod = newPod({ activeDeadlineSeconds: 100 });
    const set = (seconds: number | undefined) =>
      update(pod, '', ({ spec }) => Object.assign(spec, { activeDeadlineSeconds: seconds })).messages;
    expect(set(50)).toEqual([]);
    expect(set(101)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 101: must be less than or equal to previous value',
    ]);
    expect(set(undefined)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ]);
  });

  it('may take scheduling gates away and not add any', () => {
    const pod = newPod({ schedulingGates: [{ name: 'a' }, { name: 'b' }] });
    const set = (...names: string[]) =>
      update(pod, '', ({ spec }) => Object.assign(spec, { schedulingGates: names.map((name) => ({ name })) })).messages;
    expect(set('b')).toEqual([]);
    expect(set('c')).toEqual([
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'",
    ]);
  });
});

describe('an update of the status of a pod', () => {
  it('changes neither the spec nor the generation', () => {
    const { next, messages } = update(newPod(), 'status', (pod) => {
      pod.spec.nodeName = 'elsewhere';
      pod.status = { phase: 'Running' };
    });
    expect(messages).toEqual([]);
    expect(next.spec.nodeName).toBeUndefined();
    expect(next.metadata.generation).toBe(1);
    expect(next.status).toMatchObject({ phase: 'Running', qosClass: 'BestEffort' });
  });

  it('does not forget what generation was observed', () => {
    const pod = newPod();
    const observed = update(pod, 'status', (next) => {
      next.status = { observedGeneration: 3, conditions: [{ type: 'Ready', status: 'True', observedGeneration: 3 }] };
    }).next;
    const { next } = update(observed, 'status', (later) => {
      later.status = { conditions: [{ type: 'Ready', status: 'False' }] };
    });
    expect(next.status?.observedGeneration).toBe(3);
    expect(next.status?.conditions?.[0]?.observedGeneration).toBe(3);
  });

  it('does not bring a container back that ended for good', () => {
    const pod = newPod({ restartPolicy: 'Never' });
    const ended = update(pod, 'status', (next) => {
      next.status = {
        containerStatuses: [{ name: 'a', ready: false, restartCount: 0, state: { terminated: { exitCode: 1 } } }],
      };
    }).next;
    const { messages } = update(ended, 'status', (next) => {
      next.status = { containerStatuses: [{ name: 'a', ready: true, restartCount: 0, state: { running: {} } }] };
    });
    expect(messages).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
  });
});

describe('the deletion of a pod', () => {
  it('waits for its node, and for nobody when it has none or has ended', () => {
    const bound = (phase: string): Pod => {
      const pod = newPod();
      registry = testRegistry(manualClock());
      return { ...pod, spec: { ...pod.spec, nodeName: 'n' }, status: { phase } };
    };
    expect(podGracePeriodSeconds(bound('Running'), undefined)).toBe(30);
    expect(podGracePeriodSeconds(bound('Running'), 5)).toBe(5);
    expect(podGracePeriodSeconds(bound('Running'), -1)).toBe(1);
    expect(podGracePeriodSeconds(bound('Succeeded'), undefined)).toBe(0);
    expect(podGracePeriodSeconds(newPod(), 60)).toBe(0);
  });
});

describe('the binding of a pod', () => {
  it('sets the node, says so in a condition, and takes over where the node is', () => {
    const pod = newPod();
    const labels = { 'topology.kubernetes.io/zone': 'z1', other: 'x' };
    const node = create(registry, 'nodes', { metadata: { name: 'n' } });
    const bound = bindPod(
      pod,
      { target: { name: 'n' } },
      {
        now: 0,
        node: { ...node, spec: {}, metadata: { ...node.metadata, labels } },
      },
    );
    expect(bound.spec.nodeName).toBe('n');
    expect(bound.metadata.labels).toEqual({ 'topology.kubernetes.io/zone': 'z1' });
    expect(bound.status?.conditions?.[0]).toMatchObject({ type: 'PodScheduled', status: 'True' });
    expect(pod.spec.nodeName).toBeUndefined();
  });

  it('happens once, and not to a pod that is going or gated', () => {
    const pod = newPod();
    expect(bindingConflict(pod)).toBeUndefined();
    expect(bindingConflict({ ...pod, spec: { ...pod.spec, nodeName: 'n' } })).toBe(
      'pod p is already assigned to node "n"',
    );
    expect(bindingConflict({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: 'now' } })).toBe(
      'pod p is being deleted, cannot be assigned to a host',
    );
    expect(bindingConflict({ ...pod, spec: { ...pod.spec, schedulingGates: [{ name: 'g' }] } })).toBe(
      'pod p has non-empty .spec.schedulingGates',
    );
  });
});
