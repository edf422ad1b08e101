import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotFound } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CallNotTakenError, CriError } from './cri-error.ts';
import { grpcCall } from './grpc-call.ts';
import { framed } from './grpc-framing.ts';

const path = '/service/Method';
const life = new AbortController();
const server = createServer();
let answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  answer(stream, headers);
});
let directory: string;
let session: ClientHttp2Session;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-cri-'));
  const socket = join(directory, 'grpc.sock');
  server.listen(socket);
  await once(server, 'listening');
  session = connect('http://localhost', { createConnection: () => connectSocket(socket) });
  session.on('error', () => undefined);
});
afterEach(async () => {
  session.destroy();
  const closed = once(server, 'close');
  server.close();
  await closed;
  await rm(directory, { recursive: true });
});

/** The messages that came, and what the call came to. */
async function call(
  signal: AbortSignal = life.signal,
  onMessage: (message: Buffer) => void = () => undefined,
): Promise<{ readonly messages: string[]; readonly failure: unknown }> {
  const messages: string[] = [];
  const request = Buffer.from('request');
  const running = grpcCall(session, {
    path,
    request,
    signal,
    onMessage: (message) => {
      messages.push(message.toString());
      onMessage(message);
    },
  });
  return running.then(
    () => ({ messages, failure: undefined }),
    (failure: unknown) => ({ messages, failure }),
  );
}

function answerWith(
  parts: readonly Uint8Array[],
  trailers: Record<string, string>,
  headers: Record<string, string | number> = {},
): void {
  answer = (stream) => {
    stream.respond({ 'content-type': 'application/grpc', ...headers }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const part of parts) stream.write(part);
    stream.end();
  };
}

it('asks as gRPC over HTTP/2 has it', async () => {
  const asked = Promise.withResolvers<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }>();
  answer = (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      asked.resolve({ headers, body: Buffer.concat(parts) });
      stream.respond({ 'grpc-status': '0' }, { endStream: true });
    });
  };
  expect(await call()).toEqual({ messages: [], failure: undefined });
  const { headers, body } = await asked.promise;
  expect(headers).toMatchObject({
    ':method': 'POST',
    ':path': path,
    ':scheme': 'http',
    ':authority': 'localhost',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  expect(body).toEqual(framed(Buffer.from('request')));
});

it('gives every message, also those that are larger than what a connection takes at once', async () => {
  const large = 'x'.repeat(3_000_000);
  answerWith([framed(Buffer.from('one')), framed(Buffer.from(large)), framed(Buffer.from('three'))], {
    'grpc-status': '0',
  });
  const { messages, failure } = await call();
  expect(failure).toBeUndefined();
  expect(messages.map(({ length }) => length)).toEqual([3, 3_000_000, 5]);
  expect(messages[1]).toBe(large);
});

it.each([
  ['5', 'no%20such%20sandbox: gr%C3%B6%C3%9Fer', new NotFound('no such sandbox: größer')],
  ['14', 'not%20percent%', new CriError('UNAVAILABLE', 'not%20percent%')],
  ['99', 'new', new CriError('99', 'new')],
])('status %s is what the runtime says', async (code, message, expected) => {
  answerWith([], { 'grpc-status': code, 'grpc-message': message });
  const { failure } = await call();
  expect(failure).toEqual(expected);
  expect(failure).toBeInstanceOf(expected.constructor);
});

it('takes the status from the headers where there is nothing else', async () => {
  answer = (stream) => stream.respond({ 'grpc-status': '12', 'grpc-message': 'unknown method' }, { endStream: true });
  expect((await call()).failure).toEqual(new CriError('UNIMPLEMENTED', 'unknown method'));
});

it('says so where something else than gRPC answers', async () => {
  answer = (stream) => stream.respond({ ':status': 404 }, { endStream: true });
  const message = '/service/Method was answered with HTTP status 404: is this a CRI runtime?';
  expect((await call()).failure).toEqual(new CriError('UNKNOWN', message));
});

it('an answer that ends within a message is an error, whatever its status', async () => {
  answerWith([framed(Buffer.from('message')).subarray(0, 8)], { 'grpc-status': '0' });
  expect((await call()).failure).toEqual(
    new CriError('INTERNAL', 'the answer to /service/Method ends within a message'),
  );
});

it('an answer that cannot be read ends the call with what is wrong', async () => {
  const cancelled = Promise.withResolvers<number>();
  answer = (stream) => {
    stream.on('close', () => cancelled.resolve(stream.rstCode));
    stream.respond();
    stream.write(framed(Buffer.from('message')));
  };
  const wrong = new RangeError('the message ends in the middle of a text');
  const { failure } = await call(life.signal, () => {
    throw wrong;
  });
  expect(failure).toBe(wrong);
  expect(await cancelled.promise).toBe(constants.NGHTTP2_CANCEL);
});

it('ends with its signal, tells the runtime, and hears nothing more', async () => {
  const cancelled = Promise.withResolvers<number>();
  const leaving = new AbortController();
  const reason = new Error('the deadline');
  answer = (stream) => {
    stream.on('close', () => cancelled.resolve(stream.rstCode));
    stream.respond();
    stream.write(Buffer.concat([framed(Buffer.from('before')), framed(Buffer.from('after'))]));
  };
  const called = await call(leaving.signal, () => leaving.abort(reason));
  expect(called.failure).toBe(reason);
  expect(called.messages).toEqual(['before']);
  expect(await cancelled.promise).toBe(constants.NGHTTP2_CANCEL);
  expect((await call(leaving.signal)).failure).toBe(reason);
});

it('what is lost with the connection is UNAVAILABLE', async () => {
  answer = (stream) => stream.session?.destroy();
  const { failure } = await call();
  expect(failure).toBeInstanceOf(CriError);
  expect(failure).toMatchObject({ grpcStatus: 'UNAVAILABLE' });
});

it('a call that the runtime has not looked at can be told from one that it may have', async () => {
  answer = (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);
  expect((await call()).failure).toBeInstanceOf(CallNotTakenError);
  answer = (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  const { failure } = await call();
  expect(failure).toMatchObject({ grpcStatus: 'UNAVAILABLE' });
  expect(failure).not.toBeInstanceOf(CallNotTakenError);
});

it('a call on a connection that is lost already has not been taken', async () => {
  session.destroy();
  const { failure } = await call();
  expect(failure).toBeInstanceOf(CallNotTakenError);
  expect(failure).toMatchObject({ grpcStatus: 'UNAVAILABLE' });
});
