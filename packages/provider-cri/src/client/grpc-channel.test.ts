import { setImmediate } from 'node:timers/promises';
import { NotFound } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PodSandboxStatusRequest, VersionRequest } from '../generated/api.ts';
import { startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { runtimeService } from './cri-client.ts';
import { CriError } from './cri-error.ts';
import { GrpcChannel } from './grpc-channel.ts';
import { RuntimeConnection } from './runtime-connection.ts';

let host: FakeHost;
beforeEach(async () => {
  host = await startFakeHost();
});
afterEach(() => host.close());

const version = (signal: AbortSignal = host.call.signal) =>
  host.connection.client.runtime.call(runtimeService.version, VersionRequest.fromPartial({}), { signal });

/** Far fewer than the time that a lost connection is waited for. */
async function turns(count: number): Promise<string> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
  return 'no answer';
}

it('what is not there is NotFound, and all else that goes wrong carries the status of gRPC', async () => {
  const { runtime } = host.connection.client;
  const request = PodSandboxStatusRequest.fromPartial({ podSandboxId: 'none' });
  await expect(runtime.call(runtimeService.podSandboxStatus, request, host.call)).rejects.toBeInstanceOf(NotFound);
  host.fake.failing.add('Version');
  await expect(version()).rejects.toEqual(new CriError('UNKNOWN', 'Version fails'));
});

it('a call that hangs ends with its signal', async () => {
  host.fake.hanging.add('Version');
  const leaving = new AbortController();
  const called = version(leaving.signal);
  await expect.poll(() => host.fake.calls).toContain('Version');
  leaving.abort(new Error('the deadline'));
  await expect(called).rejects.toThrow('the deadline');
});

it('a call that waits for a lost connection ends with its signal as well', async () => {
  await version();
  await host.fake.stop();
  const leaving = new AbortController();
  const called = version(leaving.signal).catch((error: unknown) => error);
  leaving.abort(new Error('the deadline'));
  expect(await Promise.race([called, turns(100)])).toEqual(new Error('the deadline'));
  const late = version(leaving.signal).catch((error: unknown) => error);
  expect(await Promise.race([late, turns(100)])).toEqual(new Error('the deadline'));
});

it('a runtime that comes back is found by the calls that wait for it', async () => {
  await version();
  await host.fake.stop();
  const called = [version(), version()];
  await host.fake.start(host.config.endpoint);
  for (const { runtimeName } of await Promise.all(called)) expect(runtimeName).toBe('fake');
});

it('a runtime that was never there is not waited for, and the error says why', async () => {
  const connection = new RuntimeConnection(`unix://${host.directory}/none.sock`);
  const channel = new GrpcChannel(connection, 'runtime.v1.RuntimeService');
  await expect(channel.call(runtimeService.version, VersionRequest.fromPartial({}), host.call)).rejects.toEqual(
    new CriError('UNAVAILABLE', `no connection to the runtime: connect ENOENT ${host.directory}/none.sock`),
  );
});

it('a closed connection lets a call end, and takes no more', async () => {
  host.fake.hanging.add('Version');
  const leaving = new AbortController();
  const called = version(leaving.signal);
  await expect.poll(() => host.fake.calls).toContain('Version');
  host.connection.client.close();
  await expect(version()).rejects.toEqual(new CriError('CANCELLED', 'the connection to the runtime is closed'));
  leaving.abort(new Error('the deadline'));
  await expect(called).rejects.toThrow('the deadline');
});
