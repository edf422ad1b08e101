import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@vk/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../flags/resolve-flags.ts';
import { developmentCluster, type DevelopmentCluster, type DevelopmentClusterOptions } from './development-cluster.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vk-development-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function open(
  flags: Partial<DevelopmentClusterOptions['flags']>,
  environment: Environment = {},
): Promise<DevelopmentCluster> {
  return developmentCluster({
    flags: { useKubeconfig: false, port: 0, ...flags },
    host: {
      // An empty directory keeps the test away from binaries that happen to be installed.
      environment: { KUBEBUILDER_ASSETS: directory, ...environment },
      workingDirectory: directory,
      temporaryDirectory: directory,
      stop: new AbortController().signal,
    },
    clock: systemClock,
  });
}

describe('developmentCluster', () => {
  it('takes a kubeconfig that was asked for', async () => {
    expect(await open({ kubeconfig: 'mine.yaml' })).toMatchObject({
      existing: true,
      kubeconfigPath: join(directory, 'mine.yaml'),
      kubeconfigText: join(directory, 'mine.yaml'),
    });
  });

  it('takes $KUBECONFIG only when told to', async () => {
    const environment = { KUBECONFIG: '/prod.yaml', HOME: '/home/me' };
    expect(await open({ useKubeconfig: true }, environment)).toMatchObject({
      existing: true,
      kubeconfigText: '/prod.yaml',
    });
    expect(await open({ useKubeconfig: true }, { HOME: '/home/me' })).toMatchObject({
      kubeconfigText: '/home/me/.kube/config',
    });
    const cluster = await open({}, environment);
    expect(cluster.existing).toBe(false);
    await cluster.close();
  });

  it('starts one in this process else, with a kubeconfig for its owner only, and leaves nothing behind', async () => {
    const cluster = await open({});
    const path = cluster.kubeconfigPath ?? '';
    expect(await readFile(path, 'utf8')).toContain('server: https://127.0.0.1:');
    expect((await stat(path)).mode & 0o077).toBe(0);
    await cluster.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('writes the kubeconfig where it was asked to', async () => {
    const cluster = await open({ kubeconfigOut: 'dev.kubeconfig' });
    expect(cluster.kubeconfigText).toBe(join(directory, 'dev.kubeconfig'));
    await cluster.close();
    expect(await readdir(directory)).toEqual(['dev.kubeconfig']);
  });

  it('says that a port is in use and leaves nothing behind', async () => {
    const first = await open({});
    const config = await readFile(first.kubeconfigPath ?? '', 'utf8');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(config)?.[1]);
    await expect(open({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    expect(await readdir(directory)).toEqual([]);
  });
});
