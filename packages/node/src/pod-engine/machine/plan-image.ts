import type { Container } from '../../provider/wire.ts';
import type { FoundImage } from './engine-state.ts';
import { failureShownUntil } from './failure.ts';
import { imagePullPolicy } from './image-policy.ts';
import { startLane } from './lanes.ts';
import type { Turn } from './turn.ts';

/** Brings the image of a container that is to be started: looked for unless the policy is Always, pulled where it must be. */
export function planImage(turn: Turn, container: Container): 'progressing' | 'waiting' {
  const { name, image = '' } = container;
  if (isBackingOff(turn, name, image)) return 'waiting';
  const lane = startLane(name);
  if (imagePullPolicy(container) !== 'Always' && foundImage(turn, container) === undefined) {
    turn.begin(lane, { kind: 'inspect-image', container: name, image });
    return 'progressing';
  }
  turn.tell('Normal', 'Pulling', `Pulling image "${image}"`, name);
  turn.begin(lane, { kind: 'pull-image', container: name, image });
  return 'progressing';
}

/** What is known of the image that a container is to be started with. */
export function foundImage(turn: Turn, { name, image = '' }: Container): FoundImage | undefined {
  const known = turn.progress(name).image;
  return known?.image === image ? known : undefined;
}

/** Ends the search for an image that the container no longer names. */
export function endOutdatedSearch(turn: Turn, { name, image = '' }: Container): void {
  const step = turn.stepIn(startLane(name));
  if ((step?.kind === 'inspect-image' || step?.kind === 'pull-image') && step.image !== image)
    turn.cancel(startLane(name));
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
