import type { Attributes } from '@opentelemetry/api';
import { ProviderCalls, type ProviderCallObserver } from '../pods/provider-calls.ts';
import { silentLogger } from '../provider/logger.ts';
import { callFailure } from '../telemetry/call-failure.ts';
import { CoreMetrics } from '../telemetry/core-metrics.ts';
import { refAttributes } from '../telemetry/span-attributes.ts';
import { inSpan } from '../telemetry/span.ts';
import { systemClock, type Clock } from '../work/clock.ts';
import type { AdmitOptions } from './admit.ts';
import { answerRequest } from './answer-request.ts';
import type { ApiServices } from './api-call.ts';
import { OpenExchanges } from './exchange/open-exchanges.ts';
import { UnansweredRequests } from './exchange/unanswered-requests.ts';
import type { KubeletApiHandler, KubeletApiOptions } from './kubelet-api-handler.ts';
import { takeOverConnection } from './take-over-connection.ts';

/** How much longer than its time limit a provider call is waited for. */
const patienceMilliseconds = 10_000;

/** Serves the kubelet API on a server of the caller's: see {@link KubeletApiHandler}. */
export function createKubeletApiHandler(options: KubeletApiOptions): KubeletApiHandler {
  const open = new OpenExchanges();
  const unanswered = new UnansweredRequests();
  const admission = admissionOf(options);
  const onDefect = (error: unknown): void =>
    admission.log.error('The kubelet API has a defect', { error: String(error) });
  return {
    handleRequest: (request, response) => {
      unanswered.add(request.socket, response);
      open.begin(
        (exchange) => answerRequest(request, response, exchange, { ...admission, open }),
        (error) => {
          onDefect(error);
          response.destroy();
        },
      );
    },
    handleUpgrade: (request, socket, head) => {
      if (unanswered.on(socket)) {
        // What is still to be answered would be written into the stream.
        socket.on('error', () => undefined).destroy();
        return;
      }
      open.begin(
        (exchange) => takeOverConnection({ request, socket, head }, exchange, { ...admission, open }),
        (error) => {
          onDefect(error);
          socket.destroy();
        },
      );
    },
    drain: (force) => open.drain(force),
  };
}

function admissionOf(options: KubeletApiOptions): AdmitOptions {
  const { serves, access, log = silentLogger, clock = systemClock, streams = {} } = options;
  const { metrics = new CoreMetrics(), providerTimeoutMilliseconds: timeoutMilliseconds = 120_000 } = options;
  const observe = observeCalls(metrics, clock);
  const services: ApiServices = {
    clock,
    streams,
    processMetrics:
      options.processMetrics ?? (() => metrics.registry.text('node' in serves ? { node: serves.node.name } : {})),
    providerCalls: new ProviderCalls({ clock, log, timeoutMilliseconds, patienceMilliseconds, observe }),
    metrics,
    checkpoints: new Set(),
  };
  return { serves, access, log, services };
}

/** Times the calls that have an end and puts them in spans; streams are counted while they are open. */
function observeCalls(metrics: CoreMetrics, clock: Clock): ProviderCallObserver {
  return async ({ method, ref }, proceed) => {
    const startedAt = clock.monotonic();
    let failure: ReturnType<typeof callFailure> | undefined;
    try {
      const attributes = (): Attributes => (ref === undefined ? {} : refAttributes(ref));
      return await inSpan({ name: `provider ${method}`, calls: true, attributes }, proceed);
    } catch (error) {
      failure = callFailure(error);
      throw error;
    } finally {
      metrics.providerCall(method, clock.monotonic() - startedAt, failure);
    }
  };
}
