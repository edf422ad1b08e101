import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import type { Cluster, Context, User } from '@kubernetes/client-node';
import { type KubeConfigEntries, readEntries } from './client-library.ts';
import { KubeConfigError } from './kube-config-error.ts';

/** What a kubeconfig says of a user and the client library leaves out. */
export interface MoreOfUser {
  readonly tokenFile?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
}

export interface MoreOfCluster {
  readonly extensions?: readonly { readonly name: string; readonly extension?: unknown }[];
}

/** The entries that one context picks out of the kubeconfig files. Paths are absolute. */
export interface SelectedContext {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly cluster: Cluster;
  readonly moreOfCluster: MoreOfCluster;
  readonly user: User | undefined;
  readonly moreOfUser: MoreOfUser;
}

interface KubeConfigFile {
  readonly clusters?: readonly { readonly name: string; readonly cluster?: MoreOfCluster }[];
  readonly users?: readonly { readonly name: string; readonly user?: MoreOfUser }[];
  readonly contexts?: unknown;
  readonly 'current-context'?: string;
}

interface Merged {
  readonly clusters: Map<string, { readonly entry: Cluster; readonly more: MoreOfCluster }>;
  readonly users: Map<string, { readonly entry: User; readonly more: MoreOfUser }>;
  readonly contexts: Map<string, Context>;
  currentContext: string | undefined;
}

/**
 * Reads kubeconfig files and picks a context. As in kubectl, the first file that has an entry or a current context wins, and
 * paths are relative to the file that they stand in. Throws a {@link KubeConfigError}.
 */
export async function readKubeConfigFiles(paths: readonly string[], context?: string): Promise<SelectedContext> {
  const merged: Merged = { clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: undefined };
  for (const path of paths) await addFile(merged, path);
  const where = paths.join(', ');
  const name = context ?? merged.currentContext;
  if (name === undefined) throw new KubeConfigError(`${where} names no current context; name one with --context`);
  const selected = merged.contexts.get(name);
  if (selected === undefined) {
    const known = [...merged.contexts.keys()].join(', ') || 'none';
    throw new KubeConfigError(`${where} has no context "${name}" (it has: ${known})`);
  }
  const cluster = merged.clusters.get(selected.cluster);
  if (cluster === undefined) {
    throw new KubeConfigError(
      `${where}: the context "${name}" is for the cluster "${selected.cluster}", which is not there`,
    );
  }
  const user = selected.user === undefined ? undefined : merged.users.get(selected.user);
  if (selected.user !== undefined && user === undefined) {
    throw new KubeConfigError(`${where}: the context "${name}" is for the user "${selected.user}", which is not there`);
  }
  return {
    context: name,
    namespace: selected.namespace,
    cluster: cluster.entry,
    moreOfCluster: cluster.more,
    user: user?.entry,
    moreOfUser: user?.more ?? {},
  };
}

async function addFile(merged: Merged, path: string): Promise<void> {
  const file = await parseFile(path);
  const root = dirname(path);
  let entries: KubeConfigEntries;
  try {
    entries = await readEntries(file);
  } catch (cause) {
    throw new KubeConfigError(`${path} is not a kubeconfig`, cause);
  }
  for (const [index, entry] of entries.clusters.entries()) {
    if (merged.clusters.has(entry.name)) continue;
    const more = file.clusters?.[index]?.cluster ?? {};
    merged.clusters.set(entry.name, { entry: { ...entry, ...absolute(root, entry, ['caFile']) }, more });
  }
  for (const [index, entry] of entries.users.entries()) {
    if (merged.users.has(entry.name)) continue;
    const more = file.users?.[index]?.user ?? {};
    merged.users.set(entry.name, {
      entry: { ...entry, ...absolute(root, entry, ['certFile', 'keyFile']), exec: withAbsoluteCommand(root, entry) },
      more: { ...more, ...absolute(root, more, ['tokenFile']) },
    });
  }
  for (const entry of entries.contexts) {
    if (!merged.contexts.has(entry.name)) merged.contexts.set(entry.name, entry);
  }
  merged.currentContext ??= file['current-context'] || undefined;
}

async function parseFile(path: string): Promise<KubeConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new KubeConfigError(`cannot read the kubeconfig ${path}`, cause);
  }
  // Loaded only where there is a file to read: a pod in a cluster has none.
  const { parse } = await import('yaml');
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (cause) {
    // The parser quotes the line at fault, which may hold a token: only the place is told.
    const line = (cause as { linePos?: readonly { readonly line: number }[] }).linePos?.[0]?.line;
    throw new KubeConfigError(`${path} is not valid YAML${line === undefined ? '' : `: see line ${line}`}`);
  }
  if (typeof parsed !== 'object' || parsed === null) throw new KubeConfigError(`${path} is not a kubeconfig`);
  return parsed;
}

/** The given fields of the entry that hold a path, each made absolute. */
function absolute<T extends object>(root: string, entry: T, fields: readonly (keyof T)[]): Partial<T> {
  const result: Partial<T> = {};
  for (const field of fields) {
    const path = entry[field];
    if (typeof path === 'string' && path !== '')
      result[field] = (isAbsolute(path) ? path : join(root, path)) as T[typeof field];
  }
  return result;
}

/** A command with a separator in it is a path; one without is looked up in PATH. */
function withAbsoluteCommand(root: string, user: User): User['exec'] {
  const exec = user.exec as { readonly command?: string } | null | undefined;
  if (exec?.command === undefined || !exec.command.includes(sep) || isAbsolute(exec.command)) return user.exec;
  return { ...exec, command: join(root, exec.command) };
}
