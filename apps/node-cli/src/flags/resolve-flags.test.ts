import { describe, expect, it } from 'vitest';
import { parseYamlDocument } from '../config-file/yaml-document.ts';
import { readFlagFile } from './flag-file.ts';
import { flagFilePath, resolveFlags, type FlagSources } from './resolve-flags.ts';

function given(flags: Record<string, string | string[]>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(flags).map(([name, value]) => [name, [value].flat()]));
}

function sources(options: Partial<FlagSources> = {}): FlagSources {
  return { command: 'run', given: new Map(), environment: {}, ...options };
}

function file(content: string, command: 'run' | 'dev' = 'run') {
  return readFlagFile(parseYamlDocument('vk.yaml', content), command);
}

describe('precedence', () => {
  const fromFile = file('nodename: from-file\nnodes: 3\nping-interval: 5s\n');

  it('is flag, then environment, then file, then default', () => {
    const { values, origins } = resolveFlags(
      sources({
        given: given({ nodename: 'typed' }),
        environment: { VK_NODENAME: 'from-env', VK_NODES: '2' },
        file: fromFile,
      }),
    );
    expect(values).toMatchObject({ nodename: 'typed', nodes: 2, pingInterval: 5_000, leaseDuration: 40_000 });
    expect([...origins]).toEqual([
      ['nodename', '--nodename'],
      ['nodes', 'VK_NODES'],
      ['pingInterval', 'vk.yaml:3:1: ping-interval'],
    ]);
  });

  it('takes the last of a flag that is given twice, and no empty variable', () => {
    const { values } = resolveFlags(
      sources({ given: given({ nodes: ['1', '7'] }), environment: { VK_NODENAME: '', DEFAULT_NODE_NAME: 'edge' } }),
    );
    expect(values).toMatchObject({ nodes: 7, nodename: 'edge' });
  });

  it('reads the variables of the Go programs, its own name first', () => {
    const environment = {
      DEFAULTNODE_NAME: 'old',
      VKUBELET_POD_IP: '10.0.0.7',
      VKUBELET_TAINT_KEY: 'k',
      VKUBELET_TAINT_VALUE: 'v',
      VKUBELET_TAINT_EFFECT: 'NoExecute',
      MASTER_URI: 'https://10.0.0.1:6443',
    };
    expect(resolveFlags(sources({ environment })).values).toMatchObject({
      nodename: 'old',
      nodeIp: '10.0.0.7',
      taintKey: 'k',
      taintValue: 'v',
      taintEffect: 'NoExecute',
      server: 'https://10.0.0.1:6443',
    });
    expect(resolveFlags(sources({ environment: { ...environment, VK_TAINT_KEY: 'own' } })).values.taintKey).toBe('own');
  });

  it('finds the flag file by the flag or by the variable', () => {
    expect(flagFilePath(sources({ environment: { VK_CONFIG: 'a.toml' } }))).toBe('a.toml');
    expect(flagFilePath(sources({ given: given({ config: 'b.toml' }), environment: { VK_CONFIG: 'a.toml' } }))).toBe(
      'b.toml',
    );
    expect(flagFilePath(sources())).toBeUndefined();
  });
});

describe('defaults', () => {
  it('keep a node in place and tainted when it is run', () => {
    const { values } = resolveFlags(sources());
    expect(values).toMatchObject({ onExit: 'leave', disableTaint: false, taintKey: 'virtual-kubelet.io/provider' });
    expect(values.provider).toBeUndefined();
  });

  it('leave nothing behind in dev', () => {
    const { values } = resolveFlags(sources({ command: 'dev' }));
    expect(values).toMatchObject({ provider: 'mock', onExit: 'delete', disableTaint: true, useKubeconfig: false });
  });
});

describe('a value that cannot be right', () => {
  it('names the flag, the variable or the place in the file', () => {
    expect(() => resolveFlags(sources({ given: given({ 'pod-sync-workers': '0' }) }))).toThrow(
      "--pod-sync-workers: '0' is not a whole number from 1 to 10000",
    );
    expect(() => resolveFlags(sources({ environment: { VKUBELET_TAINT_EFFECT: 'noexec' } }))).toThrow(
      "VKUBELET_TAINT_EFFECT: 'noexec' is not one of NoSchedule, NoExecute, PreferNoSchedule",
    );
    expect(() => resolveFlags(sources({ file: file('os: linux\nlease-duration: 40\n') }))).toThrow(
      "vk.yaml:2:1: lease-duration: '40' is not a duration",
    );
    expect(() => resolveFlags(sources({ given: given({ nodename: 'Edge_1' }) }))).toThrow(
      "--nodename: 'Edge_1' is not a node name",
    );
  });
});

