import type { Volume } from '../provider/wire.ts';

/**
 * True for the volume with a token that the ServiceAccount admission puts into every pod (`kube-api-access-...`). The
 * admission tells it by the same prefix, and takes a volume of the author's with it for its own.
 */
export function isInjectedTokenVolume(volume: Volume): boolean {
  return (
    volume.name.startsWith('kube-api-access-') &&
    (volume.projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) ?? false)
  );
}
