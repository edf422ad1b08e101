import type { CriClient } from '../client/cri-client.ts';
import type { CallLimits } from '../client/grpc-channel.ts';
import { askRuntime, type RuntimeFeatures } from './runtime-features.ts';
import { RuntimeNotReadyError } from './runtime-not-ready-error.ts';

/** What the runtime last said of itself. */
export class RuntimeHealth {
  readonly #client: CriClient;
  #features: RuntimeFeatures | undefined;

  constructor(client: CriClient) {
    this.#client = client;
  }

  /** Undefined until the runtime has answered once. */
  get features(): RuntimeFeatures | undefined {
    return this.#features;
  }

  /** @throws RuntimeNotReadyError, with the runtime's words; or what kept it from answering. */
  async check(limits: CallLimits): Promise<void> {
    const { features, problem } = await askRuntime(this.#client, limits);
    this.#features = features;
    if (problem !== undefined) throw new RuntimeNotReadyError(problem);
  }
}
