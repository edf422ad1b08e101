import type { Container } from '../../provider/wire.ts';
import type { ContainerRecord } from '../runtime/container.ts';

/** What the kubelet keeps with a container, too, so that it can be stopped as it asks for when its pod is forgotten. */
export type StopSpec = Pick<Container, 'lifecycle' | 'ports'>;

/** What has to be kept with a container for its stop; nothing for one without a hook. */
export function stopSpecOf({ lifecycle, ports }: Container): Pick<ContainerRecord, 'stopSpec'> {
  if (lifecycle?.preStop === undefined) return {};
  const spec: StopSpec = { lifecycle: { preStop: lifecycle.preStop }, ...(ports !== undefined && { ports }) };
  return { stopSpec: JSON.stringify(spec) };
}

/**
 * Reads what was kept with a container. Undefined when it cannot be read: others may write to what the runtime keeps, and a
 * container without its hook can be stopped all the same, as by the kubelet.
 */
export function readStopSpec(text: string): StopSpec | undefined {
  const spec = parsed(text);
  return isStopSpec(spec) ? spec : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it is unreadable is what the caller is told.
    return undefined;
  }
}

function isStopSpec(value: unknown): value is StopSpec {
  if (!isRecord(value)) return false;
  const { lifecycle, ports } = value;
  return (
    isRecord(lifecycle) &&
    isHandler(lifecycle['preStop']) &&
    isAbsentOr(ports, (list) => isArrayOf(list, (port) => isRecord(port) && typeof port['containerPort'] === 'number'))
  );
}

function isHandler(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { exec, httpGet, sleep } = value;
  return (
    isAbsentOr(exec, (hook) => isRecord(hook) && isAbsentOr(hook['command'], (words) => isArrayOf(words, isText))) &&
    isAbsentOr(httpGet, isHttpGet) &&
    isAbsentOr(sleep, (hook) => isRecord(hook) && typeof hook['seconds'] === 'number')
  );
}

function isHttpGet(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { port, httpHeaders } = value;
  return (
    (typeof port === 'number' || isText(port)) &&
    [value['path'], value['host'], value['scheme']].every((field) => isAbsentOr(field, isText)) &&
    isAbsentOr(httpHeaders, (list) =>
      isArrayOf(list, (one) => isRecord(one) && isText(one['name']) && isText(one['value'])),
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isAbsentOr(value: unknown, test: (value: unknown) => boolean): boolean {
  return value === undefined || test(value);
}

function isArrayOf(value: unknown, test: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((entry) => test(entry));
}
