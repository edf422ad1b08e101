import type { FieldCause } from '../../registry/definition.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../field-errors.ts';
import { textCauses, validateFileMode, validateFilePath, validateNoBacksteps } from '../field-paths.ts';
import { dnsLabelProblems } from '../names.ts';
import { parseQuantity } from '../quantity.ts';
import { fileFields, validateFieldReference, validateResourceReference } from './downward-validation.ts';
import type { KnownVolumes } from './mount-validation.ts';
import type { Volume, VolumeItem, VolumeProjection } from './pod-types.ts';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function validateKeyItem(item: VolumeItem, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  if (!item.key) causes.push(required(`${field}.key`));
  if (!item.path) causes.push(required(`${field}.path`));
  return [
    ...causes,
    ...validateFilePath(item.path ?? '', `${field}.path`),
    ...validateFileMode(item.mode, `${field}.mode`),
  ];
}

function validateKeyItems(items: readonly VolumeItem[] = [], field: string): FieldCause[] {
  return items.flatMap((item, index) => validateKeyItem(item, `${field}.items[${index}]`));
}

function validateDownwardItem(item: VolumeItem, field: string): FieldCause[] {
  const causes: FieldCause[] = item.path ? [] : [required(`${field}.path`)];
  causes.push(...validateFilePath(item.path ?? '', `${field}.path`));
  const { fieldRef, resourceFieldRef } = item;
  if (fieldRef !== undefined) {
    causes.push(...validateFieldReference(fieldRef, fileFields, `${field}.fieldRef`));
    if (resourceFieldRef !== undefined) {
      causes.push(invalid(field, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef !== undefined) {
    const options = { containerNameIsRequired: true };
    causes.push(...validateResourceReference(resourceFieldRef, `${field}.resourceFieldRef`, options));
  } else causes.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
  return [...causes, ...validateFileMode(item.mode, `${field}.mode`)];
}

function validateProjection(source: VolumeProjection, field: string, index: number, paths: Set<string>): FieldCause[] {
  const path = `${field}.sources[${index}]`;
  const causes: FieldCause[] = [];
  const claimPath = (item: VolumeItem, owner: string): void => {
    if (!item.path) return;
    if (paths.has(item.path)) causes.push(invalid(field, owner, 'conflicting duplicate paths'));
    paths.add(item.path);
  };
  for (const kind of ['secret', 'configMap'] as const) {
    const keyed = source[kind];
    if (keyed === undefined) continue;
    if (!keyed.name) causes.push(required(`${path}.${kind}.name`));
    causes.push(...validateKeyItems(keyed.items, `${path}.${kind}`));
    for (const item of keyed.items ?? []) claimPath(item, keyed.name ?? '');
  }
  for (const item of source.downwardAPI?.items ?? []) {
    causes.push(...validateDownwardItem(item, `${path}.downwardAPI`));
    claimPath(item, item.path);
  }
  const token = source.serviceAccountToken;
  if (token !== undefined) {
    const seconds = token.expirationSeconds ?? 0;
    const secondsField = `${path}.serviceAccountToken.expirationSeconds`;
    if (seconds < 600) causes.push(invalid(secondsField, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > 2 ** 32)
      causes.push(invalid(secondsField, seconds, 'may not specify a duration larger than 2^32 seconds'));
    if (!token.path) causes.push(required(`${field}.path`));
    else causes.push(...validateFilePath(token.path, `${field}.path`));
  }
  const kinds = Object.values(source).filter((part) => part !== undefined).length;
  if (kinds > 1) causes.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  return causes;
}

function validateSource(volume: Volume, field: string): FieldCause[] {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, downwardAPI, projected } = volume;
  const causes: FieldCause[] = [];
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).nano < 0n) {
    causes.push(forbidden(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  }
  if (hostPath !== undefined) {
    if (!hostPath.path) causes.push(required(`${field}.hostPath.path`));
    else {
      causes.push(...validateNoBacksteps(hostPath.path, `${field}.hostPath.path`));
      if (!hostPathTypes.includes(hostPath.type ?? '')) {
        causes.push(notSupported(`${field}.hostPath.type`, hostPath.type, hostPathTypes));
      }
    }
  }
  if (secret !== undefined) {
    if (!secret.secretName) causes.push(required(`${field}.secret.secretName`));
    causes.push(...validateFileMode(secret.defaultMode, `${field}.secret.defaultMode`));
    causes.push(...validateKeyItems(secret.items, `${field}.secret`));
  }
  if (persistentVolumeClaim !== undefined && !persistentVolumeClaim.claimName) {
    causes.push(required(`${field}.persistentVolumeClaim.claimName`));
  }
  if (downwardAPI !== undefined) {
    causes.push(...validateFileMode(downwardAPI.defaultMode, `${field}.downwardAPI.defaultMode`));
    for (const item of downwardAPI.items ?? []) causes.push(...validateDownwardItem(item, `${field}.downwardAPI`));
  }
  if (configMap !== undefined) {
    if (!configMap.name) causes.push(required(`${field}.configMap.name`));
    causes.push(...validateFileMode(configMap.defaultMode, `${field}.configMap.defaultMode`));
    causes.push(...validateKeyItems(configMap.items, `${field}.configMap`));
  }
  if (projected !== undefined) {
    causes.push(...validateFileMode(projected.defaultMode, `${field}.projected.defaultMode`));
    const paths = new Set<string>();
    for (const [index, source] of (projected.sources ?? []).entries()) {
      causes.push(...validateProjection(source, `${field}.projected`, index, paths));
    }
  }
  return causes;
}

/** The order in which the server looks at the sources of a volume: the first that is given counts. */
const sourceOrder = [
  'emptyDir',
  'hostPath',
  'secret',
  'nfs',
  'persistentVolumeClaim',
  'downwardAPI',
  'configMap',
  'projected',
];

function validateOneSource(volume: Volume, field: string): FieldCause[] {
  const given = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== undefined);
  const rank = (key: string): number => (sourceOrder.indexOf(key) + sourceOrder.length + 1) % (sourceOrder.length + 1);
  const [, ...others] = given.toSorted((left, right) => rank(left) - rank(right));
  return others.map((key) => forbidden(`${field}.${key}`, 'may not specify more than 1 volume type'));
}

/** What is wrong with a pod's volumes, and those that containers may mount. */
export function validateVolumes(
  volumes: readonly Volume[] = [],
  field: string,
): { causes: FieldCause[]; known: KnownVolumes } {
  const known = new Map<string, Volume>();
  const all: FieldCause[] = [];
  for (const [index, volume] of volumes.entries()) {
    const path = `${field}[${index}]`;
    const causes = [...validateSource(volume, path), ...validateOneSource(volume, path)];
    if (!volume.name) causes.push(required(`${path}.name`));
    else causes.push(...textCauses(dnsLabelProblems, volume.name, `${path}.name`));
    if (known.has(volume.name)) causes.push(duplicate(`${path}.name`, volume.name));
    if (causes.length === 0) known.set(volume.name, volume);
    all.push(...causes);
  }
  return { causes: all, known };
}
