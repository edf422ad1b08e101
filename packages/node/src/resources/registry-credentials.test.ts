import { describe, expect, it } from 'vitest';
import type { Secret } from '../provider/wire.ts';
import { imageRepository } from './image-name.ts';
import { dockerConfigCredentials, matchingCredentials, registryEntries } from './registry-credentials.ts';

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

function configJson(auths: Record<string, unknown>): Secret {
  return { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64({ auths }) } };
}

function usersFor(image: string, ...locations: string[]): (string | undefined)[] {
  const auths = Object.fromEntries(locations.map((location) => [location, { username: location, password: 'p' }]));
  return matchingCredentials(registryEntries(configJson(auths)), imageRepository(image)).map(
    ({ username }) => username,
  );
}

describe('the repository of an image', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['nginx:1.27', 'docker.io/library/nginx'],
    ['team/app', 'docker.io/team/app'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/team/app', 'docker.io/team/app'],
    ['registry.example/app:1', 'registry.example/app'],
    ['registry.example:5000/team/app:1@sha256:abc', 'registry.example:5000/team/app'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app', 'localhost:5000/app'],
    ['app@sha256:abc', 'docker.io/library/app'],
  ])('of %s is %s', (image, repository) => {
    expect(imageRepository(image)).toBe(repository);
  });
});

describe('the credentials for an image', () => {
  it.each([
    ['the host alone', 'registry.example/team/app', 'registry.example', true],
    ['another host', 'registry.example/team/app', 'other.example', false],
    ['a URL', 'registry.example/team/app', 'https://registry.example', true],
    ['the path of version 1', 'registry.example/team/app', 'https://registry.example/v1/', true],
    ['the path of version 2', 'registry.example/team/app', 'https://registry.example/v2/', true],
    ['the front of the path', 'registry.example/team/app', 'registry.example/team', true],
    ['another path', 'registry.example/team/app', 'registry.example/other', false],
    ['the same port', 'registry.example:5000/app', 'registry.example:5000', true],
    ['no port for an image with one', 'registry.example:5000/app', 'registry.example', false],
    ['a port for an image without', 'registry.example/app', 'registry.example:5000', false],
    ['a wildcard for a label', 'eu.registry.example/app', '*.registry.example', true],
    ['a wildcard for a part of a label', 'eu1.registry.example/app', 'eu?.registry.example', true],
    ['a wildcard, which stands for one label', 'a.b.registry.example/app', '*.registry.example', false],
    ['a wildcard, whose dot is a dot', 'euXregistry.example/app', 'eu.registry.example', false],
  ])('match by %s', (_what, image, location, isMatch) => {
    expect(usersFor(image, location)).toEqual(isMatch ? [location] : []);
  });

  it('come with the most specific location first', () => {
    expect(
      usersFor('registry.example/team/app', 'registry.example', 'registry.example/team/app', 'registry.example/team'),
    ).toEqual(['registry.example/team/app', 'registry.example/team', 'registry.example']);
  });

  it('of the default registry are for images without a registry', () => {
    const location = 'https://index.docker.io/v1/';
    expect(usersFor('nginx', location)).toEqual([location]);
    expect(usersFor('docker.io/team/app:1', location)).toEqual([location]);
    expect(usersFor('registry.example/app', location)).toEqual([]);
    expect(usersFor('nginx', location, 'docker.io')).toEqual(['docker.io']);
  });

  it('are read from auth before username and password, the password with its colons', () => {
    const [credentials] = registryEntries(
      configJson({ 'r.example': { username: 'x', password: 'y', auth: base64('me:a:b') } }),
    );
    expect(credentials).toEqual({
      location: 'r.example',
      credentials: { registry: 'r.example', username: 'me', password: 'a:b' },
    });
  });

  it('may be an identity token', () => {
    const [credentials] = registryEntries(configJson({ 'r.example': { identitytoken: 't' } }));
    expect(credentials?.credentials).toEqual({ registry: 'r.example', identityToken: 't' });
  });

  it('are read from the older form too', () => {
    const secret = { data: { '.dockercfg': base64({ 'r.example': { username: 'me', password: 'p' } }) } };
    expect(registryEntries(secret)).toHaveLength(1);
  });

  it('of entries that make no sense are passed over, and a whole that makes none is an error', () => {
    expect(registryEntries(configJson({ '': {}, 'r.example': 'text' }))).toEqual([]);
    expect(registryEntries({})).toEqual([]);
    expect(() => registryEntries({ data: { '.dockerconfigjson': base64('{') } })).toThrow(SyntaxError);
    expect(() => registryEntries({ data: { '.dockerconfigjson': base64('7') } })).toThrow(TypeError);
  });
});

describe('a docker config file', () => {
  it('has credentials for an image by the rules of Secrets', () => {
    const auths = { 'registry.example': { auth: base64('me:secret') }, 'other.example': { auth: base64('me:other') } };
    expect(dockerConfigCredentials({ auths }, 'registry.example/app:1')).toEqual([
      { registry: 'registry.example', username: 'me', password: 'secret' },
    ]);
    expect(dockerConfigCredentials({ credsStore: 'store' }, 'registry.example/app:1')).toEqual([]);
  });

  it.each([null, 'text', { auths: 'text' }])('that is none is said so: %s', (config) => {
    expect(() => dockerConfigCredentials(config, 'app')).toThrow(TypeError);
  });
});
