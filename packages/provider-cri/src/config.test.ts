import { describe, expect, it } from 'vitest';
import { criConfigSchema } from './config.ts';

/** The keys that are complained about. */
function wrongIn(config: object): string[] {
  const { error } = criConfigSchema.safeParse(config);
  return (error?.issues ?? []).map(({ path }) => path.join('.'));
}

it('nothing at all means all defaults', () => {
  expect(criConfigSchema.parse(undefined)).toEqual(criConfigSchema.parse({}));
});

describe('a value that could not be honoured is refused, by its key', () => {
  it.each([
    ['endpoint', { endpoint: 'tcp://127.0.0.1:1' }],
    ['imageEndpoint', { imageEndpoint: 'http://x' }],
    ['root', { root: 'var/lib' }],
    ['cgroupParent', { cgroupParent: 'vk' }],
    ['cgroupParent', { cgroupParent: '/vk/' }],
    ['cgroupDriver', { cgroupDriver: 'cgroups' }],
    ['cpu', { cpu: '0' }],
    ['cpu', { cpu: 'four' }],
    ['memory', { memory: 0 }],
    ['memory', { memory: '-1Gi' }],
    ['maxPods', { maxPods: 0 }],
    ['reserved.memroy', { reserved: { memroy: '1Gi' } }],
    ['reserved.example.com/gpu', { reserved: { 'example.com/gpu': 1 } }],
    ['imageCredentialsFile', { imageCredentialsFile: 'config.json' }],
    ['imagePullCredentialsVerificationPolicy', { imagePullCredentialsVerificationPolicy: 'Never' }],
    ['preloadedImagesVerificationAllowlist', { preloadedImagesVerificationAllowlist: ['registry.example/*'] }],
    [
      'preloadedImagesVerificationAllowlist.1',
      {
        imagePullCredentialsVerificationPolicy: 'NeverVerifyAllowlistedImages',
        preloadedImagesVerificationAllowlist: ['registry.example/*', 'app:1'],
      },
    ],
    ['clusterDns.1', { clusterDns: ['10.96.0.10', 'kube-dns'] }],
    ['imageGarbageCollection.lowThresholdPercent', { imageGarbageCollection: { highThresholdPercent: 70 } }],
    [
      'imageGarbageCollection.lowThresholdPercent',
      { imageGarbageCollection: { highThresholdPercent: 80, lowThresholdPercent: 80 } },
    ],
    ['imageGarbageCollection.highThresholdPercent', { imageGarbageCollection: { highThresholdPercent: 101 } }],
    ['imageGarbageCollection.intervalSeconds', { imageGarbageCollection: { intervalSeconds: 0 } }],
    ['containerLogs.maxSize', { containerLogs: { maxSize: 0 } }],
    ['containerLogs.maxSize', { containerLogs: { maxSize: '10 MB' } }],
    ['containerLogs.maxFiles', { containerLogs: { maxFiles: 1 } }],
    ['streaming.allowedHosts.0', { streaming: { allowedHosts: ['http://localhost'] } }],
    ['streaming.allowedHosts.0', { streaming: { allowedHosts: [''] } }],
    ['streaming.allowedHosts.0', { streaming: { allowedHosts: ['localhost:99999'] } }],
    ['streaming.allowedHosts.0', { streaming: { allowedHosts: ['user@localhost'] } }],
    ['streaming.allowedHosts.0', { streaming: { allowedHosts: ['::1:x'] } }],
    ['pressure.diskAvailablePercent', { pressure: { diskAvailablePercent: -1 } }],
  ])('%s in %j', (key, config) => {
    expect(wrongIn(config)).toEqual([key]);
  });

  it('and so is a key that is none', () => {
    expect(criConfigSchema.safeParse({ endpont: '/run/x.sock' }).success).toBe(false);
  });
});

it.each([
  { cpu: 4, memory: '32Gi', ephemeralStorage: 0 },
  { reserved: { cpu: '500m', 'hugepages-2Mi': '4Mi', 'example.com/gpu': 1 }, devices: { 'example.com/gpu': ['x'] } },
  { cgroupParent: '', cgroupDriver: 'systemd' },
  { clusterDns: ['10.96.0.10', 'fd00::a'] },
  { imageGarbageCollection: { highThresholdPercent: 70, lowThresholdPercent: 60 } },
  { streaming: { allowedHosts: ['localhost:10010', '::ffff:127.0.0.1', '[::1]:10010', 'runtime.example'] } },
  { containerLogs: { maxSize: '1Mi', maxFiles: 2 } },
])('%j is taken', (config) => {
  expect(wrongIn(config)).toEqual([]);
});
