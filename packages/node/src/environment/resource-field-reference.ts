import type { Container, EphemeralContainer, Pod } from '../provider/wire.ts';
import type { Reference } from './field-reference.ts';
import { dividedUp, parseQuantity, roundedUp } from './quantity.ts';

/** Which resource of which container is meant, as in `env[].valueFrom.resourceFieldRef`. */
export interface ResourceFieldReference {
  /** For example `limits.cpu` or `requests.hugepages-2Mi`. */
  readonly resource: string;
  readonly containerName?: string | undefined;
  /** The unit of the answer. Absent and `0` mean 1. */
  readonly divisor?: string | undefined;
}

/** What a reference is resolved against. */
export interface ResourceFieldContext {
  readonly pod: Pod;
  /** The container that the reference stands in; a volume has none. */
  readonly container?: Container | EphemeralContainer;
  /** The node's allocatable quantities by resource name. */
  readonly allocatable: Readonly<Record<string, string>>;
}

const readable = /^(?<list>limits|requests)\.(?<name>cpu|memory|ephemeral-storage|hugepages-.+)$/;

/**
 * A container's request or limit in units of the divisor, rounded up. A container without a limit for cpu, memory or
 * ephemeral storage may use all that the pod, else the node, has; huge pages are never overcommitted and have no such default.
 *
 * Source of the rule: Kubernetes API reference, `ResourceFieldSelector`, and the kubelet's defaults for the downward API.
 */
export function resolveResourceFieldReference(
  reference: ResourceFieldReference,
  context: ResourceFieldContext,
): Reference {
  const { list, name } = readable.exec(reference.resource)?.groups ?? {};
  if (list === undefined || name === undefined) return { error: `resource "${reference.resource}" is not supported` };
  const container = findContainer(reference, context);
  if (container === undefined) return { error: `container "${reference.containerName ?? ''}" not found` };
  const text = list === 'limits' ? limitOf(container, name, context) : container.resources?.requests?.[name];
  const value = parseQuantity(text ?? '0');
  if (value === undefined) return { error: `${reference.resource} is not a quantity: "${text ?? ''}"` };
  const scale = name === 'cpu' ? 1000n : 1n;
  const divisor = divisorOf(reference, scale);
  if (divisor === undefined) return { error: `divisor "${reference.divisor ?? ''}" is not a quantity above zero` };
  return { text: String(dividedUp(roundedUp(value, scale), divisor)) };
}

function divisorOf({ divisor = '0' }: ResourceFieldReference, scale: bigint): bigint | undefined {
  const parsed = parseQuantity(divisor);
  if (parsed === undefined || parsed.numerator < 0n) return undefined;
  return parsed.numerator === 0n ? scale : roundedUp(parsed, scale);
}

function findContainer(
  { containerName }: ResourceFieldReference,
  { pod, container }: ResourceFieldContext,
): Container | EphemeralContainer | undefined {
  if (containerName === undefined || containerName === '') return container;
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  return [...containers, ...initContainers].find(({ name }) => name === containerName);
}

function limitOf(
  container: Container | EphemeralContainer,
  name: string,
  { pod, allocatable }: ResourceFieldContext,
): string | undefined {
  const own = container.resources?.limits?.[name];
  if (name.startsWith('hugepages-') || !isZero(own)) return own;
  const ofPod = name === 'ephemeral-storage' ? undefined : pod.spec?.resources?.limits?.[name];
  return isZero(ofPod) ? allocatable[name] : ofPod;
}

function isZero(quantity: string | undefined): boolean {
  return quantity === undefined || parseQuantity(quantity)?.numerator === 0n;
}
