import type { ExpandedText } from '../provider/environment.ts';
import type { Pod } from '../provider/wire.ts';
import { deferredField } from './expanded-text.ts';
import { goQuoted } from './go-quoted.ts';

/** What a reference gave: a text, or why there is none. */
export type Reference = { readonly text: ExpandedText } | { readonly error: string };

/** Which field of the pod is meant, as in `env[].valueFrom.fieldRef`. */
export interface FieldReference {
  /** `v1`, which the API server fills in. */
  readonly apiVersion?: string | undefined;
  readonly fieldPath: string;
}

/**
 * The value of a field of the pod, or deferred text for a field that only the backend learns.
 *
 * `hostIPs` are the node's addresses, primary first, where they are the pods' host addresses.
 */
export function resolveFieldReference(pod: Pod, reference: FieldReference, hostIPs: readonly string[] = []): Reference {
  const { apiVersion = 'v1', fieldPath } = reference;
  if (apiVersion !== 'v1') return { error: `fieldRef of version "${apiVersion}" is not supported` };
  const subscripted = /^(?<path>[^[]+)\['(?<key>.*)'\]$/s.exec(fieldPath)?.groups;
  if (subscripted !== undefined) return resolveSubscript(pod, fieldPath, subscripted['path'], subscripted['key'] ?? '');
  const { metadata, spec } = pod;
  switch (fieldPath) {
    case 'metadata.name':
      return { text: metadata?.name ?? '' };
    case 'metadata.namespace':
      return { text: metadata?.namespace ?? '' };
    case 'metadata.uid':
      return { text: metadata?.uid ?? '' };
    case 'metadata.labels':
      return { text: formatMap(metadata?.labels ?? {}) };
    case 'metadata.annotations':
      return { text: formatMap(metadata?.annotations ?? {}) };
    case 'spec.nodeName':
    case 'spec.host':
      return { text: spec?.nodeName ?? '' };
    case 'spec.serviceAccountName':
      return { text: spec?.serviceAccountName ?? '' };
    case 'spec.restartPolicy':
      return { text: spec?.restartPolicy ?? '' };
    case 'spec.schedulerName':
      return { text: spec?.schedulerName ?? '' };
    case 'status.podIP':
    case 'status.podIPs':
      return { text: deferredField(fieldPath) };
    case 'status.hostIP':
      return { text: hostIPs[0] ?? deferredField(fieldPath) };
    case 'status.hostIPs':
      return { text: hostIPs.length > 0 ? hostIPs.join(',') : deferredField(fieldPath) };
    default:
      return { error: `field "${fieldPath}" is not supported` };
  }
}

/** One label or annotation; the empty string when there is none, as in the kubelet. */
function resolveSubscript(pod: Pod, fieldPath: string, path: string | undefined, key: string): Reference {
  if (path !== 'metadata.labels' && path !== 'metadata.annotations')
    return { error: `field "${fieldPath}" does not support a subscript` };
  const isAnnotation = path === 'metadata.annotations';
  if (!isQualifiedName(isAnnotation ? key.toLowerCase() : key))
    return { error: `field "${fieldPath}" has a subscript that is not a valid key` };
  return { text: pod.metadata?.[isAnnotation ? 'annotations' : 'labels']?.[key] ?? '' };
}

/** A name of at most 63 characters, with an optional DNS subdomain of at most 253 and a slash before it. */
function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (prefix !== undefined && !(prefix.length <= 253 && subdomain.test(prefix))) return false;
  return name.length <= 63 && /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name);
}

const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** One `key="value"` per line, sorted by key. */
function formatMap(map: Readonly<Record<string, string | undefined>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuoted(map[key] ?? '')}`)
    .join('\n');
}