describe('the flag file', () => {
  it('refuses a name that no flag has, with the one that was meant', () => {
    expect(() => file('nodename: a\nnodname: b\n')).toThrow(
      'vk.yaml:2:1: unknown flag nodname; did you mean nodename?',
    );
    expect(() => file('xyzzy: 1')).toThrow(
      'vk.yaml:1:1: unknown flag xyzzy; virtual-kubelet run --help lists the names',
    );
  });

  it('serves both commands: what only dev knows is left out of run', () => {
    expect([...file('port: 1234\nnodes: 2', 'run').keys()]).toEqual(['nodes']);
    expect([...file('port: 1234\nnodes: 2', 'dev').keys()]).toEqual(['port', 'nodes']);
  });

  it('keeps the options of a provider one by one, with commas in their values', () => {
    const wanted = [
      { path: ['dns'], text: '["a","b"]' },
      { path: ['logs', 'maxSize'], text: '10Mi' },
    ];
    const typed = given({ 'provider-option': ['dns=["a","b"]', 'logs.maxSize=10Mi'] });
    expect(resolveFlags(sources({ given: typed })).values.providerOption).toEqual(wanted);
    const environment = { VK_PROVIDER_OPTION: 'dns=["a","b"]\nlogs.maxSize=10Mi' };
    expect(resolveFlags(sources({ environment })).values.providerOption).toEqual(wanted);
    const written = file('provider-option:\n  dns: [a, b]\n  logs: { maxSize: 10Mi }\n  x/y: 1\n');
    expect(resolveFlags(sources({ file: written })).values.providerOption).toEqual([
      { path: ['dns'], text: '["a","b"]' },
      { path: ['logs'], text: '{"maxSize":"10Mi"}' },
      { path: ['x/y'], text: '1' },
    ]);
    expect(() => file('provider-option: [a]')).toThrow('provider-option: the value must be keys with their values');
  });

  it('takes labels as a table', () => {
    const { values } = resolveFlags(sources({ file: file('node-labels:\n  a: "1"\n  b: x\n') }));
    expect(values.nodeLabels).toEqual({ a: '1', b: 'x' });
  });

  it('cannot name another flag file', () => {
    expect(() => file('config: other.yaml')).toThrow('vk.yaml:1:1: config: a flag file cannot name another one');
  });

  it('must hold flags', () => {
    expect(() => file('- a')).toThrow('vk.yaml: the file must hold flags by name');
    expect(() => file('nodes: [1]')).toThrow('vk.yaml:1:1: nodes: the value must be text, a number, true or false');
  });
});

describe('flags of the Go programs that do nothing here', () => {
  it('are accepted with one line that says what to use', () => {
    const { warnings } = resolveFlags(
      sources({ given: given({ 'enable-node-lease': 'true', 'klog.v': '4' }), environment: { JAEGER_USER: 'me' } }),
    );
    expect(warnings).toEqual([
      '--enable-node-lease has no effect: the node always keeps a lease',
      'JAEGER_USER has no effect: traces are sent by OTLP; use --trace-exporter otlp and OTEL_EXPORTER_OTLP_ENDPOINT',
      '--klog.v has no effect: use --log-level and --log-format',
    ]);
  });

  it('never switch authentication off', () => {
    const { warnings } = resolveFlags(sources({ given: given({ 'no-verify-clients': 'true' }) }));
    expect(warnings).toEqual([
      '--no-verify-clients has no effect: the kubelet API never serves a request without authenticating and authorising it',
    ]);
  });

  it('are the variables of the serving certificate and of the client CA no longer', () => {
    const environment = {
      KUBELET_PORT: '10251',
      APISERVER_CERT_LOCATION: 'tls.crt',
      APISERVER_KEY_LOCATION: 'tls.key',
      APISERVER_CA_CERT_LOCATION: 'ca.crt',
    };
    const { values, warnings } = resolveFlags(sources({ environment }));
    expect(warnings).toEqual([]);
    expect(values).toMatchObject({
      kubeletPort: 10_251,
      tlsCertFile: 'tls.crt',
      tlsPrivateKeyFile: 'tls.key',
      clientCaFile: 'ca.crt',
    });
    const old = resolveFlags(sources({ given: given({ 'client-verify-ca': 'old.crt' }) }));
    expect(old.values.clientCaFile).toBe('old.crt');
    expect(old.warnings).toEqual(['--client-verify-ca is deprecated: use --client-ca-file']);
  });

  it('hand their value on where another flag took over, unless that one is given too', () => {
    const old = { taint: 'example.com/old' };
    expect(resolveFlags(sources({ given: given(old) })).values.taintKey).toBe('example.com/old');
    expect(resolveFlags(sources({ given: given({ ...old, 'taint-key': 'new' }) })).values.taintKey).toBe('new');
    expect(resolveFlags(sources({ given: given(old) })).warnings).toEqual(['--taint is deprecated: use --taint-key']);
  });

  it('do not take what Kubernetes sets for a Service called kubelet for a port', () => {
    const { values, warnings } = resolveFlags(sources({ environment: { KUBELET_PORT: 'tcp://10.0.0.1:10250' } }));
    expect(values.kubeletPort).toBe(10_250);
    expect(warnings).toEqual([
      'KUBELET_PORT is ignored: its value tcp://10.0.0.1:10250 comes from a Service of that name, not from you',
    ]);
  });

  it('warn when such a variable hides one of ours', () => {
    const { values, warnings } = resolveFlags(
      sources({ command: 'dev', environment: { VK_PORT: 'tcp://10.0.0.1:80' } }),
    );
    expect(values.port).toBe(0);
    expect(warnings).toEqual([
      'VK_PORT is ignored: its value tcp://10.0.0.1:80 comes from a Service of that name, not from you',
    ]);
  });
});
