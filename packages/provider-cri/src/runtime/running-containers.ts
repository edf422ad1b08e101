import type { RuntimeContainer, RuntimeFilter } from '@vk/node/pod-engine';
import type { Clock } from '@vk/node/provider';
import { answerMilliseconds } from '../client/answer-time.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { within } from '../client/within.ts';

interface RunningContainersInit {
  readonly listing: {
    containers(filter: RuntimeFilter, limits: CallLimits): Promise<readonly Pick<RuntimeContainer, 'id' | 'state'>[]>;
  };
  readonly clock: Clock;
}

/**
 * Says whether containers still run. Who asks for one while the runtime is being asked about it shares that answer: each
 * follower of a log asks once a second, and all of them at the same line. An answer is at worst as old as one call: that a
 * container runs is asked again anyway, and that it has ended stays true.
 */
export class RunningContainers {
  readonly #init: RunningContainersInit;
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(init: RunningContainersInit) {
    this.#init = init;
  }

  /** @throws NoAnswerError when the runtime takes too long, and what it answers with. */
  isRunning(container: Pick<RuntimeContainer, 'id' | 'ref'>): Promise<boolean> {
    const { id } = container;
    const known = this.#asked.get(id);
    if (known !== undefined) return known;
    const asked = this.#ask(container).finally(() => this.#asked.delete(id));
    this.#asked.set(id, asked);
    return asked;
  }

  async #ask({ id, ref }: Pick<RuntimeContainer, 'id' | 'ref'>): Promise<boolean> {
    const { listing, clock } = this.#init;
    const limit = { clock, milliseconds: answerMilliseconds };
    const runs = await within(limit, (limits) => listing.containers({ podUid: ref.uid }, limits));
    return runs.some((run) => run.id === id && run.state !== 'exited');
  }
}
