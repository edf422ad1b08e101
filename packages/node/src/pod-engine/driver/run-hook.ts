import type { Container } from '../../provider/wire.ts';
import type { ActionContext } from './action-context.ts';
import { runHttpHook } from './run-http-hook.ts';
import { runtimeCall } from './runtime-call.ts';

type LifecycleHandler = NonNullable<NonNullable<Container['lifecycle']>['postStart']>;

/** Runs a lifecycle hook to its end. Throws when it fails; how long it may take is for the caller's signal. */
export async function runHook(
  context: ActionContext,
  container: Container,
  containerId: string,
  hook: LifecycleHandler,
  signal: AbortSignal,
): Promise<void> {
  const { services } = context;
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
    await runHttpHook(context, container, hook.httpGet, signal);
    return;
  }
  if (hook.sleep !== undefined) {
    await clock.sleep(hook.sleep.seconds * 1000, signal);
    return;
  }
  throw new Error('the hook names nothing to do');
}
