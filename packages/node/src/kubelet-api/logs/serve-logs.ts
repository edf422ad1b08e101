import type { ServerResponse } from 'node:http';
import type { LogChunk } from '../../provider/container-logs.ts';
import { abortable } from '../../work/abortable.ts';
import { plainText, writeHead } from '../answers.ts';
import type { ApiCall } from '../api-call.ts';
import { HttpError } from '../errors/http-error.ts';
import { httpErrorOf } from '../errors/http-error-of.ts';
import { containerOfCall, type CalledContainer } from '../pods/pod-of-call.ts';
import { ResponseWriter } from '../response-writer.ts';
import { checkLogState } from './check-log-state.ts';
import { readLogQuery, type LogQuery } from './log-query.ts';
import { writeLog } from './write-log.ts';

/** The reason of a log's signal when all that was asked for has been sent. */
class ReaderDoneError extends Error {
  override readonly name = 'ReaderDoneError';

  constructor() {
    super('the reader of the log has all that it asked for');
  }
}

/** A follower is told that it is heard after this time, even while there is nothing to say; an error of the provider comes before it. */
const headMilliseconds = 100;

/** `/containerLogs/{namespace}/{pod}/{container}`. */
export async function serveLogs(call: ApiCall, response: ServerResponse): Promise<void> {
  const { clock } = call.services;
  const query = readLogQuery(call.query, clock.now());
  const called = containerOfCall(call);
  checkLogState(called.pod, called.container, query.previous);
  const { exchange, log } = call;
  const read = new AbortController();
  const signal = AbortSignal.any([read.signal, exchange.signal, ...(query.follow ? [exchange.stopping] : [])]);
  const begin = (): void => {
    if (response.headersSent) return;
    writeHead(response, 200, plainText);
    response.flushHeaders();
  };
  const over = query.follow ? call.services.metrics.kubeletStream('logs') : undefined;
  const head = query.follow ? clock.setTimer(begin, headMilliseconds) : undefined;
  const writer = new ResponseWriter(response);
  const write = (bytes: Buffer): Promise<void> | undefined => {
    begin();
    return writer.write(bytes, signal);
  };
  const onLateFailure = (error: unknown): void =>
    log.debug('a log that nobody reads any more failed', { error: String(error) });
  try {
    signal.throwIfAborted();
    const caughtUp = new AbortController();
    const raw = rawLog(call, called, { query, signal, onCaughtUp: () => caughtUp.abort() });
    const sink = { clock, caughtUp: caughtUp.signal, signal, write, onLateFailure };
    const written = writeLog(raw, query, sink);
    await abortable(written, signal);
    begin();
    writer.flush();
    response.end();
  } catch (error) {
    // The kubelet calls whatever its runtime says of a log a bad request.
    throw httpErrorOf(error, 400);
  } finally {
    over?.();
    head?.cancel();
    read.abort(new ReaderDoneError());
  }
}

interface RawLogOptions {
  readonly query: LogQuery;
  readonly signal: AbortSignal;
  readonly onCaughtUp: () => void;
}

function rawLog(
  { node, services, log }: ApiCall,
  { ref, container }: CalledContainer,
  { query, signal, onCaughtUp }: RawLogOptions,
): AsyncIterable<LogChunk> {
  const { provider } = node;
  const { timestamps: _, ...asked } = query;
  const options = { ...asked, ...(query.follow && query.tailLines !== undefined && { onCaughtUp }) };
  if (provider.getContainerLogs === undefined) throw new HttpError(501, 'the provider has no logs');
  const context = services.providerCalls.subscription({ method: 'getContainerLogs', ref }, signal);
  log.debug('a container log is read', { container, follow: options.follow });
  return provider.getContainerLogs(ref, container, options, context);
}
