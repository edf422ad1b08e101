import { expand } from '../../environment/expansion.ts';
import type { ExpandedText } from '../../provider/environment.ts';
import type { Container } from '../../provider/wire.ts';
import type { EngineStep, ProbeOutcome } from '../machine/engine-action.ts';
import { probeSpec } from '../machine/plan-probes.ts';
import { ExecTimeoutError } from '../runtime/exec-timeout-error.ts';
import { hostOf, httpTarget, tcpTarget } from '../probes/probe-target.ts';
import type { ActionContext } from './action-context.ts';
import { runtimeCall } from './runtime-call.ts';

const longestOutput = 10 * 1024;

/** Makes one probe. Throws when it could not be made: that says nothing of the container. */
export async function runProbe(
  { services, podIPs }: ActionContext,
  container: Container,
  { containerId, type }: Extract<EngineStep, { readonly kind: 'probe' }>,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const spec = probeSpec(container, type);
  const timeout = (spec?.timeoutSeconds ?? 1) * 1000;
  const podIP = podIPs[0] ?? '';
  const { probes } = services;
  if (spec?.exec !== undefined) {
    return execProbe(services, containerId, probeCommand(spec.exec.command ?? [], container), timeout, signal);
  }
  if (spec?.httpGet !== undefined) {
    return probes.http(httpTarget(spec.httpGet, container, podIP, 'probe'), timeout, signal);
  }
  if (spec?.tcpSocket !== undefined) return probes.tcp(tcpTarget(spec.tcpSocket, container, podIP), timeout, signal);
  if (spec?.grpc !== undefined) {
    const { port, service = '' } = spec.grpc;
    return probes.grpc({ host: hostOf(undefined, podIP), port, service }, timeout, signal);
  }
  throw new Error(`the ${type} probe names nothing to ask`);
}

/**
 * The command of a probe with `$(NAME)` replaced by what the spec of the container itself says: the value as it is written
 * there, and nothing for one that comes from elsewhere.
 *
 * Source of the rule: the kubelet (`ExpandContainerCommandOnlyStatic`). Commands of hooks are not expanded there.
 */
function probeCommand(command: readonly string[], { env = [] }: Container): string[] {
  const values = new Map(env.map(({ name, value }) => [name, value ?? '']));
  return command.map((part) => plainText(expand(part, (name) => values.get(name))));
}

function plainText(text: ExpandedText): string {
  if (typeof text !== 'string') throw new TypeError('a command waits for a field, though every value is plain');
  return text;
}

async function execProbe(
  services: ActionContext['services'],
  containerId: string,
  command: readonly string[],
  timeoutMilliseconds: number,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const options = { method: 'execSync', signal, timeoutMilliseconds: timeoutMilliseconds + 10_000 };
  try {
    const { exitCode, stdout, stderr } = await runtimeCall(services, options, (call) =>
      services.runtime.execSync(containerId, command, { timeoutMilliseconds }, call),
    );
    const output = Buffer.concat([stdout, stderr]).subarray(0, longestOutput).toString('utf8');
    return { result: exitCode === 0 ? 'success' : 'failure', output };
  } catch (error) {
    if (ExecTimeoutError.isInstance(error)) return { result: 'failure', output: error.message };
    throw error;
  }
}
