import { NotFound } from '@vk/node/provider';

/** What the runtime answers; undefined where it is not there any more. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (NotFound.isInstance(error)) return undefined;
    throw error;
  }
}
