import type { FieldError, Pod } from '@vk/node/provider';
import { annotationPrefix, behaviourNames, behaviourTable } from './behaviour-table.ts';
import type { BehaviourName, BehaviourValues } from './behaviour-table.ts';

/** What one pod is to do. */
export interface Behaviour {
  /** What is wrong with how it was written, by annotation. */
  readonly errors: readonly FieldError[];
  /** For the pod, or for one container of it: what is said for the container wins. */
  of<Name extends BehaviourName>(name: Name, container?: string): BehaviourValues[Name] | undefined;
  /** What is said for this container by its name, not what is said for all. */
  ofOnly<Name extends BehaviourName>(name: Name, container: string): BehaviourValues[Name] | undefined;
}

/** A behaviour's name and the container that it is for, from `exit-code` or `exit-code.app`. */
export function splitBehaviourKey(
  key: string,
): { readonly name: BehaviourName; readonly container?: string } | undefined {
  const dot = key.indexOf('.');
  const base = dot === -1 ? key : key.slice(0, dot);
  const name = behaviourNames.find((known) => known === base);
  if (name === undefined) return undefined;
  return dot === -1 ? { name } : { name, container: key.slice(dot + 1) };
}

/** What is wrong with one behaviour as it was written; undefined when nothing is. `containers` undefined: any name will do. */
export function behaviourProblem(
  key: string,
  text: string,
  containers: readonly string[] | undefined,
): string | undefined {
  const parts = splitBehaviourKey(key);
  if (parts === undefined) return `there is no such behaviour; known are ${behaviourNames.join(', ')}`;
  const known = behaviourTable[parts.name];
  if (parts.container !== undefined && !known.perContainer)
    return `${parts.name} is for the whole pod, not for one container`;
  if (parts.container !== undefined && containers !== undefined && !containers.includes(parts.container))
    return `the pod has no container ${JSON.stringify(parts.container)}`;
  return known.read(text) === undefined ? `${JSON.stringify(text)} is not ${known.values}` : undefined;
}

/** Reads a pod's annotations. What they leave open is taken from `defaults`, which has the same keys without the prefix. */
export function readBehaviour(
  pod: Pod,
  defaults: Readonly<Record<string, string>>,
  mode: 'record' | 'engine' = 'record',
): Behaviour {
  const { containers: regular = [], initContainers = [] } = pod.spec ?? {};
  const containers = [...regular, ...(mode === 'engine' ? initContainers : [])].map((container) => container.name);
  const errors: FieldError[] = [];
  const written = new Map(Object.entries(defaults).map(([key, text]) => [key, { text, own: false }]));
  for (const [annotation, text] of Object.entries(pod.metadata?.annotations ?? {})) {
    if (!annotation.startsWith(annotationPrefix)) continue;
    const key = annotation.slice(annotationPrefix.length);
    const problem = behaviourProblem(key, text, containers) ?? modeProblem(key, text, mode);
    if (problem === undefined) written.set(key, { text, own: true });
    else errors.push({ field: `metadata.annotations[${annotation}]`, message: problem });
  }
  return {
    errors,
    of: (name, container) => {
      const general = written.get(name);
      const special = container === undefined ? undefined : written.get(`${name}.${container}`);
      // A pod's own annotation for all of its containers is nearer than a default for one container's name.
      const chosen = special !== undefined && (special.own || general?.own !== true) ? special : general;
      return chosen === undefined ? undefined : behaviourTable[name].read(chosen.text);
    },
    ofOnly: (name, container) => {
      const special = written.get(`${name}.${container}`);
      return special === undefined ? undefined : behaviourTable[name].read(special.text);
    },
  };
}

/** What one mode cannot do, of a behaviour that is written well; undefined when it can. */
export function modeProblem(key: string, text: string, mode: 'record' | 'engine'): string | undefined {
  const parts = splitBehaviourKey(key);
  if (parts === undefined) return undefined;
  const { name } = parts;
  if (mode === 'record')
    return name === 'main-process' && text === 'command' ? 'commands are run in engine mode only' : undefined;
  if (behaviourTable[name].recordOnly === true || (name === 'delete-delay' && text === 'never'))
    return `${name === 'delete-delay' ? 'delete-delay never' : name} is not possible in engine mode: the pod engine decides it`;
  return undefined;
}
