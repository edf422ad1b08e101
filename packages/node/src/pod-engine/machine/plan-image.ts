import type { Container } from '../../provider/wire.ts';
import { failureShownUntil } from './failure.ts';
import { startLane } from './lanes.ts';
import type { Turn } from './turn.ts';
import { foundImage, type WantedImage } from './wanted-images.ts';

/** Brings an image for a container that is to be started: looked for unless the policy is Always, pulled where it must be. */
export function planImage(turn: Turn, name: string, wanted: WantedImage): 'progressing' | 'waiting' {
  const { image, policy, volume } = wanted;
  if (isBackingOff(turn, name, image)) return 'waiting';
  const about = { container: name, image, ...(volume !== undefined && { volume }) };
  if (policy !== 'Always' && foundImage(turn, name, wanted) === undefined) {
    turn.begin(startLane(name), { kind: 'inspect-image', ...about });
    return 'progressing';
  }
  turn.tell('Normal', 'Pulling', `Pulling image "${image}"`, name);
  turn.begin(startLane(name), { kind: 'pull-image', ...about });
  return 'progressing';
}

/** Ends the search for an image that the container no longer names. */
export function endOutdatedSearch(turn: Turn, { name, image = '' }: Container): void {
  const step = turn.stepIn(startLane(name));
  if (step?.kind !== 'inspect-image' && step?.kind !== 'pull-image') return;
  if (step.volume === undefined && step.image !== image) turn.cancel(startLane(name));
}

/** The back-off belongs to the image: another container of the pod with the same one waits too. */
function isBackingOff(turn: Turn, name: string, image: string): boolean {
  const problem = turn.state.images[image];
  if (problem === undefined || turn.now >= problem.retryAt) return false;
  const shownUntil = failureShownUntil(problem);
  turn.wakeAt(turn.now < shownUntil ? shownUntil : problem.retryAt);
  if (turn.now >= shownUntil && !problem.told) {
    turn.setState({ images: { ...turn.state.images, [image]: { ...problem, told: true } } });
    turn.tell('Normal', 'BackOff', `Back-off pulling image "${image}"`, name);
    turn.tell('Warning', 'Failed', 'Error: ImagePullBackOff', name);
  }
  return true;
}
