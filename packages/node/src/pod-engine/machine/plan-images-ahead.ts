import type { Container } from '../../provider/wire.ts';
import { sandboxLane, startLane } from './lanes.ts';
import { planImage } from './plan-image.ts';
import { hasRun } from './plan-sandbox.ts';
import type { Turn } from './turn.ts';
import { foundImage, wantedImages } from './wanted-images.ts';

/**
 * While the first sandbox of a pod is made, the images of the containers that come first are looked for, so that this takes no time
 * of its own. They are not pulled before there is a sandbox: a pod that cannot have one would fetch them for nothing.
 */
export function planImagesAhead(turn: Turn): void {
  if (turn.stepIn(sandboxLane)?.kind !== 'create-sandbox' || !turn.mayStart || hasRun(turn)) return;
  for (const container of firstContainers(turn)) {
    const { name } = container;
    if (turn.isBusy(startLane(name)) || turn.isHeldUp(startLane(name))) continue;
    const unknown = wantedImages(turn, container).find(
      (wanted) => wanted.policy !== 'Always' && foundImage(turn, name, wanted) === undefined,
    );
    if (unknown !== undefined) planImage(turn, name, unknown);
  }
}

/** Those that are started as soon as there is a sandbox. */
function firstContainers({ spec }: Turn): readonly Container[] {
  const [first] = spec.initContainers ?? [];
  return first === undefined ? spec.containers : [first];
}
