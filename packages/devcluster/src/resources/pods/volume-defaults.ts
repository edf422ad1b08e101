import { formatQuantity, parseQuantity } from '../quantity.ts';
import { applyFieldReferenceDefaults, applyResourceReferenceDefaults } from './container-defaults.ts';
import { defaultPullPolicy } from './image-tag.ts';
import type { Volume, VolumeItem, VolumeProjection } from './pod-types.ts';

const defaultMode = 0o644;
const tokenSeconds = 3600;

function applyItemDefaults(items: readonly VolumeItem[] = []): void {
  for (const item of items) {
    applyFieldReferenceDefaults(item.fieldRef);
    applyResourceReferenceDefaults(item.resourceFieldRef);
  }
}

function applyProjectionDefaults(projection: VolumeProjection): void {
  applyItemDefaults(projection.downwardAPI?.items);
  if (projection.serviceAccountToken !== undefined) projection.serviceAccountToken.expirationSeconds ??= tokenSeconds;
}

function applyVendorDefaults({ iscsi, rbd, azureDisk, scaleIO }: Volume): void {
  if (iscsi !== undefined) iscsi.iscsiInterface ||= 'default';
  if (rbd !== undefined) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk !== undefined) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
    azureDisk.kind ??= 'Shared';
  }
  if (scaleIO !== undefined) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
}

/** Fills what the API server fills in a volume: its modes, and an emptyDir where no source is named. */
export function applyVolumeDefaults(volume: Volume): void {
  const sources = Object.entries(volume).filter(
    ([key, value]) => key !== 'name' && value !== undefined && value !== null,
  );
  if (sources.length === 0) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source !== undefined) source.defaultMode ??= defaultMode;
  }
  applyItemDefaults(volume.downwardAPI?.items);
  for (const projection of volume.projected?.sources ?? []) applyProjectionDefaults(projection);
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  if (volume.image !== undefined) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference ?? '');
  if (volume.emptyDir?.sizeLimit !== undefined) {
    volume.emptyDir.sizeLimit = formatQuantity(parseQuantity(volume.emptyDir.sizeLimit));
  }
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim !== undefined) claim.volumeMode ??= 'Filesystem';
  applyVendorDefaults(volume);
}
