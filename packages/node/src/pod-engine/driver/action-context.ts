import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import type { EngineServices } from './engine-services.ts';
import type { ProbeCounts } from './probe-counts.ts';
import type { RuntimeCalls } from './runtime-calls.ts';

/** What an action of one pod is done with. */
export interface ActionContext {
  readonly services: EngineServices;
  readonly pod: Pod;
  /** Absent while something that the pod refers to is missing: then nothing is created. */
  readonly prepared: PreparedPod | undefined;
  /** The addresses of the sandbox, or the host's. */
  readonly podIPs: readonly string[];
  /** Takes in the calls that it makes into the runtime and that may make something there. */
  readonly calls: RuntimeCalls;
  /** Takes in what the probes of the pod came to. */
  readonly probeCounts: ProbeCounts;
}

/** @throws Error while something that the pod refers to is missing. */
export function preparedOf({ prepared }: ActionContext): PreparedPod {
  if (prepared === undefined) throw new Error('something that the pod refers to is missing');
  return prepared;
}
