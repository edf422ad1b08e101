import type { ImageCheckResult } from '../../provider/image-check.ts';
import { allowsUse } from '../images/allows-use.ts';
import type { FindImage } from '../images/image-pulls.ts';
import type { ActionValue } from '../machine/engine-action.ts';
import type { ActionContext } from './action-context.ts';
import { runtimeCall } from './runtime-call.ts';

/** Looks for an image. One that the pod could not have pulled is not there for it. */
export async function inspectImage(context: ActionContext, image: string, signal: AbortSignal): Promise<ActionValue> {
  const { services } = context;
  const find = findImage(context, signal);
  await services.imagePulls.recover(find, signal);
  const found = await find(image);
  if (found === undefined) return {};
  const result = await checkImage(context, image, found.imageRef, signal);
  services.countImageCheck?.(result);
  return allowsUse(result) ? { ...found } : {};
}

async function checkImage(
  { services, pod }: ActionContext,
  image: string,
  imageRef: string,
  signal: AbortSignal,
): Promise<ImageCheckResult> {
  try {
    return await services.imagePulls.check(image, imageRef, () => services.getImageCredentials(pod, image, signal));
  } catch (error) {
    services.countImageCheck?.('error');
    throw error;
  }
}

/** Pulls an image with the credentials of the pod, when it is its turn. */
export async function pullImage(context: ActionContext, image: string, signal: AbortSignal): Promise<ActionValue> {
  const { services, pod } = context;
  await services.imagePulls.recover(findImage(context, signal), signal);
  const credentials = await services.getImageCredentials(pod, image, signal);
  const free = await services.pullSlots.acquire(signal);
  const begun = services.now();
  try {
    const status = await services.imagePulls.pull(image, credentials, () =>
      // A large image takes the time it takes.
      runtimeCall(services, { method: 'pullImage', signal }, (call) =>
        services.runtime.pullImage(image, credentials, call),
      ),
    );
    return { ...status, pullMilliseconds: services.now() - begun };
  } finally {
    free();
  }
}

function findImage({ services }: ActionContext, signal: AbortSignal): FindImage {
  const { runtime, callTimeoutMilliseconds: timeoutMilliseconds } = services;
  return (image) =>
    runtimeCall(services, { method: 'imageStatus', signal, timeoutMilliseconds }, (call) =>
      runtime.imageStatus(image, call),
    );
}
