import { formatQuantity, parseQuantity } from '../quantity.ts';
import { canonicalizeResourceList } from '../resource-list.ts';
import { defaultPullPolicy } from './image-tag.ts';
import type {
  Container,
  EnvironmentVariable,
  Handler,
  ObjectFieldSelector,
  Probe,
  ResourceFieldSelector,
} from './pod-types.ts';

/** Fills a reference to a field of the pod. */
export function applyFieldReferenceDefaults(reference: ObjectFieldSelector | undefined): void {
  if (reference !== undefined) reference.apiVersion ||= 'v1';
}

/** Writes the divisor of a reference to a resource as the server does: 0 stands for none. */
export function applyResourceReferenceDefaults(reference: ResourceFieldSelector | undefined): void {
  if (reference !== undefined) reference.divisor = formatQuantity(parseQuantity(reference.divisor ?? '0'));
}

function applyHandlerDefaults(handler: Handler | undefined): void {
  if (handler?.httpGet === undefined) return;
  handler.httpGet.path ||= '/';
  handler.httpGet.scheme ||= 'HTTP';
}

function applyProbeDefaults(probe: Probe | undefined): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  applyHandlerDefaults(probe);
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
}

function applyVariableDefaults({ valueFrom }: EnvironmentVariable): void {
  if (valueFrom === undefined) return;
  applyFieldReferenceDefaults(valueFrom.fieldRef);
  applyResourceReferenceDefaults(valueFrom.resourceFieldRef);
  if (valueFrom.fileKeyRef !== undefined) valueFrom.fileKeyRef = { optional: false, ...valueFrom.fileKeyRef };
}

/** Fills what the API server fills in every kind of container. */
export function applyContainerDefaults(container: Container): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  canonicalizeResourceList(container.resources.limits);
  canonicalizeResourceList(container.resources.requests);
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) applyVariableDefaults(variable);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    applyProbeDefaults(probe);
  }
  applyHandlerDefaults(container.lifecycle?.postStart);
  applyHandlerDefaults(container.lifecycle?.preStop);
}

/** A container that limits a resource and does not say what it needs of it needs as much. */
export function requestWhatIsLimited({ resources }: Container): void {
  if (resources?.limits === undefined) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}
