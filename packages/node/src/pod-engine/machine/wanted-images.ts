import type { Container } from '../../provider/wire.ts';
import type { FoundImage } from './engine-state.ts';
import { imagePullPolicy, type ImagePullPolicy } from './image-policy.ts';
import type { Turn } from './turn.ts';

/** An image that has to be there before a container is made. */
export interface WantedImage {
  readonly image: string;
  readonly policy: ImagePullPolicy;
  /** The volume that is this image (KEP-4639). Absent: it is the container's own. */
  readonly volume?: string;
}

/** The image of a container, and those that it mounts. */
export function wantedImages({ spec }: Turn, container: Container): WantedImage[] {
  const wanted: WantedImage[] = [{ image: container.image ?? '', policy: imagePullPolicy(container) }];
  for (const { name: volume, image: { reference: image = '', pullPolicy } = {} } of spec.volumes ?? []) {
    if (image === '' || !(container.volumeMounts ?? []).some(({ name }) => name === volume)) continue;
    const own = pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy };
    wanted.push({ image, volume, policy: imagePullPolicy({ name: volume, image, ...own }) });
  }
  return wanted;
}

/** What is known of an image that a container wants: undefined until it has been looked for. */
export function foundImage(turn: Turn, container: string, { image, volume }: WantedImage): FoundImage | undefined {
  const progress = turn.progress(container);
  const known = volume === undefined ? progress.image : progress.volumeImages?.[volume];
  return known?.image === image ? known : undefined;
}

/** Notes what has become of the search for an image; undefined: it is looked for anew. */
export function noteImage(
  turn: Turn,
  container: string,
  volume: string | undefined,
  found: FoundImage | undefined,
): void {
  if (volume === undefined) {
    turn.setProgress(container, { image: found });
    return;
  }
  const { [volume]: _before, ...others } = turn.progress(container).volumeImages ?? {};
  turn.setProgress(container, { volumeImages: found === undefined ? others : { ...others, [volume]: found } });
}
