import type { ServerResponse } from 'node:http';
import { sendJson } from '../answers.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { containerOfCall } from '../pods/pod-of-call.ts';

/** `/checkpoint`: archives the state of a container. One at a time on each node: an archive fills disks (CVE-2025-0426). */
export async function serveCheckpoint(call: ApiCall, response: ServerResponse): Promise<void> {
  const { node, services, exchange, query } = call;
  const { provider } = node;
  const { ref, container } = containerOfCall(call);
  const checkpoint = provider.checkpointContainer?.bind(provider);
  if (checkpoint === undefined) throw new HttpError(501, 'the provider writes no checkpoints');
  const timeout = query.getAll('timeout').at(-1);
  if (timeout !== undefined && !/^\d{1,9}$/.test(timeout))
    throw new HttpError(404, 'cannot parse value of timeout parameter');
  if (services.checkpoints.has(node.name)) {
    throw new HttpError(429, 'a container of this node is being checkpointed', { headers: { 'Retry-After': '10' } });
  }
  services.checkpoints.add(node.name);
  try {
    const seconds = Number(timeout ?? 0);
    const timed = new AbortController();
    const timer =
      seconds > 0
        ? services.clock.setTimer(
            () => timed.abort(new HttpError(504, `no checkpoint was written within ${seconds} s`)),
            seconds * 1_000,
          )
        : undefined;
    try {
      const signal = AbortSignal.any([exchange.signal, timed.signal]);
      const method = { method: 'checkpointContainer', ref } as const;
      const { items } = await services.providerCalls.run(method, { signal }, (context) =>
        checkpoint(ref, container, context),
      );
      sendJson(response, { items });
    } finally {
      timer?.cancel();
    }
  } finally {
    services.checkpoints.delete(node.name);
  }
}
