import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findKubectl, nextSteps } from './next-steps.ts';

const cluster = { description: 'a cluster', kubeconfigText: '/tmp/k', schedules: true, existing: false };
const base = { cluster, nodeNames: ['vk'], provider: 'mock 1.0.0', reloads: false, kubectlInstalled: true };

describe('nextSteps', () => {
  it('gives lines to paste into another terminal', () => {
    const text = nextSteps(base);
    expect(text).toMatch(/^Ready: node vk, provider mock 1\.0\.0\non a cluster\n/);
    expect(text).toContain('\n  export KUBECONFIG=/tmp/k\n  kubectl get nodes\n  kubectl run web --image=nginx\n');
    expect(text).not.toContain('not installed');
  });

  it('names the node in the pod where nothing schedules', () => {
    expect(nextSteps({ ...base, cluster: { ...cluster, schedules: false } })).toContain(
      `kubectl run web --image=nginx --overrides='{"spec":{"nodeName":"vk"}}'`,
    );
  });

  it('quotes a path for the shell', () => {
    expect(nextSteps({ ...base, cluster: { ...cluster, kubeconfigText: "/tmp/it's" } })).toContain(
      String.raw`export KUBECONFIG='/tmp/it'\''s'`,
    );
  });

  it('says where to look for kubectl when there is none', () => {
    expect(nextSteps({ ...base, kubectlInstalled: false })).toContain('the page "Install Tools" of the Kubernetes');
  });

  it('warns in a cluster that has other users', () => {
    const text = nextSteps({ ...base, cluster: { ...cluster, existing: true } });
    expect(text).toContain('The node carries no taint: pods of that cluster may land on it.');
    expect(text).toContain('Ctrl-C stops the node and removes it. What');
  });
});

describe('findKubectl', () => {
  it('looks for a program on the PATH', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'vk-kubectl-'));
    expect(await findKubectl({ PATH: directory })).toBe(false);
    await writeFile(join(directory, 'kubectl'), '');
    await chmod(join(directory, 'kubectl'), 0o755);
    expect(await findKubectl({ PATH: ['/none', directory].join(delimiter) })).toBe(true);
    expect(await findKubectl({})).toBe(false);
    await rm(directory, { recursive: true });
  });
});
