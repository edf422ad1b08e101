import type { Attributes } from '@opentelemetry/api';
import type { EventWriteObserver } from '../kube/event-recorder.ts';
import type { NodeController } from '../node-object/node-controller.ts';
import type { PodController } from '../pods/pod-controller.ts';
import type { ProviderCallObserver } from '../pods/provider-calls.ts';
import type { NodeProvider } from '../provider/node-provider.ts';
import type { PodStepObserver } from '../provider/pod-step.ts';
import type { Clock } from '../work/clock.ts';
import type { CoreMetrics } from './core-metrics.ts';
import type { NodeFigures } from './node-figures.ts';
import { NodeTelemetry } from './node-telemetry.ts';
import { PodTelemetry } from './pod-telemetry.ts';
import { observePodSteps } from './pod-step-telemetry.ts';
import { observeProviderCalls } from './provider-call-telemetry.ts';
import { nodeAttributes, podAttributes } from './span-attributes.ts';
import { inSpan } from './span.ts';

export interface UnitTelemetryOptions {
  readonly metrics: CoreMetrics;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly leaseDurationSeconds: number;
  /** Hears of the provider's calls as well. */
  readonly observe: ProviderCallObserver | undefined;
}

/** All that is measured of one node. */
export interface UnitTelemetry {
  readonly pods: PodTelemetry;
  readonly node: NodeTelemetry;
  readonly observeCalls: ProviderCallObserver;
  readonly observeSteps: PodStepObserver;
  /** The provider as the Node sees it, with its calls observed like any other. */
  observeNode(provider: Partial<NodeProvider>): Partial<NodeProvider>;
  /** Makes the write of an event, in a span. */
  observeEvent: EventWriteObserver;
  figures(node: NodeController, pods: PodController): NodeFigures;
}

export function unitTelemetry({ observe: next, ...options }: UnitTelemetryOptions): UnitTelemetry {
  const pods = new PodTelemetry(options);
  const node = new NodeTelemetry(options);
  const observeCalls = observeProviderCalls({ ...options, pods, next });
  return {
    pods,
    node,
    observeCalls,
    observeSteps: observePodSteps({ ...options, pods }),
    observeNode: (provider) => {
      const ping = provider.ping?.bind(provider);
      const follow = provider.notifyNodeStatus?.bind(provider);
      return {
        ...(ping !== undefined && { ping: (call) => observeCalls({ method: 'ping' }, async () => ping(call)) }),
        ...(follow !== undefined && {
          notifyNodeStatus: (onNode, call) =>
            observeCalls({ method: 'notifyNodeStatus', lasts: true }, async () => follow(onNode, call)),
        }),
      };
    },
    observeEvent: ({ kind, namespace, name, uid }, write) => {
      const attributes = (): Attributes =>
        kind === 'Pod' && namespace !== undefined
          ? podAttributes(options.nodeName, { namespace, name, uid })
          : nodeAttributes(options.nodeName);
      return inSpan({ name: 'event write', calls: true, attributes }, write);
    },
    figures: (controller, podController) => ({
      name: options.nodeName,
      ready: isReady(controller),
      leaseAgeMilliseconds: node.leaseAge,
      ...podController.figures(),
    }),
  };
}

/** Whether the API server has acknowledged the Node as Ready. */
export function isReady({ node }: NodeController): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}
