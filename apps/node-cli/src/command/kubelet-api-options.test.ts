import type { KubeletApiSettings } from '@vk/node';
import { describe, expect, it } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { kubeletApiOptions } from './kubelet-api-options.ts';

function options(flags: Record<string, string> = {}, command: 'run' | 'dev' = 'run'): KubeletApiSettings | undefined {
  const given = new Map(Object.entries(flags).map(([name, value]) => [name, [value]]));
  const { values } = resolveFlags({ command, given, environment: {} });
  return kubeletApiOptions(values, { workingDirectory: '/home/me' });
}

describe('the kubelet API', () => {
  it('is served by default: on the port of a kubelet, in dev on a free one', () => {
    expect(options()).toMatchObject({
      port: 10_250,
      servingCertificate: { kind: 'self-signed' },
      tokenCacheMilliseconds: 120_000,
      allowedCacheMilliseconds: 300_000,
      deniedCacheMilliseconds: 30_000,
      streams: { idleMilliseconds: 14_400_000, creationMilliseconds: 30_000 },
    });
    // The CA that the cluster publishes, and no listener but the one of the kubelet API.
    expect([options()?.clientCaFile, options()?.metricsAddress, options()?.listeners]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(options({}, 'dev')).toMatchObject({ port: 0 });
    expect(options({ 'kubelet-api': 'false' })).toBeUndefined();
  });

  it('shows the certificate in the files that are named, from the working directory', () => {
    const files = { 'tls-cert-file': 'tls.crt', 'tls-private-key-file': '/etc/tls.key', 'client-ca-file': 'ca.crt' };
    expect(options(files)).toMatchObject({
      servingCertificate: { kind: 'files', certificateFile: '/home/me/tls.crt', privateKeyFile: '/etc/tls.key' },
      clientCaFile: '/home/me/ca.crt',
    });
  });

  it('may ask the cluster for one, and keep it', () => {
    expect(options({ 'serving-certificate': 'csr', 'cert-dir': 'pki' })).toMatchObject({
      servingCertificate: { kind: 'csr', directory: '/home/me/pki' },
    });
  });

  it('refuses flags that do not go together, by their names', () => {
    expect(() => options({ 'tls-cert-file': 'a' })).toThrow('--tls-cert-file and --tls-private-key-file go together');
    expect(() => options({ 'serving-certificate': 'files' })).toThrow(
      '--serving-certificate=files needs --tls-cert-file',
    );
    expect(() => options({ nodes: '2', 'kubelet-listener': 'per-node' })).toThrow('add --kubelet-port=0');
    expect(options({ nodes: '2', 'kubelet-listener': 'per-node', 'kubelet-port': '0' })).toMatchObject({ port: 0 });
    expect(() => options({ 'kubelet-api': 'false', 'metrics-addr': ':9100' })).toThrow(
      '--metrics-addr: metrics are served with',
    );
  });

  it('takes the address of the Go command for metrics, since everybody is asked who they are there', () => {
    expect(options({ 'metrics-addr': ':10255' })?.metricsAddress).toEqual({ host: '', port: 10_255 });
  });
});
