import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecTimeoutError } from '@vk/node/pod-engine';
import { silentLogger } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCriClient, type CriClient } from '../client/cri-client.ts';
import { RuntimeServiceDefinition } from '../generated/api.ts';
import { GrpcFailure, GrpcServer } from '../testing/grpc-server.ts';
import { execSync } from './exec-sync.ts';

const clock = new FakeClock();
let directory: string;
let server: GrpcServer;
let client: CriClient;
let asked: bigint[];
let answer: () => Promise<{ exitCode: number }>;
let reached: PromiseWithResolvers<void>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-cri-exec-'));
  server = new GrpcServer();
  await server.listen(join(directory, 'cri.sock'));
  client = createCriClient({ endpoint: join(directory, 'cri.sock') });
  [asked, reached] = [[], Promise.withResolvers()];
  answer = () => Promise.resolve({ exitCode: 3 });
  server.serve(RuntimeServiceDefinition, {
    execSync: async ({ timeout, cmd }) => {
      asked.push(timeout);
      reached.resolve();
      const { exitCode } = await answer();
      return { exitCode, stdout: Buffer.from(cmd.join(' ')), stderr: new Uint8Array() };
    },
  });
});
afterEach(async () => {
  client.close();
  await server.close();
  await rm(directory, { recursive: true });
});

function run(timeoutMilliseconds?: number, signal: AbortSignal = new AbortController().signal) {
  const limit = timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds };
  return execSync({ client, clock }, 'container', ['say', 'it'], limit, { signal, log: silentLogger });
}

it('a command gives its output and exit code, and the runtime is told how long it may take, in whole seconds', async () => {
  const { exitCode, stdout } = await run(1_500);
  expect([exitCode, Buffer.from(stdout).toString()]).toEqual([3, 'say it']);
  await run();
  await run(1);
  expect(asked).toEqual([2n, 0n, 1n]);
});

it.each([
  [4, 'deadline exceeded'],
  [2, 'command "sleep" timed out'],
  [2, 'failed to exec in container: timeout 1s exceeded: context deadline exceeded'],
])('what a runtime says of a command that took too long is told as that: %i %s', async (code, message) => {
  answer = () => Promise.reject(new GrpcFailure(code, message));
  await expect(run(1_000)).rejects.toBeInstanceOf(ExecTimeoutError);
  await expect(run()).rejects.not.toBeInstanceOf(ExecTimeoutError);
});

it('another failure is told as it is', async () => {
  answer = () => Promise.reject(new GrpcFailure(2, 'no such file'));
  await expect(run(1_000)).rejects.toThrow('no such file');
});

it('a runtime that says nothing in time is no longer waited for', async () => {
  answer = () => new Promise(() => undefined);
  const running = run(1_000).catch((error: unknown) => error);
  await reached.promise;
  await clock.advance(3_000);
  expect(await running).toBeInstanceOf(ExecTimeoutError);
});

it('a caller who goes away is not told of a timeout', async () => {
  answer = () => new Promise(() => undefined);
  const leaving = new AbortController();
  const running = run(1_000, leaving.signal).catch((error: unknown) => error);
  await reached.promise;
  leaving.abort(new Error('the caller is gone'));
  expect(await running).not.toBeInstanceOf(ExecTimeoutError);
});
