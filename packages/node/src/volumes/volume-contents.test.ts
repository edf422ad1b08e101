import { describe, expect, it } from 'vitest';
import type { VolumeFile } from '../provider/prepared-volume.ts';
import type { ConfigMap, Pod, Secret, Volume } from '../provider/wire.ts';
import type { Lookup } from '../resources/lookup.ts';
import { contentKindOf, volumeContents, type VolumeSources } from './volume-contents.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const configMaps: Record<string, ConfigMap> = {
  settings: {
    data: { 'b.conf': 'bee', 'a.conf': 'ä' },
    binaryData: { 'c.bin': Buffer.from([0, 255]).toString('base64') },
  },
};
const secrets: Record<string, Secret> = { db: { data: { user: base64('me'), password: base64('hunter2') } } };

const pod: Pod = {
  metadata: { name: 'web-0', namespace: 'shop', labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', resources: { limits: { cpu: '2' } } }] },
};

function lookup<T>(objects: Record<string, T>, name: string): Lookup<T> {
  const object = objects[name];
  return object === undefined ? { state: 'absent' } : { state: 'present', object };
}

const sources: VolumeSources = {
  pod,
  node: { allocatable: { memory: '8Gi' } },
  configMap: (name) => lookup(configMaps, name),
  secret: (name) => lookup(secrets, name),
  token: (source) => (source === 0 ? { token: 'tok' } : { error: 'refused' }),
};

const contents = (volume: Omit<Volume, 'name'>) => volumeContents({ name: 'v', ...volume }, sources);

/** `path mode content [secret]` of each file. */
function shown(files: readonly VolumeFile[]): string[] {
  return files.map(({ path, mode, content, secret }) => {
    const text = content instanceof Uint8Array ? Buffer.from(content).toString() : JSON.stringify(content.parts);
    return `${path} ${mode.toString(8)} ${text}${secret ? ' secret' : ''}`;
  });
}

function filesOf(volume: Omit<Volume, 'name'>): string[] {
  const result = contents(volume);
  if ('errors' in result) throw new Error(result.errors.join('; '));
  return shown(result.files);
}

describe('the contents of a configMap volume', () => {
  it('are all keys under their own names, sorted, text and bytes, readable by all', () => {
    const result = contents({ configMap: { name: 'settings' } });
    expect('files' in result && shown(result.files).slice(0, 2)).toEqual(['a.conf 644 ä', 'b.conf 644 bee']);
    expect('files' in result && result.files[2]).toEqual({
      path: 'c.bin',
      mode: 0o644,
      content: Buffer.from([0, 255]),
      secret: false,
    });
  });

  it('are the items alone where there are any, in their order, each with its mode or the default one', () => {
    const items = [
      { key: 'b.conf', path: 'x/b' },
      { key: 'a.conf', path: 'a', mode: 0o400 },
    ];
    expect(filesOf({ configMap: { name: 'settings', defaultMode: 0o640, items } })).toEqual(['x/b 640 bee', 'a 400 ä']);
  });

  it('are missing when the ConfigMap or a key of it is, unless that is optional', () => {
    const items = [{ key: 'none', path: 'none' }];
    expect(contents({ configMap: { name: 'nope' } })).toEqual({ errors: ['configmap "nope" not found'] });
    expect(contents({ configMap: { name: 'nope', optional: true } })).toEqual({ files: [] });
    expect(contents({ configMap: { name: 'settings', items } })).toEqual({
      errors: ['configmap references non-existent config key: none'],
    });
    expect(contents({ configMap: { name: 'settings', items, optional: true } })).toEqual({ files: [] });
  });

  it('are not taken for absent when they cannot be read, not even optional ones', () => {
    const failing: VolumeSources = {
      ...sources,
      configMap: () => ({ state: 'failed', error: new Error('forbidden'), sinceMilliseconds: 1 }),
    };
    expect(volumeContents({ name: 'v', configMap: { name: 'settings', optional: true } }, failing)).toEqual({
      errors: ['failed to read configmap "settings": forbidden'],
    });
  });

  it('never leave the volume', () => {
    const items = [{ key: 'a.conf', path: '../../etc/passwd' }];
    expect(contents({ configMap: { name: 'settings', items } })).toEqual({
      errors: ['path "../../etc/passwd" is not within the volume'],
    });
  });
});

describe('the contents of a secret volume', () => {
  it('are marked as secret', () => {
    expect(filesOf({ secret: { secretName: 'db', defaultMode: 0o400 } })).toEqual([
      'password 400 hunter2 secret',
      'user 400 me secret',
    ]);
  });

  it('are missing when the Secret or a key of it is', () => {
    expect(contents({ secret: { secretName: 'nope' } })).toEqual({ errors: ['secret "nope" not found'] });
    expect(contents({ secret: { secretName: 'db', items: [{ key: 'none', path: 'none' }] } })).toEqual({
      errors: ['references non-existent secret key: none'],
    });
  });
});

describe('the contents of a downwardAPI volume', () => {
  it('are fields and resources of the pod', () => {
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'cpu', mode: 0o600, resourceFieldRef: { containerName: 'app', resource: 'limits.cpu' } },
      { path: 'memory', resourceFieldRef: { containerName: 'app', resource: 'limits.memory', divisor: '1Gi' } },
    ];
    expect(filesOf({ downwardAPI: { items } })).toEqual(['labels 644 app="web"', 'cpu 600 2', 'memory 644 8']);
  });

  it('are deferred where only the backend knows', () => {
    const items = [{ path: 'ip', fieldRef: { fieldPath: 'status.podIP' } }];
    expect(filesOf({ downwardAPI: { items } })).toEqual(['ip 644 [{"field":"status.podIP"}]']);
  });

  it('are missing for what cannot be referred to', () => {
    const items = [
      { path: 'a', fieldRef: { fieldPath: 'spec.hostname' } },
      { path: 'b', resourceFieldRef: { containerName: 'nobody', resource: 'limits.cpu' } },
      { path: 'c' },
    ];
    expect(contents({ downwardAPI: { items } })).toEqual({
      errors: ['field "spec.hostname" is not supported', 'container "nobody" not found', 'file "c" refers to nothing'],
    });
  });
});

