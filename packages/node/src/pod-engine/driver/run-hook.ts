import type { Container } from '../../provider/wire.ts';
import { httpGet } from '../probes/http-probe.ts';
import { httpTarget } from '../probes/probe-target.ts';
import type { ActionContext } from './action-context.ts';
import { runtimeCall } from './runtime-call.ts';

type LifecycleHandler = NonNullable<NonNullable<Container['lifecycle']>['postStart']>;

/** Runs a lifecycle hook to its end. Throws when it fails; how long it may take is for the caller's signal. */
export async function runHook(
  { services, podIPs }: ActionContext,
  container: Container,
  containerId: string,
  hook: LifecycleHandler,
  signal: AbortSignal,
): Promise<void> {
  const { runtime, clock } = services;
  if (hook.exec !== undefined) {
    const command = hook.exec.command ?? [];
    const { exitCode, stdout, stderr } = await runtimeCall(services, { method: 'execSync', signal }, (call) =>
      runtime.execSync(containerId, command, {}, call),
    );
    if (exitCode === 0) return;
    const output = Buffer.concat([stdout, stderr]).subarray(0, 1024).toString('utf8');
    throw new Error(`command ${JSON.stringify(command)} exited with ${exitCode}: ${output}`);
  }
  if (hook.httpGet !== undefined) {
    // Whatever the answer is, it is one: only a request that gets none fails (the kubelet does not look at the status either).
    await httpGet(httpTarget(hook.httpGet, container, podIPs[0] ?? '', 'lifecycle'), signal);
    return;
  }
  if (hook.sleep !== undefined) {
    await clock.sleep(hook.sleep.seconds * 1000, signal);
    return;
  }
  throw new Error('the hook names nothing to do');
}
