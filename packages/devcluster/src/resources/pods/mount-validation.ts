import type { FieldCause } from '../../registry/definition.ts';
import { invalid, notFound, required } from '../field-errors.ts';
import { validateRelativePath } from '../field-paths.ts';
import type { Container, Volume } from './pod-types.ts';

/** The volumes of a pod that are in order, by name. */
export type KnownVolumes = ReadonlyMap<string, Volume>;

function validateMounts(container: Container, volumes: KnownVolumes, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const devices = container.volumeDevices ?? [];
  const paths = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const path = `${field}.volumeMounts[${index}]`;
    const { name = '', mountPath = '', subPath, subPathExpr } = mount;
    if (name === '') causes.push(required(`${path}.name`));
    if (!volumes.has(name)) causes.push(notFound(`${path}.name`, name));
    if (mountPath === '') causes.push(required(`${path}.mountPath`));
    if (paths.has(mountPath)) causes.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      causes.push(invalid(`${path}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      causes.push(invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    if (subPath) causes.push(...validateRelativePath(subPath, `${field}.volumeMounts.subPath`));
    if (subPathExpr) {
      if (subPath) {
        const detail = 'subPathExpr and subPath are mutually exclusive';
        causes.push(invalid(`${path}.subPathExpr`, subPathExpr, detail));
      }
      causes.push(...validateRelativePath(subPathExpr, `${field}.volumeMounts.subPathExpr`));
    }
  }
  return causes;
}

function validateDevices(container: Container, volumes: KnownVolumes, field: string): FieldCause[] {
  const names = new Set<string>();
  return (container.volumeDevices ?? []).flatMap(({ name = '', devicePath = '' }, index) => {
    const path = `${field}.volumeDevices[${index}]`;
    const causes: FieldCause[] = [];
    const volume = volumes.get(name);
    if (name === '') causes.push(required(`${path}.name`));
    if (names.has(name)) causes.push(invalid(`${path}.name`, name, 'must be unique'));
    names.add(name);
    if (volume === undefined) causes.push(notFound(`${path}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      causes.push(invalid(`${path}.name`, name, detail));
    }
    if (devicePath === '') causes.push(required(`${path}.devicePath`));
    return causes;
  });
}

/** What is wrong with the volumes that a container mounts or uses as block devices. */
export function validateVolumeUse(container: Container, volumes: KnownVolumes, field: string): FieldCause[] {
  return [...validateMounts(container, volumes, field), ...validateDevices(container, volumes, field)];
}
