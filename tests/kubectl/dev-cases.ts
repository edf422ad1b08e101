import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKubectl } from '../cluster/kubectl.ts';
import { startVirtualKubelet } from '../cluster/virtual-kubelet.ts';
import { kubectlPatience } from './kubectl-world.ts';

export interface DevCasesOptions {
  readonly kubectl: () => string;
  /** Where the command looks for a real control plane; a folder without one makes it use its own development cluster. */
  readonly assets: (emptyFolder: string) => string;
}

/** The first thing that somebody new types. */
export function devCases({ kubectl: program, assets }: DevCasesOptions): void {
  describe('virtual-kubelet dev', () => {
    it('gives kubectl a cluster with a node that runs pods, and leaves nothing behind', async () => {
      const directory = await realpath(await mkdtemp(join(tmpdir(), 'vk-test-dev-')));
      try {
        const kubeconfig = join(directory, 'kubeconfig');
        const dev = startVirtualKubelet({
          words: ['dev', `--kubeconfig-out=${kubeconfig}`],
          directory,
          environment: { KUBEBUILDER_ASSETS: assets(directory) },
        });
        await dev.says('node virtual-kubelet: Ready');
        const kubectl = createKubectl({ program: program(), kubeconfig, directory });
        const nodeName = '{"spec":{"nodeName":"virtual-kubelet"}}';
        await kubectl('run', 'first', '--image=app', `--overrides=${nodeName}`);
        await kubectl('wait', '--for=condition=Ready', 'pod/first', kubectlPatience);
        await kubectl('delete', 'pod', 'first', kubectlPatience);
        expect(await dev.stop('SIGINT')).toMatchObject({ code: 0 });
        expect((await readdir(directory)).toSorted()).toEqual(['kubeconfig', 'kubectl-cache']);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
  });
}
