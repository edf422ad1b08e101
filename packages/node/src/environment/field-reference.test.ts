import { describe, expect, it } from 'vitest';
import type { Pod } from '../provider/wire.ts';
import { resolveFieldReference } from './field-reference.ts';

const pod: Pod = {
  metadata: {
    name: 'web-0',
    namespace: 'shop',
    uid: 'u-1',
    labels: { zone: 'b', app: 'web' },
    annotations: { 'Example.com/Note': 'tab\there "quoted" back\\slash\nä \u0001 \u200b', plain: 'x' },
  },
  spec: {
    containers: [],
    nodeName: 'virtual-1',
    serviceAccountName: 'runner',
    restartPolicy: 'OnFailure',
    schedulerName: 'default-scheduler',
  },
  status: { podIP: '10.0.0.9', hostIP: '10.0.0.1' },
};

const resolve = (fieldPath: string, hostIPs?: string[]) => resolveFieldReference(pod, { fieldPath }, hostIPs);

describe('a field reference', () => {
  it.each([
    ['metadata.name', 'web-0'],
    ['metadata.namespace', 'shop'],
    ['metadata.uid', 'u-1'],
    ['metadata.labels', 'app="web"\nzone="b"'],
    ["metadata.labels['app']", 'web'],
    ["metadata.labels['absent']", ''],
    ["metadata.annotations['plain']", 'x'],
    ['spec.nodeName', 'virtual-1'],
    ['spec.host', 'virtual-1'],
    ['spec.serviceAccountName', 'runner'],
    ['spec.restartPolicy', 'OnFailure'],
    ['spec.schedulerName', 'default-scheduler'],
  ])('to %s gives %j', (fieldPath, text) => {
    expect(resolve(fieldPath)).toEqual({ text });
  });

  it('to all annotations gives them sorted and quoted as Go quotes', () => {
    expect(resolve('metadata.annotations')).toEqual({
      text: 'Example.com/Note="tab\\there \\"quoted\\" back\\\\slash\\nä \\x01 \\u200b"\nplain="x"',
    });
  });

  it('to an annotation may have upper case in its prefix, one to a label may not', () => {
    expect(resolve("metadata.annotations['Example.com/Note']")).toHaveProperty('text');
    expect(resolve("metadata.labels['Example.com/Note']")).toHaveProperty('error');
  });

  it.each(['status.podIP', 'status.podIPs', 'status.hostIP', 'status.hostIPs'] as const)(
    'to %s is deferred, whatever an older status says',
    (field) => {
      expect(resolve(field)).toEqual({ text: { parts: [{ field }] } });
    },
  );

  it('to the host addresses is plain when the node knows them', () => {
    expect(resolve('status.hostIP', ['192.0.2.1', '2001:db8::1'])).toEqual({ text: '192.0.2.1' });
    expect(resolve('status.hostIPs', ['192.0.2.1', '2001:db8::1'])).toEqual({ text: '192.0.2.1,2001:db8::1' });
  });

  it.each([
    'status.phase',
    'metadata.finalizers',
    "spec.nodeName['x']",
    "metadata.labels['']",
    "metadata.labels['a b']",
  ])('to %s is refused by name', (fieldPath) => {
    expect(resolve(fieldPath)).toEqual({ error: expect.stringContaining(`"${fieldPath}"`) });
  });

  it('of another API version is refused', () => {
    expect(resolveFieldReference(pod, { apiVersion: 'v2', fieldPath: 'metadata.name' })).toEqual({
      error: 'fieldRef of version "v2" is not supported',
    });
  });
});
