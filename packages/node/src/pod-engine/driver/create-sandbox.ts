import type { CallContext } from '../../provider/call-context.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Pod } from '../../provider/wire.ts';
import type { StepOf } from '../machine/engine-action.ts';
import type { RuntimeSandbox } from '../runtime/sandbox.ts';
import { noDns, podDns, usesHostDns } from '../sandbox/dns-config.ts';
import { sandboxHostname } from '../sandbox/hostname.ts';
import { preparedOf, type ActionContext } from './action-context.ts';

/** Makes the call into the runtime, within its time. */
export type SandboxCall = (
  method: 'runPodSandbox',
  invoke: (call: CallContext) => Promise<RuntimeSandbox>,
) => Promise<RuntimeSandbox>;

/** A start that takes longer than this holds up no others: a runtime that hangs for one pod may well start them. */
const heldUpMilliseconds = 2_000;

/** Starts a sandbox, when it is its turn. */
export async function createSandbox(
  context: ActionContext,
  step: StepOf<'create-sandbox'>,
  call: SandboxCall,
  signal: AbortSignal,
): Promise<RuntimeSandbox> {
  const { clock, sandboxSlots } = context.services;
  const free = await sandboxSlots.acquire(signal);
  const timer = clock.setTimer(free, heldUpMilliseconds);
  try {
    return await startSandbox(context, step, call);
  } finally {
    timer.cancel();
    free();
  }
}

async function startSandbox(
  context: ActionContext,
  { attempt, resources }: StepOf<'create-sandbox'>,
  call: SandboxCall,
): Promise<RuntimeSandbox> {
  const { services, pod } = context;
  const { spec = { containers: [] } } = pod;
  // With what it has been given: what it asks for may be more.
  const sized: Pod = spec.resources === undefined ? pod : { ...pod, spec: { ...spec, resources } };
  const prepared: PreparedPod = { ...preparedOf(context), pod: sized };
  const ref = podRefOf(pod);
  const host = usesHostDns(pod) ? await services.hostDns() : noDns;
  const { config: dns, problems } = podDns(pod, { ...services.dns, host });
  for (const { reason, message } of problems) services.recordEvent(ref, { type: 'Warning', reason, message });
  const hostname = sandboxHostname(pod, services.dns.clusterDomain);
  const { ownership, hash: appliedHash } = prepared;
  return call('runPodSandbox', (inner) =>
    services.runtime.runPodSandbox({ ref, attempt, ownership, appliedHash, hostname, dns, prepared }, inner),
  );
}
