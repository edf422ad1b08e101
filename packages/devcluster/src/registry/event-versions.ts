import type { KubeObject } from './definition.ts';

/** The fields of core v1 events by their names in events.k8s.io/v1. */
const renamed: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const original = Object.fromEntries(Object.entries(renamed).map(([served, stored]) => [stored, served]));

function rename(object: KubeObject, apiVersion: string, names: Readonly<Record<string, string>>): KubeObject {
  const fields = Object.entries(object).map(([key, value]) => [Object.hasOwn(names, key) ? names[key] : key, value]);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
}

export function coreEventToNew(object: KubeObject): KubeObject {
  return rename(object, 'events.k8s.io/v1', original);
}

export function newEventToCore(object: KubeObject): KubeObject {
  return rename(object, 'v1', renamed);
}
