import type { ImageCredentials } from '../provider/provider-context.ts';
import type { Secret } from '../provider/wire.ts';
import { imageRepository } from './image-name.ts';

/** One entry of a docker configuration, and which images it is for. */
export interface RegistryEntry {
  /** Host, perhaps with a port and a path; parts of the host may be globs. Without a scheme. */
  readonly location: string;
  readonly credentials: ImageCredentials;
}

interface DockerAuth {
  readonly username?: unknown;
  readonly password?: unknown;
  readonly auth?: unknown;
  readonly identitytoken?: unknown;
}

const defaultRegistry = 'index.docker.io';

/**
 * The entries of a Secret of type `kubernetes.io/dockerconfigjson` or `kubernetes.io/dockercfg`. An entry that makes no
 * sense is passed over. Throws a `SyntaxError` or `TypeError` when the whole is no docker configuration.
 */
export function registryEntries(secret: Secret): RegistryEntry[] {
  const { '.dockerconfigjson': config, '.dockercfg': legacy } = secret.data ?? {};
  if (config !== undefined) return configEntries(parse(config));
  return legacy === undefined ? [] : entriesOf(parse(legacy));
}

/**
 * The credentials for an image (a repository with its registry), the most specific location first. Several may fit: they are
 * tried in order. Those of the default registry are for its images when nothing else fits.
 *
 * Source of the rule: Kubernetes documentation, "Interpretation of config.json", and the kubelet's keyring.
 */
export function matchingCredentials(entries: readonly RegistryEntry[], repository: string): ImageCredentials[] {
  const fitting = entries.filter(({ location }) => fits(location, repository));
  if (fitting.length > 0) return fitting.map(({ credentials }) => credentials);
  if (!repository.startsWith('docker.io/')) return [];
  return entries.filter(({ location }) => location === defaultRegistry).map(({ credentials }) => credentials);
}

/**
 * The credentials of a docker config file for an image, by the same rules: the most specific location first. Credential helpers
 * that it names are not run. `config` is the file's JSON, parsed.
 *
 * @throws TypeError when it is no docker configuration. Its message holds nothing of what is in there.
 */
export function dockerConfigCredentials(config: unknown, image: string): ImageCredentials[] {
  return matchingCredentials(configEntries(config), imageRepository(image));
}

function parse(base64: string): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString());
}

function configEntries(config: unknown): RegistryEntry[] {
  if (typeof config !== 'object' || config === null) throw new TypeError('not an object');
  return entriesOf(('auths' in config ? config.auths : undefined) ?? {});
}

function entriesOf(auths: unknown): RegistryEntry[] {
  if (typeof auths !== 'object' || auths === null) throw new TypeError('the registries are not an object');
  return Object.entries(auths)
    .flatMap(([registry, auth]) => entryOf(registry, auth))
    .sort((a, b) => (a.location > b.location ? -1 : 1));
}

function entryOf(registry: string, auth: unknown): RegistryEntry[] {
  const location = locationOf(registry);
  if (location === undefined || typeof auth !== 'object' || auth === null) return [];
  const { username, password, auth: encoded, identitytoken } = auth as DockerAuth;
  const [user, secret] = typeof encoded === 'string' && encoded !== '' ? decodeAuth(encoded) : [username, password];
  return [
    {
      location,
      credentials: {
        registry: location,
        ...(typeof user === 'string' && user !== '' && { username: user }),
        ...(typeof secret === 'string' && secret !== '' && { password: secret }),
        ...(typeof identitytoken === 'string' && identitytoken !== '' && { identityToken: identitytoken }),
      },
    },
  ];
}

/** `user:password` in base64; the password may hold colons. */
function decodeAuth(encoded: string): [string, string] {
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon === -1 ? [decoded, ''] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

/** Host and path; `/v1/` and `/v2/` at the front of the path mean the host alone, as for the docker client. */
function locationOf(registry: string): string | undefined {
  const { host, path = '' } = /^(?:https?:\/\/)?(?<host>[^/]+)(?<path>\/.*)?$/.exec(registry)?.groups ?? {};
  if (host === undefined) return undefined;
  const effective = /^\/v[12]\//.test(path) ? path.slice(3) : path;
  return effective === '/' ? host : host + effective;
}

function fits(location: string, repository: string): boolean {
  const wanted = splitLocation(location);
  const given = splitLocation(repository);
  return (
    wanted.port === given.port &&
    wanted.labels.length === given.labels.length &&
    given.path.startsWith(wanted.path) &&
    wanted.labels.every((label, index) => matchesGlob(label, given.labels[index] ?? ''))
  );
}

function splitLocation(location: string): { labels: string[]; port: string; path: string } {
  const slash = location.indexOf('/');
  const authority = slash === -1 ? location : location.slice(0, slash);
  const { host = authority, port = '' } = /^(?<host>.*):(?<port>\d+)$/.exec(authority)?.groups ?? {};
  return { labels: host.split('.'), port, path: slash === -1 ? '' : location.slice(slash) };
}

/** `*` is any text, `?` any character: within one label of a host name. */
function matchesGlob(glob: string, label: string): boolean {
  if (!/[*?]/.test(glob)) return glob === label;
  const pattern = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(label);
}
