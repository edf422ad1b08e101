import { describe, expect, it } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { nodeNames, nodesOptions } from './nodes-options.ts';

function options(flags: Record<string, string> = {}, command: 'run' | 'dev' = 'run') {
  const given = new Map(Object.entries(flags).map(([name, value]) => [name, [value]]));
  return nodesOptions(resolveFlags({ command, given, environment: {} }).values, 'mock');
}

describe('nodesOptions', () => {
  it('taints a node with the name of its provider, unless told otherwise', () => {
    expect(options().taints).toEqual([{ key: 'virtual-kubelet.io/provider', value: 'mock', effect: 'NoSchedule' }]);
    expect(options({ 'taint-key': 'k', 'taint-value': 'v', 'taint-effect': 'NoExecute' }).taints).toEqual([
      { key: 'k', value: 'v', effect: 'NoExecute' },
    ]);
    expect(options({ 'disable-taint': 'true' }).taints).toEqual([]);
    expect(options({}, 'dev').taints).toEqual([]);
  });

  it('leaves to the library what was not said', () => {
    const { addresses, labels, clusterId } = options();
    expect([addresses, labels, clusterId]).toEqual([undefined, undefined, undefined]);
    expect(options({ 'node-ip': '10.0.0.7' }).addresses).toEqual([{ type: 'InternalIP', address: '10.0.0.7' }]);
  });

  it('says by default what the library says: what an idle node may ask of the API server is counted with that', () => {
    expect(options()).toMatchObject({
      leaseDurationSeconds: 40,
      statusReportMilliseconds: 300_000,
      pingIntervalMilliseconds: 10_000,
      pingTimeoutMilliseconds: 10_000,
      podSyncWorkers: 10,
      shutdownGraceMilliseconds: 30_000,
      onExit: 'leave',
    });
  });

  it('gives durations in the units of the library', () => {
    expect(options({ 'lease-duration': '1m', 'ping-interval': '5s' })).toMatchObject({
      leaseDurationSeconds: 60,
      pingIntervalMilliseconds: 5_000,
      shutdownGraceMilliseconds: 30_000,
    });
  });
});

describe('nodeNames', () => {
  it('numbers several nodes from 0, and leaves the name of one alone', () => {
    expect(nodeNames({ nodename: 'edge', nodes: 1 })).toEqual(['edge']);
    expect(nodeNames({ nodename: 'edge', nodes: 3 })).toEqual(['edge-0', 'edge-1', 'edge-2']);
  });
});
