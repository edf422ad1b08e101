import type { CallContext } from '../../provider/call-context.ts';
import type { PreparedPod } from '../../provider/prepared-pod.ts';
import type { Container } from '../../provider/wire.ts';
import type { ActionValue, EngineAction } from '../machine/engine-action.ts';
import { allContainers } from '../machine/turn.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import { podDns } from '../sandbox/dns-config.ts';
import { sandboxHostname } from '../sandbox/hostname.ts';
import type { ActionContext } from './action-context.ts';
import { containerConfig } from './container-config.ts';
import { runHook } from './run-hook.ts';
import { runProbe } from './run-probe.ts';
import { runtimeCall } from './runtime-call.ts';

/** Does one action. Throws when it fails; what that means is for the machine to say. */
export async function performAction(
  context: ActionContext,
  action: EngineAction,
  signal: AbortSignal,
): Promise<ActionValue> {
  const { services } = context;
  const { runtime, callTimeoutMilliseconds } = services;
  const call = <T>(
    method: string,
    invoke: (call: CallContext) => Promise<T>,
    timeoutMilliseconds: number = callTimeoutMilliseconds,
  ): Promise<T> => runtimeCall(services, { method, signal, timeoutMilliseconds }, invoke);
  switch (action.kind) {
    case 'create-sandbox':
      return createSandbox(context, action.attempt, call);
    case 'stop-sandbox':
      await call('stopPodSandbox', (inner) => runtime.stopPodSandbox(action.sandboxId, inner));
      return {};
    case 'inspect-image':
      return { ...(await call('imageStatus', (inner) => runtime.imageStatus(action.image, inner))) };
    case 'pull-image':
      return pullImage(context, action.image, signal);
    case 'create-container': {
      const config = containerConfig(preparedOf(context), action, {
        podIPs: context.podIPs,
        hostIPs: services.settings.hostIPs,
        clusterDomain: services.dns.clusterDomain,
      });
      await call('createContainer', (inner) => runtime.createContainer(action.sandboxId, config, inner));
      return {};
    }
    case 'start-container':
      await call('startContainer', (inner) => runtime.startContainer(action.containerId, inner));
      return {};
    case 'stop-container': {
      const { containerId, timeoutSeconds } = action;
      const timeout = timeoutSeconds * 1000 + callTimeoutMilliseconds;
      await call('stopContainer', (inner) => runtime.stopContainer(containerId, timeoutSeconds, inner), timeout);
      return {};
    }
    case 'remove-container':
      await call('removeContainer', (inner) => runtime.removeContainer(action.containerId, inner));
      return {};
    case 'update-resources':
      await call('updateContainerResources', async (inner) =>
        runtime.updateContainerResources?.(action.containerId, action.resources, inner),
      );
      return {};
    case 'run-post-start':
    case 'run-pre-stop': {
      const container = containerOf(context, action.container);
      const hook = container.lifecycle?.[action.kind === 'run-post-start' ? 'postStart' : 'preStop'];
      if (hook !== undefined) await runHook(context, container, action.containerId, hook, signal);
      return {};
    }
    case 'probe':
      return { probe: await runProbe(context, containerOf(context, action.container), action, signal) };
  }
}

async function createSandbox(
  context: ActionContext,
  attempt: number,
  call: (method: string, invoke: (call: CallContext) => Promise<string>) => Promise<string>,
): Promise<ActionValue> {
  const { services, pod } = context;
  const prepared = preparedOf(context);
  const ref = podRefOf(pod);
  const { config: dns, problems } = podDns(pod, services.dns);
  for (const { reason, message } of problems) services.recordEvent(ref, { type: 'Warning', reason, message });
  const hostname = sandboxHostname(pod, services.dns.clusterDomain);
  const { ownership, hash: appliedHash } = prepared;
  await call('runPodSandbox', (inner) =>
    services.runtime.runPodSandbox({ ref, attempt, ownership, appliedHash, hostname, dns, prepared }, inner),
  );
  return {};
}

async function pullImage({ services, pod }: ActionContext, image: string, signal: AbortSignal): Promise<ActionValue> {
  const credentials = await services.getImageCredentials(pod, image, signal);
  // A large image takes the time it takes.
  return runtimeCall(services, { method: 'pullImage', signal }, (call) =>
    services.runtime.pullImage(image, credentials, call),
  );
}

function preparedOf({ prepared }: ActionContext): PreparedPod {
  if (prepared === undefined) throw new Error('something that the pod refers to is missing');
  return prepared;
}

function containerOf({ pod }: ActionContext, name: string): Container {
  const container = allContainers(pod.spec ?? { containers: [] }).find((candidate) => candidate.name === name);
  if (container === undefined) throw new RangeError(`the pod has no container ${name}`);
  return container;
}