describe('the contents of a projected volume', () => {
  it('are those of all its sources, the later winning, with one default mode', () => {
    const files = filesOf({
      projected: {
        defaultMode: 0o440,
        sources: [
          { serviceAccountToken: { path: 'token' } },
          { configMap: { name: 'settings', items: [{ key: 'a.conf', path: 'x' }] } },
          { secret: { name: 'db', items: [{ key: 'user', path: 'x' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
          { secret: { name: 'nope', optional: true } },
        ],
      },
    });
    expect(files).toEqual(['token 440 tok secret', 'x 440 me secret', 'namespace 440 shop']);
  });

  it('say everything that is missing', () => {
    const projected = {
      sources: [
        { configMap: { name: 'nope' } },
        { serviceAccountToken: { path: 'token' } },
        { clusterTrustBundle: { path: 'ca', name: 'x' } },
        { clusterTrustBundle: { path: 'ca', name: 'x', optional: true } },
      ],
    };
    expect(contents({ projected })).toEqual({
      errors: [
        'configmap "nope" not found',
        'failed to fetch token: refused',
        'projected source "clusterTrustBundle" is not supported on this node',
      ],
    });
  });
});

describe('the kind of a volume', () => {
  it.each(['configMap', 'secret', 'downwardAPI', 'projected'] as const)('is %s', (kind) => {
    expect(contentKindOf({ name: 'v', [kind]: {} })).toBe(kind);
  });

  it('is none for a volume that the API has no contents for', () => {
    expect(contentKindOf({ name: 'v', emptyDir: {} })).toBeUndefined();
  });
});
