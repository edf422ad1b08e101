import { describe, expect, it } from 'vitest';
import type { PodSpec, Volume } from '../../provider/wire.ts';
import { hostPayload } from './host-payload.ts';
import { textFile } from './testing/scripted-volume.ts';

const volume: Volume = {
  name: 'v',
  projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'root' } }] },
};
const files = [textFile('token', 't', 0o644), textFile('ca.crt', 'c', 0o644)];

function shown(spec: Partial<PodSpec>) {
  const pod = { spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec } };
  return hostPayload(files, { pod, volume, deferred: {} }).map(({ path, mode, owner }) => ({ path, mode, owner }));
}

describe('the files of a volume on a host', () => {
  it('have text that waited for what the backend learns', () => {
    const content = { parts: ['at ', { field: 'status.podIP' as const }] };
    const [file] = hostPayload([{ path: 'ip', mode: 0o644, content, secret: false }], {
      pod: {},
      volume: { name: 'self', downwardAPI: {} },
      deferred: { 'status.podIP': '10.0.0.1' },
    });
    expect(Buffer.from(file?.content ?? []).toString()).toBe('at 10.0.0.1');
  });

  it('keep their modes where the pod says neither who runs it nor which group has its volumes', () => {
    expect(shown({})).toEqual([
      { path: 'token', mode: 0o644, owner: undefined },
      { path: 'ca.crt', mode: 0o644, owner: undefined },
    ]);
    expect(shown({ containers: [{ name: 'a', securityContext: { runAsUser: 5 } }, { name: 'b' }] })).toEqual([
      { path: 'token', mode: 0o644, owner: undefined },
      { path: 'ca.crt', mode: 0o644, owner: undefined },
    ]);
  });

  it('leave a token to the one user of the pod', () => {
    expect(shown({ securityContext: { runAsUser: 1000 } })).toEqual([
      { path: 'token', mode: 0o600, owner: 1000 },
      { path: 'ca.crt', mode: 0o644, owner: undefined },
    ]);
  });

  it('leave a token to the group of the pod where users differ', () => {
    const containers = [
      { name: 'a', securityContext: { runAsUser: 1 } },
      { name: 'b', securityContext: { runAsUser: 2 } },
    ];
    expect(shown({ containers, securityContext: { fsGroup: 10 } })).toEqual([
      { path: 'token', mode: 0o600, owner: undefined },
      { path: 'ca.crt', mode: 0o644, owner: undefined },
    ]);
  });
});
