import type {
  ContainerEnvironment,
  EnvironmentVariable,
  ExpandedArgument,
  ExpandedText,
  PlainVariable,
} from '../provider/environment.ts';
import type { Container, Pod } from '../provider/wire.ts';
import type { EnvironmentProblem } from './environment-problem.ts';
import type { EnvironmentNode, EnvironmentSources } from './environment-sources.ts';
import { expand } from './expansion.ts';
import { resolveFieldReference, type Reference } from './field-reference.ts';
import type { PodContainer } from './pod-containers.ts';
import { resolveResourceFieldReference } from './resource-field-reference.ts';
import { missingKey, readSource, type SourceKind } from './source-values.ts';
import { isEnvironmentVariableName } from './variable-name.ts';

type EnvFromSource = NonNullable<Container['envFrom']>[number];
type EnvVar = NonNullable<Container['env']>[number];

interface Value {
  readonly text: ExpandedText;
  readonly secret: boolean;
}

/** What all containers of a pod have in common. */
export interface ContainerEnvironmentContext {
  readonly pod: Pod;
  readonly sources: EnvironmentSources;
  readonly node: EnvironmentNode;
  readonly serviceVariables: ReadonlyMap<string, PlainVariable>;
  report(problem: EnvironmentProblem): void;
}

/** The environment of one container: envFrom in order, env in order, then the variables of Services for names not yet set. */
export function containerEnvironment(
  { container, fieldPath }: PodContainer,
  context: ContainerEnvironmentContext,
): ContainerEnvironment {
  const variables = new Map<string, Value>();
  const report = (problem: Omit<EnvironmentProblem, 'fieldPath'>): void =>
    context.report({ ...problem, message: `container "${container.name}": ${problem.message}`, fieldPath });

  const expandHere = (text: string): Value => {
    let secret = false;
    const expanded = expand(text, (name) => {
      const value = variables.get(name);
      secret ||= value?.secret === true;
      return value?.text ?? context.serviceVariables.get(name)?.value;
    });
    return { text: expanded, secret };
  };

  const addAll = (source: EnvFromSource, index: number): void => {
    const kind: SourceKind = source.secretRef === undefined ? 'ConfigMap' : 'Secret';
    const reference = source.secretRef ?? source.configMapRef;
    const place = `envFrom[${index}]`;
    if (reference === undefined) {
      report({ reason: 'UnsupportedEnvironmentSource', message: `${place}: unknown source`, mandatory: true });
      return;
    }
    const { name = '', optional = false } = reference;
    const read = readSource(context.sources, { kind, name, optional });
    if (!('values' in read)) {
      report({ ...read, message: `${place}: ${read.message}` });
      return;
    }
    const prefix = source.prefix ?? '';
    const invalid: string[] = [];
    for (const [key, text] of read.values) {
      if (isEnvironmentVariableName(prefix + key)) variables.set(prefix + key, { text, secret: kind === 'Secret' });
      else invalid.push(key);
    }
    if (invalid.length > 0)
      report({
        reason: 'InvalidEnvironmentVariableNames',
        message: `${place}: keys [${invalid.join(', ')}] of ${kind.toLowerCase()} "${name}" are not valid names and were skipped`,
        mandatory: false,
      });
  };

  const readKey = (
    variable: string,
    kind: SourceKind,
    reference: { readonly name?: string | undefined; readonly key: string; readonly optional?: boolean | undefined },
  ): Value | undefined => {
    const { name = '', key, optional = false } = reference;
    const read = readSource(context.sources, { kind, name, optional });
    const text = 'values' in read ? read.values.get(key) : undefined;
    if (text !== undefined) return { text, secret: kind === 'Secret' };
    const problem = 'values' in read ? missingKey({ kind, name, key, optional }) : read;
    report({ ...problem, message: `environment variable "${variable}": ${problem.message}` });
    return undefined;
  };

  const refer = (
    variable: string,
    reason: 'InvalidFieldReference' | 'InvalidResourceFieldReference',
    reference: Reference,
  ): Value | undefined => {
    if ('text' in reference) return { text: reference.text, secret: false };
    report({ reason, message: `environment variable "${variable}": ${reference.error}`, mandatory: true });
    return undefined;
  };

  const valueOf = ({ name, value, valueFrom }: EnvVar): Value | undefined => {
    if ((value !== undefined && value !== '') || valueFrom === undefined) return expandHere(value ?? '');
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
    if (configMapKeyRef !== undefined) return readKey(name, 'ConfigMap', configMapKeyRef);
    if (secretKeyRef !== undefined) return readKey(name, 'Secret', secretKeyRef);
    const { pod, node } = context;
    if (fieldRef !== undefined)
      return refer(name, 'InvalidFieldReference', resolveFieldReference(pod, fieldRef, node.hostIPs));
    if (resourceFieldRef !== undefined) {
      const { allocatable } = node;
      const resolved = resolveResourceFieldReference(resourceFieldRef, { pod, container, allocatable });
      return refer(name, 'InvalidResourceFieldReference', resolved);
    }
    const kind = Object.keys(valueFrom).join(', ') || 'empty valueFrom';
    report({
      reason: 'UnsupportedEnvironmentSource',
      message: `environment variable "${name}": ${kind} is not supported on this node`,
      mandatory: true,
    });
    return undefined;
  };

  for (const [index, source] of (container.envFrom ?? []).entries()) addAll(source, index);
  for (const variable of container.env ?? []) {
    const value = valueOf(variable);
    if (value !== undefined) variables.set(variable.name, value);
  }
  const services = [...context.serviceVariables.values()].filter(({ name }) => !variables.has(name));
  const expandAll = (words: readonly string[]): ExpandedArgument[] => words.map((word) => expandHere(word));
  return {
    variables: [...Array.from(variables, ([name, value]) => variableOf(name, value)), ...services],
    ...(container.command !== undefined && { command: expandAll(container.command) }),
    ...(container.args !== undefined && { args: expandAll(container.args) }),
  };
}

function variableOf(name: string, { text, secret }: Value): EnvironmentVariable {
  return typeof text === 'string' ? { name, value: text, secret } : { name, deferred: text, secret };
}
