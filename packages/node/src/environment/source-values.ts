import type { Lookup } from '../resources/lookup.ts';
import type { EnvironmentProblem, EnvironmentProblemReason } from './environment-problem.ts';
import type { EnvironmentSources } from './environment-sources.ts';

/** The kinds of object that an environment takes values from. */
export type SourceKind = 'ConfigMap' | 'Secret';

/** The values of one object, or the problem that stands in the way. */
export type SourceValues =
  | { readonly values: ReadonlyMap<string, string> }
  | { readonly reason: EnvironmentProblemReason; readonly message: string; readonly mandatory: boolean };

/**
 * Reads the values of a ConfigMap or Secret by key, sorted. Of a ConfigMap, `binaryData` is passed over; the bytes of a
 * Secret are taken as UTF-8.
 *
 * An optional object that is absent is no hindrance. One that could not be read may well be there, so the pod waits for it:
 * the kubelet does so too.
 */
export function readSource(
  sources: EnvironmentSources,
  reference: { readonly kind: SourceKind; readonly name: string; readonly optional: boolean },
): SourceValues {
  const { kind, name, optional } = reference;
  const lookup = kind === 'ConfigMap' ? readConfigMap(sources, name) : readSecret(sources, name);
  const necessity = optional ? 'Optional' : 'Mandatory';
  const object = `${kind.toLowerCase()} "${name}"`;
  switch (lookup.state) {
    case 'present':
      return { values: lookup.object };
    case 'absent':
      return { reason: `${necessity}${kind}NotFound`, message: `${object} not found`, mandatory: !optional };
    case 'pending':
      return { reason: `FailedToRead${necessity}${kind}`, message: `${object} has not been read yet`, mandatory: true };
    case 'failed':
      return {
        reason: `FailedToRead${necessity}${kind}`,
        message: `failed to read ${object}: ${describe(lookup.error)}`,
        mandatory: true,
      };
  }
}

/** The problem of a key that an object lacks. */
export function missingKey(reference: {
  readonly kind: SourceKind;
  readonly name: string;
  readonly key: string;
  readonly optional: boolean;
}): Pick<EnvironmentProblem, 'reason' | 'message' | 'mandatory'> {
  const { kind, name, key, optional } = reference;
  return {
    reason: `${optional ? 'Optional' : 'Mandatory'}${kind}KeyNotFound`,
    message: `key "${key}" not found in ${kind.toLowerCase()} "${name}"`,
    mandatory: !optional,
  };
}

function readConfigMap(sources: EnvironmentSources, name: string): Lookup<ReadonlyMap<string, string>> {
  const lookup = sources.configMap(name);
  return lookup.state === 'present' ? { state: 'present', object: sorted(lookup.object.data ?? {}) } : lookup;
}

function readSecret(sources: EnvironmentSources, name: string): Lookup<ReadonlyMap<string, string>> {
  const lookup = sources.secret(name);
  if (lookup.state !== 'present') return lookup;
  return {
    state: 'present',
    object: sorted(lookup.object.data ?? {}, (text) => Buffer.from(text, 'base64').toString()),
  };
}

function sorted(
  data: Readonly<Record<string, string | undefined>>,
  decode: (text: string) => string = (text) => text,
): Map<string, string> {
  return new Map(
    Object.keys(data)
      .sort()
      .map((key) => [key, decode(data[key] ?? '')]),
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
