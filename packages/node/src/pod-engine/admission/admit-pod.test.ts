import { describe, expect, it } from 'vitest';
import type { Pod, Node, Taint, Toleration } from '../../provider/wire.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { admitPod, type AdmittingNode } from './admit-pod.ts';

type Requests = Readonly<Record<string, string>>;
type Spec = NonNullable<Parameters<typeof samplePod>[0]>['spec'];
type Container = NonNullable<Pod['spec']>['containers'][number];

const allocatable = { cpu: '2', memory: '1Gi', 'ephemeral-storage': '10Gi', pods: '3', 'example.com/gpu': '1' };
const container = (requests: Requests, more: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'i',
  resources: { requests },
  ...more,
});
const asking = (requests: Requests, spec: Spec = {}): Pod =>
  samplePod({ spec: { containers: [container(requests)], ...spec } });
const small = asking({ cpu: '100m' });

function judge(pod: Pod, change: Partial<AdmittingNode> = {}): string | undefined {
  const node: Node = { metadata: { name: 'n', labels: { disk: 'ssd' } } };
  const decision = admitPod(pod, { node, others: [], allocatable, operatingSystem: 'linux', ...change });
  if (decision === undefined) return undefined;
  if ('victims' in decision) {
    return `${decision.resource} instead of ${decision.victims.map(({ name }) => name).join(' ')}`;
  }
  return `${decision.reason}: ${decision.message}`;
}
const short = (resource: string, requested: number, used: number, capacity: number): string =>
  `OutOf${resource}: Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;

describe('the resources that a pod is admitted by', () => {
  it.each<[string, Pod, readonly Pod[], string | undefined]>([
    ['all of the CPU fits', asking({ cpu: '2' }), [], undefined],
    ['CPU is in thousandths', asking({ cpu: '2.5' }), [], short('cpu', 2500, 0, 2000)],
    ['others count', asking({ cpu: '1901m' }), [small], short('cpu', 1901, 100, 2000)],
    ['memory is in bytes', asking({ memory: '2Gi' }), [], short('memory', 2147483648, 0, 1073741824)],
    ['storage', asking({ 'ephemeral-storage': '11Gi' }), [], short('ephemeral-storage', 11811160064, 0, 10737418240)],
    ['the number of pods', samplePod(), [small, small, small], short('pods', 1, 3, 3)],
    ['pods come first', asking({ cpu: '9' }), [small, small, small], short('pods', 1, 3, 3)],
    ['CPU comes before memory', asking({ memory: '2Gi', cpu: '3' }), [], short('cpu', 3000, 0, 2000)],
    ['an extended resource', asking({ 'example.com/gpu': '2' }), [], short('example.com/gpu', 2, 0, 1)],
    ['an extended resource of the cluster', asking({ 'example.com/licence': '2' }), [], undefined],
    ['huge pages of a node without', asking({ 'hugepages-2Mi': '2Mi' }), [], short('hugepages-2Mi', 2097152, 0, 0)],
    ['nothing asked for, where all is taken', samplePod(), [asking({ cpu: '2', memory: '1Gi' })], undefined],
    ['zero asked for, where more is taken than there is', asking({ cpu: '0' }), [asking({ cpu: '3' })], undefined],
    [
      'init containers one by one',
      asking({ cpu: '1' }, { initContainers: [container({ cpu: '2' }), container({ cpu: '2' })] }),
      [],
      undefined,
    ],
    [
      'the largest init container',
      asking({ cpu: '1' }, { initContainers: [container({ cpu: '3' })] }),
      [],
      short('cpu', 3000, 0, 2000),
    ],
    [
      'a sidecar beside the containers',
      asking({ cpu: '1500m' }, { initContainers: [container({ cpu: '1' }, { restartPolicy: 'Always' })] }),
      [],
      short('cpu', 2500, 0, 2000),
    ],
    ['the overhead of the sandbox', asking({ cpu: '2' }, { overhead: { cpu: '1m' } }), [], short('cpu', 2001, 0, 2000)],
    [
      'the pod as a whole',
      asking({ cpu: '1' }, { resources: { requests: { cpu: '3' } } }),
      [],
      short('cpu', 3000, 0, 2000),
    ],
  ])('%s', (_what, pod, others, expected) => {
    expect(judge(pod, { others })).toBe(expected);
  });

  it('counts nothing that the node does not name', () => {
    expect(judge(asking({ cpu: '9', memory: '9Gi' }), { others: [small], allocatable: {} })).toBeUndefined();
  });
});

describe('the host ports that a pod is admitted by', () => {
  const port = (hostPort: number, protocol?: string, hostIP?: string): Container =>
    container(
      {},
      { ports: [{ containerPort: 80, hostPort, ...(protocol && { protocol }), ...(hostIP && { hostIP }) }] },
    );
  const pod = (...containers: Container[]): Pod => samplePod({ spec: { containers } });
  const taken = "NodePorts: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports";

  it.each<[string, Container, Container, string | undefined]>([
    ['the same port', port(8080), port(8080, 'TCP'), taken],
    ['another port', port(8080), port(8081), undefined],
    ['another protocol', port(8080), port(8080, 'UDP'), undefined],
    ['every address against one', port(8080), port(8080, 'TCP', '192.0.2.1'), taken],
    ['one address against every', port(8080, 'TCP', '192.0.2.1'), port(8080), taken],
    ['another address', port(8080, 'TCP', '192.0.2.1'), port(8080, 'TCP', '192.0.2.2'), undefined],
    ['no host port at all', container({}, { ports: [{ containerPort: 80 }] }), port(80), undefined],
  ])('%s', (_what, mine, theirs, expected) => {
    expect(judge(pod(mine), { others: [pod(theirs)] })).toBe(expected);
  });

  it('counts those of sidecars, not those of init containers that end', () => {
    const init = (more: Partial<Container>): Pod =>
      samplePod({ spec: { containers: [container({})], initContainers: [{ ...port(8080), ...more }] } });
    expect(judge(pod(port(8080)), { others: [init({})] })).toBeUndefined();
    expect(judge(pod(port(8080)), { others: [init({ restartPolicy: 'Always' })] })).toBe(taken);
  });
});

describe('the Node that a pod is admitted to', () => {
  const mismatch = "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector";
  const untolerated =
    "TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate";
  const tainted = (...taints: Taint[]): Partial<AdmittingNode> => ({
    node: { metadata: { name: 'n' }, spec: { taints } },
  });
  const evicting: Taint = { key: 'gone', value: 'soon', effect: 'NoExecute' };

  it('is the one that the node selector names', () => {
    expect(judge(asking({}, { nodeSelector: { disk: 'hdd' } }))).toBe(mismatch);
    expect(judge(asking({}, { nodeSelector: { disk: 'ssd' } }))).toBeUndefined();
  });

  it('has too little of something before it is the wrong one', () => {
    expect(judge(asking({ cpu: '3' }, { nodeSelector: { disk: 'hdd' } }))).toBe(short('cpu', 3000, 0, 2000));
  });

  it('is not looked at while there is none', () => {
    expect(judge(asking({}, { nodeSelector: { disk: 'hdd' } }), { node: undefined })).toBeUndefined();
  });

  it('has no taint that evicts and is not tolerated; other taints are the affair of the scheduler', () => {
    expect(judge(small, tainted(evicting))).toBe(untolerated);
    expect(judge(small, tainted({ key: 'full', effect: 'NoSchedule' }))).toBeUndefined();
  });

  it.each<[Toleration, boolean]>([
    [{ operator: 'Exists' }, true],
    [{ key: 'gone', operator: 'Exists' }, true],
    [{ key: 'gone', value: 'soon' }, true],
    [{ key: 'gone', operator: 'Equal', value: 'soon', effect: 'NoExecute', tolerationSeconds: 5 }, true],
    [{ key: 'gone', value: 'later' }, false],
    [{ key: 'other', operator: 'Exists' }, false],
    [{ key: 'gone', operator: 'Exists', effect: 'NoSchedule' }, false],
  ])('tolerates by %j: %s', (toleration, expected) => {
    const pod = asking({}, { tolerations: [toleration] });
    expect(judge(pod, tainted(evicting))).toBe(expected ? undefined : untolerated);
  });
});

describe('the operating system that a pod is admitted to', () => {
  const labelled = (os: string): Pod => samplePod({ metadata: { name: 'web', labels: { 'kubernetes.io/os': os } } });
  const wrongLabel =
    "PodOSSelectorNodeLabelDoesNotMatch: Failed to admit pod as the `kubernetes.io/os` label doesn't match node label";
  const wrongField = "PodOSNotSupported: Failed to admit pod as the OS field doesn't match node OS";

  it.each<[string, Pod, string | undefined]>([
    ['the label of the pod names it', labelled('linux'), undefined],
    ['the label of the pod names another', labelled('windows'), wrongLabel],
    ['the field names it', asking({}, { os: { name: 'linux' } }), undefined],
    ['the field names another', asking({}, { os: { name: 'windows' } }), wrongField],
    ['neither says anything', small, undefined],
    ['it comes before resources', asking({ cpu: '9' }, { os: { name: 'windows' } }), wrongField],
  ])('%s', (_what, pod, expected) => {
    expect(judge(pod)).toBe(expected);
  });

  it('is that of the node, whatever its Node is labelled, and also while there is no Node', () => {
    const node: Node = { metadata: { name: 'n', labels: { 'kubernetes.io/os': 'linux' } } };
    expect(judge(labelled('windows'), { node, operatingSystem: 'windows' })).toBeUndefined();
    expect(judge(labelled('linux'), { node, operatingSystem: 'windows' })).toBe(wrongLabel);
    expect(judge(labelled('windows'), { node: undefined })).toBe(wrongLabel);
  });
});

describe('a critical pod', () => {
  const critical = (requests: Requests, spec: Spec = {}): Pod => asking(requests, { priority: 2_000_000_000, ...spec });
  const taker: Pod = { ...small, metadata: { ...small.metadata, name: 'taker', uid: 'taker-uid' } };

  it('that fits has nobody make room', () => {
    expect(judge(critical({ cpu: '1' }), { others: [taker] })).toBeUndefined();
  });

  it('that does not fit takes the place of others, for every resource that it lacks', () => {
    expect(judge(critical({ cpu: '2' }), { others: [taker] })).toBe('cpu instead of taker');
    const full = ['a', 'b', 'c'].map((name) => samplePod({ name }));
    expect(judge(critical({}), { others: full })).toMatch(/^pods instead of [abc]$/u);
  });

  it('is rejected for what nobody can make good, though it lacks resources as well', () => {
    const elsewhere = critical({ cpu: '2' }, { nodeSelector: { disk: 'hdd' } });
    expect(judge(elsewhere, { others: [taker] })).toMatch(/^NodeAffinity: /u);
    const windows = critical({ cpu: '2' }, { os: { name: 'windows' } });
    expect(judge(windows, { others: [taker] })).toMatch(/^PodOSNotSupported: /u);
  });

  it('is rejected when all the others would not do, with what would be lacking', () => {
    expect(judge(critical({ cpu: '3', memory: '2Gi' }), { others: [taker] })).toBe(
      'UnexpectedAdmissionError: Unexpected error while attempting to recover from admission failure: preemption: ' +
        'error finding a set of pods to preempt: no set of running pods found to reclaim resources: ' +
        '[(res: cpu, q: 1000), (res: memory, q: 1073741824), ]',
    );
  });

  it('is one by its priority: the highest that users can give is not', () => {
    const user = critical({ cpu: '2' }, { priority: 1_999_999_999 });
    expect(judge(user, { others: [taker] })).toBe(short('cpu', 2000, 100, 2000));
  });
});
