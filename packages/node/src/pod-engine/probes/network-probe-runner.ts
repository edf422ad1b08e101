import type { Clock } from '../../work/clock.ts';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import { probeGrpc } from './grpc-probe.ts';
import { probeHttp } from './http-probe.ts';
import type { ProbeRunner } from './probe-runner.ts';
import { probeTcp } from './tcp-probe.ts';

/** Makes probes from this process: pods must be reachable from it. */
export function networkProbeRunner(clock: Clock): ProbeRunner {
  return {
    http: (target, timeout, signal) =>
      within(clock, timeout, signal, `Get "${target.scheme}://${target.host}:${target.port}${target.path}"`, (inner) =>
        probeHttp(target, inner),
      ),
    tcp: (target, timeout, signal) =>
      within(clock, timeout, signal, `dial tcp ${target.host}:${target.port}`, (inner) => probeTcp(target, inner)),
    grpc: (target, timeout, signal) =>
      within(clock, timeout, signal, 'health rpc', (inner) => probeGrpc(target, inner)),
  };
}

/** Whatever keeps a probe from its answer is its failure, the end of its time included. */
async function within(
  clock: Clock,
  timeoutMilliseconds: number,
  signal: AbortSignal,
  what: string,
  probe: (signal: AbortSignal) => Promise<ProbeOutcome>,
): Promise<ProbeOutcome> {
  const late = new AbortController();
  const timer = clock.setTimer(() => late.abort(new Error('i/o timeout')), timeoutMilliseconds);
  try {
    return await probe(AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) return { result: 'failure', output: `${what}: timeout after ${timeoutMilliseconds} ms` };
    return { result: 'failure', output: `${what}: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    timer.cancel();
  }
}
