import { describe, expect, it } from 'vitest';
import type { Access } from './access.ts';
import { ruleAllows } from './rule-allows.ts';

function access(parts: Partial<Extract<Access, { kind: 'resource' }>>): Access {
  const none = { kind: 'resource', group: '', version: 'v1', subresource: '', namespace: '', name: '' } as const;
  return { ...none, verb: 'get', resource: 'pods', fields: new Map(), ...parts };
}

describe('a rule allows', () => {
  const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods', '*/scale'] };

  it('its verbs on its resources, and nothing else', () => {
    expect(ruleAllows(rule, access({}))).toBe(true);
    expect(ruleAllows(rule, access({ verb: 'list' }))).toBe(false);
    expect(ruleAllows(rule, access({ group: 'apps' }))).toBe(false);
    expect(ruleAllows(rule, access({ resource: 'nodes' }))).toBe(false);
  });

  it('a subresource only by its own name, or by that of every resource', () => {
    expect(ruleAllows(rule, access({ subresource: 'log' }))).toBe(false);
    expect(ruleAllows(rule, access({ resource: 'anything', subresource: 'scale' }))).toBe(true);
    expect(ruleAllows({ ...rule, resources: ['pods/log'] }, access({ subresource: 'log' }))).toBe(true);
    expect(ruleAllows({ ...rule, resources: ['*'] }, access({ subresource: 'log' }))).toBe(true);
  });

  it('only the objects that it names, where it names some', () => {
    const named = { ...rule, resourceNames: ['a'] };
    expect(ruleAllows(named, access({ name: 'a' }))).toBe(true);
    expect(ruleAllows(named, access({ name: 'b' }))).toBe(false);
    expect(ruleAllows(named, access({ name: '' }))).toBe(false);
  });

  it('paths that begin as its path with a star does', () => {
    const path = (text: string): Access => ({ kind: 'path', verb: 'get', path: text });
    const paths = { verbs: ['get'], nonResourceURLs: ['/api/*', '/version'] };
    expect(ruleAllows(paths, path('/api/v1'))).toBe(true);
    expect(ruleAllows(paths, path('/version'))).toBe(true);
    expect(ruleAllows(paths, path('/version/'))).toBe(false);
    expect(ruleAllows(paths, path('/apis'))).toBe(false);
    expect(ruleAllows(rule, path('/api'))).toBe(false);
  });
});
