import type { PodEvent } from '../provider/provider-context.ts';
import type { PodRecord } from './pod-record.ts';

/** Reasons of the events that the pod loop records. Those that upstream Virtual Kubelet has keep its names. */
export const podEventReasons = {
  createSucceeded: 'ProviderCreateSuccess',
  createFailed: 'ProviderCreateFailed',
  updateSucceeded: 'ProviderUpdateSuccess',
  updateFailed: 'ProviderUpdateFailed',
  deleteSucceeded: 'ProviderDeleteSuccess',
  deleteFailed: 'ProviderDeleteFailed',
  refused: 'ProviderRefused',
  lost: 'ProviderPodNotFound',
  foreign: 'ForeignBackendObject',
  omitted: 'InjectedFieldsOmitted',
  preempted: 'Preempting',
} as const;

/** A bound for a pod whose texts keep changing. */
const maximumTold = 100;

/** Records an event on a pod once: again only after its text has changed. */
export function tellOnce(
  record: PodRecord,
  event: PodEvent,
  recordEvent: (record: PodRecord, event: PodEvent) => void,
): void {
  const key = `${event.reason}\n${event.fieldPath ?? ''}\n${event.message}`;
  if (record.told.includes(key)) return;
  record.told = record.told.length >= maximumTold ? [key] : [...record.told, key];
  recordEvent(record, event);
}
