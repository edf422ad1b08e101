import { readdir } from 'node:fs/promises';
import type { CallContext, PodRef } from '@vk/node/provider';
import { runtimeService } from '../client/cri-client.ts';
import { ListPodSandboxRequest } from '../generated/api.ts';
import { isMissing } from '../host/is-missing.ts';
import type { CriRuntime } from './cri-runtime.ts';
import type { CriServices } from './cri-services.ts';
import { anyonesLabels } from './object-labels.ts';

type Services = Pick<CriServices, 'client' | 'files' | 'paths' | 'log'>;

/**
 * Removes what is left of pods of which nobody can tell any more whose they were: their stamp is missing or damaged. Only what
 * was found so at the look before as well, so that a pod that is adopted meanwhile is stamped anew, and for which the runtime
 * has no sandbox, whoever made it.
 */
export class ForgottenPods {
  readonly #services: Services;
  readonly #runtime: Pick<CriRuntime, 'removePodData'>;
  #before: ReadonlySet<string> = new Set();

  constructor(services: Services, runtime: Pick<CriRuntime, 'removePodData'>) {
    this.#services = services;
    this.#runtime = runtime;
  }

  /** One look. The UIDs of the pods of which everything was removed. */
  async remove(call: CallContext): Promise<readonly string[]> {
    const { files, log } = this.#services;
    const forgotten = await files.forgotten();
    const removed: string[] = [];
    for (const uid of forgotten.filter((each) => this.#before.has(each))) {
      try {
        if (await this.#isInRuntime(uid, call)) continue;
        const ref = await this.#refOf(uid);
        // Meanwhile it may have come to this node.
        if (!(await files.forgotten()).includes(uid)) continue;
        await this.#runtime.removePodData(ref, call);
        log.info('The files of a pod of which nothing else is left were removed', { uid });
        removed.push(uid);
      } catch (error) {
        call.signal.throwIfAborted();
        log.warn('The files of a pod of which nothing else is left could not be removed', { uid, error });
      }
    }
    this.#before = new Set(forgotten);
    return removed;
  }

  async #isInRuntime(uid: string, call: CallContext): Promise<boolean> {
    const request = ListPodSandboxRequest.fromPartial({ filter: { labelSelector: anyonesLabels(uid) } });
    const { items } = await this.#services.client.runtime.call(runtimeService.listPodSandbox, request, call);
    return items.length > 0;
  }

  /** The directory of its logs carries its name. Without one there are no logs to remove. */
  async #refOf(uid: string): Promise<PodRef> {
    for (const directory of await namesIn(this.#services.paths.logs)) {
      const [namespace = '', name = '', ...rest] = directory.split('_');
      if (rest.join('_') === uid) return { namespace, name, uid };
    }
    return { namespace: '', name: '', uid };
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
