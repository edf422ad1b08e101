import type { ActionOutcome, StepOf } from './engine-action.ts';
import { goDuration } from './go-duration.ts';
import { nextFailure, retryPull, retrySoon } from './failure.ts';
import type { Turn } from './turn.ts';
import { noteImage, wantedImages, type WantedImage } from './wanted-images.ts';

type ImageStep = StepOf<'inspect-image' | 'pull-image'>;

/** It has been found out whether there is an image that the pod may use. Nobody asks any more after one that is not the container's by now. */
export function applyImageInspected(turn: Turn, step: StepOf<'inspect-image'>, outcome: ActionOutcome): void {
  const { container: name, image, volume } = step;
  const wanted = stillWanted(turn, step);
  if (wanted === undefined) return;
  if (!outcome.ok) {
    const message = `Failed to inspect image "${image}": ${outcome.message}`;
    turn.tell('Warning', 'InspectFailed', message, name);
    failStart(turn, step, outcome.lane, 'ImageInspectError', message);
    return;
  }
  const { imageRef } = outcome.value;
  if (imageRef !== undefined) {
    noteImage(turn, name, volume, { image, imageRef });
    const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
    turn.tell('Normal', 'Pulled', message, name);
    return;
  }
  if (wanted.policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    turn.tell('Warning', 'ErrImageNeverPull', message, name);
    failStart(turn, step, outcome.lane, 'ErrImageNeverPull', message);
    return;
  }
  noteImage(turn, name, volume, { image });
}

/** A pull has ended that began at `since`. */
export function applyImagePulled(turn: Turn, step: StepOf<'pull-image'>, since: number, outcome: ActionOutcome): void {
  const { container: name, image, volume } = step;
  if (stillWanted(turn, step) === undefined) return;
  const { [image]: before, ...others } = turn.state.images;
  if (outcome.ok) {
    const { imageRef = '', sizeBytes, pullMilliseconds } = outcome.value;
    noteImage(turn, name, volume, { image, imageRef });
    turn.setState({ images: others });
    const whole = Math.max(0, turn.now - since);
    const took = goDuration(Math.min(whole, pullMilliseconds ?? whole));
    const size = sizeBytes === undefined ? '' : ` Image size: ${sizeBytes} bytes.`;
    const message = `Successfully pulled image "${image}" in ${took} (${goDuration(whole)} including waiting).${size}`;
    turn.tell('Normal', 'Pulled', message, name);
    return;
  }
  const { reason, message } = pullFailure(image, outcome);
  noteImage(turn, name, volume, undefined);
  turn.tell('Warning', 'Failed', `Failed to pull image "${image}": ${outcome.message}`, name);
  turn.tell('Warning', 'Failed', `Error: ${reason}`, name);
  const { retryAfterMilliseconds } = outcome;
  const failure = nextFailure(before, reason, message, turn.now, { ...retryPull, retryAfterMilliseconds });
  turn.setState({ images: { ...others, [image]: { ...failure, told: false } } });
}

/** The reasons that the kubelet tells apart, by what the runtime says of the failure. */
function pullFailure(
  image: string,
  outcome: Extract<ActionOutcome, { readonly ok: false }>,
): { readonly reason: string; readonly message: string } {
  const why = (text: string): string => `image pull failed for ${image} because ${text}: ${outcome.message}`;
  const { failure } = outcome;
  if (failure === 'image-registry')
    return { reason: 'RegistryUnavailable', message: why('the registry is unavailable') };
  if (failure === 'image-signature') {
    return { reason: 'SignatureValidationFailed', message: why('the signature validation failed') };
  }
  return { reason: failure === 'image-name' ? 'InvalidImageName' : 'ErrImagePull', message: outcome.message };
}

function stillWanted(turn: Turn, { container: name, image, volume }: ImageStep): WantedImage | undefined {
  const container = turn.container(name);
  if (container === undefined) return undefined;
  return wantedImages(turn, container).find((wanted) => wanted.image === image && wanted.volume === volume);
}

function failStart(
  turn: Turn,
  { container: name, volume }: ImageStep,
  lane: string,
  reason: string,
  message: string,
): void {
  noteImage(turn, name, volume, undefined);
  turn.tell('Warning', 'Failed', `Error: ${reason}`, name);
  turn.fail(lane, nextFailure(turn.state.failures[lane], reason, message, turn.now, retrySoon));
}
