import { UpgradeRefused } from '@vk/streaming';
import { abortable } from '../work/abortable.ts';
import { admit } from './admit.ts';
import type { ServeOptions } from './answer-request.ts';
import { ClientGoneError } from './errors/client-gone-error.ts';
import { HttpError } from './errors/http-error.ts';
import { httpErrorOf } from './errors/http-error-of.ts';
import { NodeStoppingError } from './errors/node-stopping-error.ts';
import type { Exchange } from './exchange/exchange.ts';
import { askedRoute } from './routing/find-route.ts';
import { streamOf, upgradeHandlers, type UpgradeHandler } from './routing/handlers.ts';
import { routeGroup } from './routing/route-group.ts';
import { refuse } from './streams/refuse.ts';
import type { Upgrade } from './streams/upgrade.ts';

/** Serves one upgrade request. Settles when the stream is over or was refused; the socket is closed then, or about to be. It does not reject. */
export async function takeOverConnection(upgrade: Upgrade, exchange: Exchange, options: ServeOptions): Promise<void> {
  const { request, socket } = upgrade;
  const onClose = (): void => exchange.end(new ClientGoneError());
  socket.on('close', onClose);
  // The connection may break off while it is decided whether it may be used.
  socket.on('error', onClose);
  exchange.cut.addEventListener('abort', () => socket.destroy(), { once: true });
  const asked = askedRoute(request.url ?? '');
  const code = await serveUpgrade(upgrade, asked, exchange, options);
  options.services.metrics.kubeletRequest(routeGroup(asked.found?.route.path ?? ''), code);
}

/** Gives the status that was answered. */
async function serveUpgrade(
  upgrade: Upgrade,
  asked: ReturnType<typeof askedRoute>,
  exchange: Exchange,
  options: ServeOptions,
): Promise<number> {
  const { open, log, services } = options;
  try {
    if (open.stopping) throw new NodeStoppingError();
    const call = await admit(upgrade.request, asked, exchange, options);
    const handlers: Readonly<Partial<Record<string, UpgradeHandler>>> = upgradeHandlers;
    const handler = handlers[call.found.name];
    if (handler === undefined) throw new HttpError(400, 'this path takes no upgrade');
    const serve = handler(call);
    exchange.cut.throwIfAborted();
    call.log.info('Somebody reaches into a pod', { ...call.found.parameters });
    const over = services.metrics.kubeletStream(streamOf(call.found.name));
    // From here on the stream answers for itself: nothing else may be written to the connection.
    return await abortable(serve(upgrade), exchange.cut)
      .then(
        () => 101,
        (error: unknown) => {
          log.debug('A stream of the kubelet API ended early', { route: call.found.name, error: String(error) });
          if (error instanceof UpgradeRefused) return error.httpStatus;
          upgrade.socket.destroy();
          return 101;
        },
      )
      .finally(over);
  } catch (error) {
    const failure = httpErrorOf(error);
    refuse(upgrade.socket, failure);
    return failure.status;
  }
}
