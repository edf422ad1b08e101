import { resolve } from 'node:path';
import type { KubeletApiSettings, ServingCertificateSettings } from '@vk/node';
import { CommandError } from '../errors/command-error.ts';
import type { FlagValues } from '../flags/flag-values.ts';
import type { CommandHost } from './host.ts';

/**
 * What the flags say of the kubelet API, in the library's words; undefined when it is switched off.
 *
 * @throws CommandError `usage` for flags that do not go together.
 */
export function kubeletApiOptions(
  flags: FlagValues,
  { workingDirectory }: Pick<CommandHost, 'workingDirectory'>,
): KubeletApiSettings | undefined {
  if (!flags.kubeletApi) {
    if (flags.metricsAddr === undefined) return undefined;
    throw new CommandError(
      'usage',
      '--metrics-addr: metrics are served with the kubelet API, which --kubelet-api=false leaves out',
    );
  }
  if (flags.kubeletListener === 'per-node' && flags.nodes > 1 && flags.kubeletPort !== 0)
    throw new CommandError(
      'usage',
      '--kubelet-listener=per-node: several nodes need a port each; add --kubelet-port=0',
    );
  const path = (given: string): string => resolve(workingDirectory, given);
  return {
    bindAddress: flags.kubeletAddress,
    port: flags.kubeletPort,
    listeners: flags.kubeletListener,
    servingCertificate: servingCertificate(flags, path),
    clientCaFile: flags.clientCaFile === undefined ? undefined : path(flags.clientCaFile),
    tokenCacheMilliseconds: flags.authenticationTokenWebhookCacheTtl,
    allowedCacheMilliseconds: flags.authorizationWebhookCacheAuthorizedTtl,
    deniedCacheMilliseconds: flags.authorizationWebhookCacheUnauthorizedTtl,
    streams: { idleMilliseconds: flags.streamIdleTimeout, creationMilliseconds: flags.streamCreationTimeout },
    metricsAddress: flags.metricsAddr,
  };
}

function servingCertificate(flags: FlagValues, path: (given: string) => string): ServingCertificateSettings {
  const { tlsCertFile, tlsPrivateKeyFile, certDir } = flags;
  if ((tlsCertFile === undefined) !== (tlsPrivateKeyFile === undefined))
    throw new CommandError('usage', '--tls-cert-file and --tls-private-key-file go together: one of them is missing');
  const kind = flags.servingCertificate ?? (tlsCertFile === undefined ? 'self-signed' : 'files');
  if (kind === 'csr') return { kind, directory: certDir === undefined ? undefined : path(certDir) };
  if (kind === 'self-signed') return { kind };
  if (tlsCertFile === undefined || tlsPrivateKeyFile === undefined)
    throw new CommandError('usage', '--serving-certificate=files needs --tls-cert-file and --tls-private-key-file');
  return { kind, certificateFile: path(tlsCertFile), privateKeyFile: path(tlsPrivateKeyFile) };
}
