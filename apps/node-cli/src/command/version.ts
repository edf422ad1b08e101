import { contractVersion } from '@vk/node/provider';
import type { OutputFormat } from './command-line.ts';
import type { CommandHost } from './host.ts';
import { ownPackage } from './own-package.ts';

/** `virtual-kubelet version`. */
export async function printVersion(output: OutputFormat, host: Pick<CommandHost, 'output'>): Promise<void> {
  const { version } = await ownPackage();
  const node = process.versions.node;
  host.output.write(
    output === 'json'
      ? `${JSON.stringify({ version, node, contract: contractVersion }, undefined, 2)}\n`
      : `virtual-kubelet ${version} (Node.js ${node}, provider contract ${contractVersion})\n`,
  );
}
