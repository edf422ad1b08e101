import { describe, expect, it } from 'vitest';
import { uncoveredRules } from './cover-rules.ts';

describe('rules are covered', () => {
  it('by other rules that together allow as much', () => {
    const owned = [
      { verbs: ['get', 'list'], apiGroups: [''], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['/metrics/*'] },
    ];
    const wanted = [
      { verbs: ['get'], apiGroups: [''], resources: ['pods', 'pods/log'], resourceNames: ['a'] },
      { verbs: ['get'], nonResourceURLs: ['/metrics/x'] },
    ];
    expect(uncoveredRules(owned, wanted)).toEqual([]);
  });

  it('not by a rule for single objects, if all are wanted', () => {
    const owned = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }];
    expect(uncoveredRules(owned, [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }])).toEqual([
      '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    ]);
  });

  it('or what is missing is shown: all verbs of a resource together, and paths one by one', () => {
    const wanted = [
      { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] },
      { verbs: ['get'], nonResourceURLs: ['/x'] },
    ];
    expect(uncoveredRules([], wanted)).toEqual([
      '{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}',
      '{NonResourceURLs:["/x"], Verbs:["get"]}',
    ]);
  });
});
