import { access, chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@vk/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiServerFlags } from './component-flags.ts';
import { findControlPlane } from './find-binaries.ts';
import { createIdentities, tokenFile } from './identities.ts';
import { ManagedProcess } from './managed-process.ts';
import { startControlPlane } from './start-control-plane.ts';

let directory: string;
beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-control-plane-')));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function program(name: string, body: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!${process.execPath}\n${body}`);
  await chmod(path, 0o755);
  return path;
}

/** The processes of this machine that run a program of this directory. */
async function processesIn(directory: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(join(directory, 'etcd')));
}

const waitsForEver = 'setInterval(() => {}, 1000);';

describe('findControlPlane', () => {
  it('needs etcd and kube-apiserver, and takes the others when they are there', async () => {
    const environment = { KUBEBUILDER_ASSETS: directory };
    const etcd = await program('etcd', '');
    expect(await findControlPlane(environment)).toBeUndefined();
    const apiServer = await program('kube-apiserver', '');
    expect(await findControlPlane(environment)).toEqual({ directory, etcd, apiServer });
    const scheduler = await program('kube-scheduler', '');
    expect(await findControlPlane(environment)).toEqual({ directory, etcd, apiServer, scheduler });
  });

  it('looks in the default directory when nothing is set', async () => {
    await program('etcd', '');
    await program('kube-apiserver', '');
    expect(await findControlPlane({}, directory)).toMatchObject({ directory });
    expect(await findControlPlane({ KUBEBUILDER_ASSETS: join(directory, 'none') }, directory)).toBeUndefined();
  });
});

describe('the control plane', () => {
  it('listens on this machine only and authorises as a cluster does', () => {
    const clients = { clientCa: '/ca', kubeletClientCertificate: '/kc', kubeletClientKey: '/kk' };
    const paths = { etcdData: '/d', certificates: '/c', tokens: '/t', signingKey: '/k', ...clients };
    const flags = apiServerFlags({ paths, port: 6443, etcdPort: 2379, serviceAccounts: false });
    expect(flags).toContain('--bind-address=127.0.0.1');
    expect(flags).toContain('--authorization-mode=Node,RBAC');
    expect(flags).toContain('--disable-admission-plugins=ServiceAccount');
  });

  it('has a new token for everybody at every start', () => {
    const lines = `${tokenFile(createIdentities())}${tokenFile(createIdentities())}`.trim().split('\n');
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(6);
    expect(lines[0]).toMatch(/^[\w-]{32},admin,admin,"system:masters"$/);
  });

  it('says which program failed and what it said, and leaves nothing behind', async () => {
    const state = join(directory, 'state');
    const binaries = {
      directory,
      etcd: await program('etcd', waitsForEver),
      apiServer: await program('kube-apiserver', `console.error('unknown flag: --x'); process.exitCode = 3;`),
    };
    const started = startControlPlane({
      binaries,
      directory: state,
      port: 0,
      clock: systemClock,
      signal: AbortSignal.timeout(20_000),
    });
    await expect(started).rejects.toMatchObject({
      code: 'unreachable',
      message:
        'the development cluster did not start: kube-apiserver ended with exit code 3; its last lines: unknown flag: --x',
    });
    await expect(access(state)).rejects.toThrow('ENOENT');
    const left = await processesIn(directory);
    expect(left).toEqual([]);
  });

  it('calls a port that is taken by its name', async () => {
    const binaries = {
      directory,
      etcd: await program('etcd', waitsForEver),
      apiServer: await program(
        'kube-apiserver',
        `console.error('listen tcp 127.0.0.1:1: bind: address already in use'); process.exitCode = 1;`,
      ),
    };
    const started = startControlPlane({
      binaries,
      directory: join(directory, 'state'),
      port: 1,
      clock: systemClock,
      signal: AbortSignal.timeout(20_000),
    });
    await expect(started).rejects.toMatchObject({
      code: 'address-in-use',
      message: '127.0.0.1:1 is in use by another program; choose another port with --port',
    });
  });
});

describe('ManagedProcess', () => {
  it('tells that a program cannot be started', async () => {
    const missing = new ManagedProcess({
      program: join(directory, 'none'),
      arguments: [],
      logFile: join(directory, 'log'),
      workingDirectory: directory,
    });
    expect(await missing.ended).toContain('ENOENT');
    expect(missing.running).toBe(false);
  });
});
