import { answeredSoon } from '../client/answered-soon.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import type { CriServices } from './cri-services.ts';

/**
 * Makes a call that makes something of a pod under a name.
 *
 * CRI-O goes on with what is being made when its caller is gone. Who asks for the same meanwhile gets no answer for as long as he
 * waits, also when it is there by then: it is kept for the next one who asks. So where such a call may be under way it is made
 * again beside the one that waits. No name is ever given to two.
 *
 * Source: getResourceOrWait in server/utils.go of CRI-O 1.34.
 */
export async function namedCall<T>(
  { clock, health, inDoubt }: Pick<CriServices, 'clock' | 'health' | 'inDoubt'>,
  podUid: string,
  { signal }: CallLimits,
  invoke: (limits: CallLimits) => Promise<T>,
): Promise<T> {
  try {
    const isHeldBack = health.features?.holdsAnswers === true && inDoubt.has(podUid);
    return await (isHeldBack ? answeredSoon({ clock, signal }, invoke) : invoke({ signal }));
  } catch (error) {
    if (signal.aborted) inDoubt.add(podUid);
    throw error;
  }
}
