import { describe, expect, it } from 'vitest';
import { demandedNodeNames, meetsNodeDemands, meetsRequirement, meetsTerm, nodePreference } from './node-affinity.ts';
import { schedulingNode } from './testing/scheduling-objects.ts';

const node = schedulingNode('n1', { labels: { disk: 'ssd', cores: '8' } });

describe('a requirement', () => {
  it.each([
    ['In', ['ssd', 'nvme'], 'ssd', true],
    ['In', ['hdd'], 'ssd', false],
    ['In', ['hdd'], undefined, false],
    ['NotIn', ['hdd'], 'ssd', true],
    ['NotIn', ['ssd'], 'ssd', false],
    ['NotIn', ['ssd'], undefined, true],
    ['Exists', [], 'x', true],
    ['Exists', [], undefined, false],
    ['DoesNotExist', [], undefined, true],
    ['DoesNotExist', [], 'x', false],
    ['Gt', ['4'], '8', true],
    ['Gt', ['8'], '8', false],
    ['Gt', ['4'], 'many', false],
    ['Gt', ['4'], undefined, false],
    ['Lt', ['9'], '8', true],
    ['Lt', ['8'], '8', false],
    ['Like', ['x'], 'x', false],
  ])('%s %j is met by %s: %s', (operator, values, value, met) => {
    expect(meetsRequirement({ key: 'k', operator, values }, value)).toBe(met);
  });
});

describe('a term', () => {
  it('is met when all its requirements are', () => {
    const ssd = { key: 'disk', operator: 'In', values: ['ssd'] };
    expect(meetsTerm({ matchExpressions: [ssd, { key: 'cores', operator: 'Gt', values: ['4'] }] }, node)).toBe(true);
    expect(meetsTerm({ matchExpressions: [ssd, { key: 'gpu', operator: 'Exists' }] }, node)).toBe(false);
  });

  it('that is empty is met by no node', () => {
    expect(meetsTerm({}, node)).toBe(false);
  });

  it('can ask for the name of the node', () => {
    expect(meetsTerm({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }, node)).toBe(true);
    expect(meetsTerm({ matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n1'] }] }, node)).toBe(false);
  });
});

describe('the demands of a pod', () => {
  const term = (value: string) => ({ matchExpressions: [{ key: 'disk', operator: 'In', values: [value] }] });
  const required = (...values: string[]) => ({
    containers: [],
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: values.map(term) } },
    },
  });

  it('are met by a node that meets one of the terms', () => {
    expect(meetsNodeDemands(required('hdd', 'ssd'), node)).toBe(true);
    expect(meetsNodeDemands(required('hdd'), node)).toBe(false);
  });

  it('include every label of the node selector', () => {
    expect(meetsNodeDemands({ containers: [], nodeSelector: { disk: 'ssd' } }, node)).toBe(true);
    expect(meetsNodeDemands({ containers: [], nodeSelector: { disk: 'ssd', gpu: 'yes' } }, node)).toBe(false);
  });

  it('name nodes only when every term does', () => {
    const byName = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1', 'n2'] }] };
    const affinity = (...terms: object[]) => ({
      containers: [],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
    });
    expect(demandedNodeNames(affinity(byName))).toEqual(new Set(['n1', 'n2']));
    expect(demandedNodeNames(affinity(byName, term('ssd')))).toBeUndefined();
    expect(demandedNodeNames({ containers: [] })).toBeUndefined();
  });

  it('are weighed by the terms that the pod would like', () => {
    const preferredDuringSchedulingIgnoredDuringExecution = [
      { weight: 10, preference: term('ssd') },
      { weight: 5, preference: term('hdd') },
      { weight: 1, preference: { matchExpressions: [{ key: 'cores', operator: 'Exists' }] } },
    ];
    const affinity = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution } };
    expect(nodePreference({ containers: [], affinity }, node)).toBe(11);
  });
});
