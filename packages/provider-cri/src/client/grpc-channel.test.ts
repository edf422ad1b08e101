import { setImmediate } from 'node:timers/promises';
import { NotFound } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PodSandboxStatusRequest, VersionRequest } from '../generated/api.ts';
import { startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { runtimeService } from './cri-client.ts';
import { CriError } from './cri-error.ts';

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
  await expect(version()).rejects.toBeInstanceOf(CriError);
  const leaving = new AbortController();
  const called = version(leaving.signal).catch((error: unknown) => error);
  leaving.abort(new Error('the deadline'));
  expect(await Promise.race([called, turns(100)])).toEqual(new Error('the deadline'));
});

it('a runtime that comes back is found by the call that waits for it', async () => {
  await version();
  await host.fake.stop();
  await expect(version()).rejects.toBeInstanceOf(CriError);
  const called = version();
  await host.fake.start(host.config.endpoint);
  expect((await called).runtimeName).toBe('fake');
});
