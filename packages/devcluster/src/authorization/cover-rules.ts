import type { PolicyRule } from './policy-types.ts';

/** A rule for one verb on one resource of one group, or on one path. */
interface AtomicRule {
  verb: string;
  group?: string;
  resource?: string;
  name?: string;
  path?: string;
}

function* atoms(rule: PolicyRule): Generator<AtomicRule> {
  const names = rule.resourceNames?.length ? rule.resourceNames : [undefined];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs ?? []) {
        for (const name of names)
          yield name === undefined ? { verb, group, resource } : { verb, group, resource, name };
      }
    }
  }
  for (const path of rule.nonResourceURLs ?? []) for (const verb of rule.verbs ?? []) yield { verb, path };
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(value));
}

function covers(owned: PolicyRule, wanted: AtomicRule): boolean {
  if (!has(owned.verbs, wanted.verb)) return false;
  if (wanted.path !== undefined) {
    const { path } = wanted;
    return (owned.nonResourceURLs ?? []).some(
      (url) => url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''))),
    );
  }
  const { group = '', resource = '', name } = wanted;
  const subresource = resource.includes('/') ? resource.slice(resource.indexOf('/') + 1) : undefined;
  const isResource =
    has(owned.resources, resource) ||
    (subresource !== undefined && (owned.resources?.includes(`*/${subresource}`) ?? false));
  const names = owned.resourceNames ?? [];
  const isName = names.length === 0 || (name !== undefined && names.includes(name));
  return has(owned.apiGroups, group) && isResource && isName;
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;
}

/** The missing rules as the API server shows them: one line for each resource, with all verbs that are missing on it. */
function describe(missing: readonly AtomicRule[]): string[] {
  const verbs = new Map<string, string[]>();
  const lines: string[] = [];
  for (const { verb, group = '', resource = '', name, path } of missing) {
    if (path !== undefined) lines.push(`{NonResourceURLs:${list([path])}, Verbs:${list([verb])}}`);
    else {
      const named = name === undefined ? '' : `, ResourceNames:${list([name])}`;
      const key = `{APIGroups:${list([group])}, Resources:${list([resource])}${named}`;
      verbs.set(key, [...(verbs.get(key) ?? []), verb]);
    }
  }
  for (const [key, those] of verbs) lines.push(`${key}, Verbs:${list(those)}}`);
  return [...new Set(lines)].sort();
}

/** What of the wanted rules the owned ones do not cover, described line by line; nothing when they cover all. */
export function uncoveredRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): string[] {
  const missing = wanted
    .flatMap((rule) => [...atoms(rule)])
    .filter((atom) => !owned.some((rule) => covers(rule, atom)));
  return describe(missing);
}
