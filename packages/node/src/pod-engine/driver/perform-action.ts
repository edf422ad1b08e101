import type { CallContext } from '../../provider/call-context.ts';
import type { Container } from '../../provider/wire.ts';
import type { ActionKind, ActionValue, EngineAction } from '../machine/engine-action.ts';
import { allContainers } from '../machine/turn.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import { preparedOf, type ActionContext } from './action-context.ts';
import { inspectImage, pullImage } from './bring-image.ts';
import { containerConfig, createdContainer } from './container-config.ts';
import { createSandbox } from './create-sandbox.ts';
import { runHook } from './run-hook.ts';
import { runProbe } from './run-probe.ts';
import { runtimeCall } from './runtime-call.ts';
import type { SeenChange } from './seen-pod.ts';

/** What came of an action: for the machine, and what its answer tells of the runtime. */
export interface Performed {
  readonly value: ActionValue;
  readonly seen?: SeenChange;
}

/** What they make in the runtime may come to be after they were given up. */
const making: ReadonlySet<ActionKind> = new Set([
  'prepare-pod',
  'create-sandbox',
  'create-container',
  'start-container',
]);

const nothing: Performed = { value: {} };

/** Does one action. Throws when it fails; what that means is for the machine to say. */
export async function performAction(
  context: ActionContext,
  action: EngineAction,
  signal: AbortSignal,
): Promise<Performed> {
  const { services, calls } = context;
  const { runtime, callTimeoutMilliseconds } = services;
  const isMaking = making.has(action.kind);
  const call = <T>(
    method: string,
    invoke: (call: CallContext) => Promise<T>,
    timeoutMilliseconds: number = callTimeoutMilliseconds,
  ): Promise<T> => runtimeCall(services, { method, signal, timeoutMilliseconds, ...(isMaking && { calls }) }, invoke);
  switch (action.kind) {
    case 'prepare-pod':
      await call('preparePod', async (inner) => runtime.preparePod?.(preparedOf(context), inner));
      return nothing;
    case 'release-pod':
      await call('releasePod', async (inner) => runtime.releasePod?.(podRefOf(context.pod), inner));
      return nothing;
    case 'create-sandbox':
      return { value: {}, seen: { sandbox: await createSandbox(context, action, call, signal) } };
    case 'stop-sandbox':
      await call('stopPodSandbox', (inner) => runtime.stopPodSandbox(action.sandboxId, inner));
      return nothing;
    case 'remove-sandbox':
      await call('removePodSandbox', (inner) => runtime.removePodSandbox(action.sandboxId, inner));
      return nothing;
    case 'inspect-image':
      return { value: await inspectImage(context, action.image, signal) };
    case 'pull-image':
      return { value: await pullImage(context, action.image, signal) };
    case 'create-container': {
      const config = containerConfig(preparedOf(context), action, {
        pod: context.pod,
        podIPs: context.podIPs,
        hostIPs: services.settings.hostIPs,
        clusterDomain: services.dns.clusterDomain,
      });
      const id = await call('createContainer', (inner) => runtime.createContainer(action.sandboxId, config, inner));
      return { value: {}, seen: { created: createdContainer(config, id, action.sandboxId, services.clock.now()) } };
    }
    case 'start-container':
      await call('startContainer', (inner) => runtime.startContainer(action.containerId, inner));
      return { value: {}, seen: { started: action.containerId, at: services.clock.now() } };
    case 'stop-container': {
      const { containerId, timeoutSeconds } = action;
      const timeout = timeoutSeconds * 1000 + callTimeoutMilliseconds;
      await call('stopContainer', (inner) => runtime.stopContainer(containerId, timeoutSeconds, inner), timeout);
      return nothing;
    }
    case 'remove-container':
      await call('removeContainer', (inner) => runtime.removeContainer(action.containerId, inner));
      return nothing;
    case 'update-resources':
      await call('updateContainerResources', async (inner) =>
        runtime.updateContainerResources?.(action.containerId, action.resources, inner),
      );
      return nothing;
    case 'update-pod-resources':
      await call('updatePodSandboxResources', async (inner) =>
        runtime.updatePodSandboxResources?.(
          action.sandboxId,
          { resources: action.resources, overhead: context.pod.spec?.overhead ?? {} },
          inner,
        ),
      );
      return nothing;
    case 'run-post-start':
    case 'run-pre-stop': {
      const container = containerOf(context, action.container);
      const hook = container.lifecycle?.[action.kind === 'run-post-start' ? 'postStart' : 'preStop'];
      if (hook !== undefined) await runHook(context, container, action.containerId, hook, signal);
      return nothing;
    }
    case 'probe': {
      const probe = await runProbe(context, containerOf(context, action.container), action, signal);
      context.probeCounts.add(action.container, action.type, probe);
      return { value: { probe } };
    }
  }
}

function containerOf({ pod }: ActionContext, name: string): Container {
  const container = allContainers(pod.spec ?? { containers: [] }).find((candidate) => candidate.name === name);
  if (container === undefined) throw new RangeError(`the pod has no container ${name}`);
  return container;
}
