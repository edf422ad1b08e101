import type { FieldCause } from '../../registry/definition.ts';
import { forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { validatePortNumberOrName } from '../port-validation.ts';
import type { Container, Handler, HttpGetAction, Probe } from './pod-types.ts';

const headerNamePattern = /^[-A-Za-z0-9]+$/;
const handlerKinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

function validateHttpGet(action: HttpGetAction, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  if (!action.path) causes.push(required(`${field}.path`));
  causes.push(...validatePortNumberOrName(action.port, `${field}.port`));
  const schemes = ['HTTP', 'HTTPS'];
  if (!schemes.includes(action.scheme ?? '')) causes.push(notSupported(`${field}.scheme`, action.scheme, schemes));
  for (const { name } of action.httpHeaders ?? []) {
    if (headerNamePattern.test(name)) continue;
    const detail =
      "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";
    causes.push(invalid(`${field}.httpHeaders`, name, detail));
  }
  return causes;
}

function validateAction(handler: Handler, field: string, gracePeriodSeconds: number | undefined): FieldCause[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec !== undefined) return exec.command?.length ? [] : [required(`${field}.exec.command`)];
  if (httpGet !== undefined) return validateHttpGet(httpGet, `${field}.httpGet`);
  if (tcpSocket !== undefined) return validatePortNumberOrName(tcpSocket.port, `${field}.tcpSocket.port`);
  if (grpc !== undefined) return validatePortNumberOrName(grpc.port, `${field}.grpc.port`);
  if (sleep === undefined || gracePeriodSeconds === undefined) return [];
  if (sleep.seconds >= 0 && sleep.seconds <= gracePeriodSeconds) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`;
  return [invalid(`${field}.sleep`, sleep.seconds, detail)];
}

function validateHandler(handler: Handler, field: string, gracePeriodSeconds: number | undefined): FieldCause[] {
  const given = handlerKinds.filter((kind) => handler[kind] !== undefined);
  if (given.length === 0) return [required(field, 'must specify a handler type')];
  const others = given
    .slice(1)
    .map((kind) => forbidden(`${field}.${kind}`, 'may not specify more than 1 handler type'));
  return [...validateAction(handler, field, gracePeriodSeconds), ...others];
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

function validateProbe(probe: Probe, field: string, gracePeriodSeconds: number | undefined): FieldCause[] {
  const causes = validateHandler(probe, field, gracePeriodSeconds);
  for (const count of counts) {
    const value = probe[count] ?? 0;
    if (value < 0) causes.push(invalid(`${field}.${count}`, value, 'must be greater than or equal to 0'));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    causes.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  return causes;
}

/** What is wrong with the probes and hooks of a container that may have them. */
export function validateProbesAndHooks(
  container: Container,
  field: string,
  gracePeriodSeconds: number | undefined,
): FieldCause[] {
  const causes: FieldCause[] = [];
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = container.lifecycle?.[hook];
    if (handler !== undefined)
      causes.push(...validateHandler(handler, `${field}.lifecycle.${hook}`, gracePeriodSeconds));
  }
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[kind];
    if (probe === undefined) continue;
    const path = `${field}.${kind}`;
    causes.push(...validateProbe(probe, path, gracePeriodSeconds));
    if (kind === 'readinessProbe') {
      const grace = probe.terminationGracePeriodSeconds;
      if (grace !== undefined) {
        causes.push(invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'));
      }
    } else if (probe.successThreshold !== 1) {
      causes.push(invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1'));
    }
  }
  return causes;
}

/** The complaints about probes and hooks of an init container that ends before the others start. */
export function forbidProbesAndHooks(container: Container, field: string): FieldCause[] {
  const detail = 'may not be set for init containers without restartPolicy=Always';
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return fields.filter((name) => container[name] !== undefined).map((name) => forbidden(`${field}.${name}`, detail));
}
