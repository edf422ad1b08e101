import { describe, expect, it } from 'vitest';
import type { Node } from '../../provider/wire.ts';
import { samplePod, type SamplePodOptions } from '../../testing/sample-pod.ts';
import { matchesNode } from './node-affinity.ts';

const node: Node = {
  metadata: { name: 'n1', labels: { disk: 'ssd', cores: '8', big: '9223372036854775808', empty: '' } },
};

type Spec = NonNullable<SamplePodOptions['spec']>;
type Required = NonNullable<
  NonNullable<NonNullable<Spec['affinity']>['nodeAffinity']>['requiredDuringSchedulingIgnoredDuringExecution']
>;
type Term = Required['nodeSelectorTerms'][number];
type Requirement = readonly [key: string, operator: string, ...values: string[]];

const requirement = ([key, operator, ...values]: Requirement): NonNullable<Term['matchFields']>[number] => ({
  key,
  operator,
  ...(values.length > 0 && { values }),
});

function takes(...nodeSelectorTerms: Term[]): boolean {
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  return matchesNode(samplePod({ spec: { affinity: { nodeAffinity: required } } }), node);
}
const labels = (...all: Requirement[]): Term => ({ matchExpressions: all.map(requirement) });
const fields = (...all: Requirement[]): Term => ({ matchFields: all.map(requirement) });

describe('required node affinity', () => {
  it.each<[Requirement, boolean]>([
    [['disk', 'In', 'hdd', 'ssd'], true],
    [['disk', 'In', 'hdd'], false],
    [['zone', 'In', 'a'], false],
    [['empty', 'In', ''], true],
    [['disk', 'In'], false],
    [['disk', 'NotIn', 'hdd'], true],
    [['disk', 'NotIn', 'ssd'], false],
    [['zone', 'NotIn', 'a'], true],
    [['disk', 'NotIn'], false],
    [['disk', 'Exists'], true],
    [['zone', 'Exists'], false],
    [['disk', 'Exists', 'ssd'], false],
    [['zone', 'DoesNotExist'], true],
    [['disk', 'DoesNotExist'], false],
    [['toString', 'DoesNotExist'], true],
    [['cores', 'Gt', '7'], true],
    [['cores', 'Gt', '8'], false],
    [['cores', 'Lt', '9'], true],
    [['cores', 'Lt', '8'], false],
    [['cores', 'Gt', '-1'], true],
    [['cores', 'Gt', '7', '6'], false],
    [['cores', 'Gt', 'few'], false],
    [['disk', 'Gt', '1'], false],
    [['zone', 'Lt', '1'], false],
    [['big', 'Gt', '1'], false],
    [['disk', 'Like', 's'], false],
  ])('says of the labels of a node: %j is %s', (expression, expected) => {
    expect(takes(labels(expression))).toBe(expected);
  });

  it.each<[Requirement, boolean]>([
    [['metadata.name', 'In', 'n1'], true],
    [['metadata.name', 'In', 'n2'], false],
    [['metadata.name', 'NotIn', 'n2'], true],
    [['metadata.name', 'NotIn', 'n1'], false],
    [['metadata.name', 'In', 'n1', 'n2'], false],
    [['metadata.name', 'Exists'], false],
    [['metadata.uid', 'In', 'n1'], false],
  ])('says of the fields of a node: %j is %s', (expression, expected) => {
    expect(takes(fields(expression))).toBe(expected);
  });

  it('wants one of the terms, and all of it', () => {
    expect(takes(labels(['zone', 'Exists']), labels(['disk', 'Exists']))).toBe(true);
    expect(takes(labels(['zone', 'Exists'], ['disk', 'Exists']))).toBe(false);
    expect(takes({ ...labels(['disk', 'Exists']), ...fields(['metadata.name', 'In', 'n2']) })).toBe(false);
  });

  it('takes no node by a term without requirements, and none by no term', () => {
    expect(takes({})).toBe(false);
    expect(takes()).toBe(false);
    expect(takes({}, labels(['disk', 'Exists']))).toBe(true);
  });

  it('wants all of the node selector besides', () => {
    const pod = (nodeSelector: Record<string, string>): boolean =>
      matchesNode(samplePod({ spec: { nodeSelector } }), node);
    expect([pod({ disk: 'ssd', cores: '8' }), pod({ disk: 'ssd', zone: 'a' }), pod({})]).toEqual([true, false, true]);
  });
});
