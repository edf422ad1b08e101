import { expect, it } from 'vitest';
import { samplePod } from '../../testing/sample-pod.ts';
import { podDns } from './dns-config.ts';

const settings = {
  clusterDns: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  host: { servers: ['192.0.2.53'], searches: ['host.example'], options: ['rotate'] },
};

it('gives a pod the DNS of the cluster, with the searches of its namespace before those of the host', () => {
  expect(podDns(samplePod(), settings)).toEqual({
    config: {
      servers: ['10.96.0.10'],
      searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'host.example'],
      options: ['ndots:5'],
    },
    problems: [],
  });
});

it('gives a pod the DNS of the host under Default, and in the network of the host unless it asks otherwise', () => {
  for (const spec of [{ dnsPolicy: 'Default' }, { hostNetwork: true, dnsPolicy: 'ClusterFirst' }]) {
    expect(podDns(samplePod({ spec }), settings).config).toEqual(settings.host);
  }
  const spec = { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' };
  expect(podDns(samplePod({ spec }), settings).config.servers).toEqual(['10.96.0.10']);
});

it('gives a pod under None what it names itself, and adds that under any other policy', () => {
  const dnsConfig = {
    nameservers: ['1.1.1.1'],
    searches: ['my.example'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  };
  expect(podDns(samplePod({ spec: { dnsPolicy: 'None', dnsConfig } }), settings).config).toEqual({
    servers: ['1.1.1.1'],
    searches: ['my.example'],
    options: ['ndots:2', 'edns0'],
  });
  const both = podDns(samplePod({ spec: { dnsConfig } }), settings).config;
  expect(both.servers).toEqual(['10.96.0.10', '1.1.1.1']);
  expect(both.options).toEqual(['ndots:2', 'edns0']);
});

it('says so when the DNS of the cluster is not known, and gives that of the host', () => {
  const { config, problems } = podDns(samplePod(), { ...settings, clusterDns: [] });
  expect(config).toEqual(settings.host);
  expect(problems.map(({ reason }) => reason)).toEqual(['MissingClusterDNS']);
});

it('keeps to the limits of resolvers, and says what it left out', () => {
  const nameservers = ['1.1.1.1', '1.1.1.2', '1.1.1.3'];
  const searches = Array.from({ length: 40 }, (_, index) => `s${index}.example`);
  const { config, problems } = podDns(samplePod({ spec: { dnsConfig: { nameservers, searches } } }), settings);
  expect(config.servers).toHaveLength(3);
  expect(config.searches).toHaveLength(32);
  expect(problems.map(({ reason }) => reason)).toEqual(['DNSConfigForming', 'DNSConfigForming']);
});
