import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from '../repository/root.ts';
import { accessByKubeconfig } from './api-access.ts';
import { installPacked } from './install-packed.ts';
import { startCommand } from './running-command.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'hello' },
  spec: { containers: [{ name: 'hello', image: 'hello' }] },
};

test(
  'the command and a provider, installed with npm from their packages in an empty directory, run a pod',
  { timeout: 300_000 },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pack-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    await installPacked(
      repositoryRoot,
      ['@vk/streaming', '@vk/node', '@vk/devcluster', '@vk/provider-mock', '@vk/node-cli'],
      directory,
    );

    // An empty KUBEBUILDER_ASSETS folder: the cluster is to be the installed one.
    const assets = join(directory, 'no-assets');
    mkdirSync(assets);
    const kubeconfig = join(directory, 'kubeconfig');
    const command = startCommand(['node_modules/.bin/virtual-kubelet', 'dev', '--kubeconfig-out', kubeconfig], {
      directory,
      environment: { ...process.env, KUBECONFIG: undefined, KUBEBUILDER_ASSETS: assets },
    });
    onTestFinished(command.kill);
    await command.line(/^Ready: node /);

    const api = accessByKubeconfig(kubeconfig);
    await api.create('/api/v1/namespaces/default/pods', pod);
    await api.podReaches('default', 'hello', 'Running');
    expect(await command.interrupt()).toBe(0);
  },
);
