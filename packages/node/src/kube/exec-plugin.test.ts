import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { loadKubeConfig } from './config.ts';
import { ExecPlugin, type ExecPluginConfig } from './exec-plugin.ts';

const { signal } = new AbortController();
const apiVersion = 'client.authentication.k8s.io/v1';
let directory: string;
let runs: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'exec-plugin-'));
  runs = join(directory, 'runs');
  await writeFile(runs, '');
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** A plugin that notes each run, with what it was told, and prints what the test wants. */
function plugin(script: string): Pick<ExecPluginConfig, 'command' | 'args' | 'apiVersion'> {
  const note = "require('node:fs').appendFileSync(process.env.RUNS, process.env.KUBERNETES_EXEC_INFO + '\\n');";
  return { apiVersion, command: 'node', args: ['-e', note + script] };
}

const print = (status: object, version = apiVersion): string =>
  `console.log(${JSON.stringify(JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status }))});`;

async function noted(): Promise<{ spec: object }[]> {
  const lines = (await readFile(runs, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as { spec: object });
}

function setUp(config: Partial<ExecPluginConfig> & Pick<ExecPluginConfig, 'command'>) {
  const clock = new FakeClock();
  return {
    clock,
    plugin: new ExecPlugin({
      config: { apiVersion, ...config },
      environment: { PATH: env['PATH'], RUNS: runs },
      clock,
    }),
  };
}

describe('a credential plugin', () => {
  it('runs once for all who ask at the same time, and not again while its answer is good', async () => {
    const { plugin: exec } = setUp(plugin(print({ token: 't1' })));
    const all = await Promise.all([1, 2, 3].map(() => exec.current(signal)));
    expect(all).toEqual([{ token: 't1' }, { token: 't1' }, { token: 't1' }]);
    await exec.current(signal);
    expect(await noted()).toHaveLength(1);
  });

  it('runs again a minute before its answer expires, and when it is told that the answer was refused', async () => {
    const clock = new FakeClock();
    const expirationTimestamp = new Date(clock.now() + 600_000).toISOString();
    const { plugin: exec, clock: time } = setUp(plugin(print({ token: 't', expirationTimestamp })));
    await exec.current(signal);
    await time.advance(539_000);
    await exec.current(signal);
    expect(await noted()).toHaveLength(1);
    await time.advance(1_000);
    await exec.current(signal);
    expect(await noted()).toHaveLength(2);
    exec.expire();
    await exec.current(signal);
    expect(await noted()).toHaveLength(3);
  });

  it('may give a client certificate', async () => {
    const { plugin: exec } = setUp(plugin(print({ clientCertificateData: 'CERT', clientKeyData: 'KEY' })));
    expect(await exec.current(signal)).toEqual({ cert: 'CERT', key: 'KEY' });
  });

  it.each([
    [
      'cannot be started',
      { command: '/no/such/plugin', installHint: 'Install it from us.' },
      /could not be started.*Install it/,
    ],
    [
      'fails, told with what it complained of',
      plugin("console.error('no login'); process.exit(7)"),
      /exit code 7: no login/,
    ],
    [
      'prints no JSON, which is not quoted',
      plugin("console.log('token-in-clear')"),
      /did not print an ExecCredential in JSON$/,
    ],
    [
      'speaks another version',
      plugin(print({ token: 't' }, 'client.authentication.k8s.io/v1beta1')),
      /printed apiVersion/,
    ],
    ['gives nothing', plugin(print({})), /neither a token nor a client certificate/],
  ])('that %s is an error in one line', async (_what, config, message) => {
    const { plugin: exec } = setUp(config);
    await expect(exec.current(signal)).rejects.toThrow(message);
  });

  it('that hangs is ended after its time limit', async () => {
    const { plugin: exec, clock } = setUp(plugin('setInterval(() => {}, 1000)'));
    await Promise.all([
      expect(exec.current(signal)).rejects.toThrow('gave no credential within 60 s'),
      clock.advance(60_000),
    ]);
  });

  it('does not hold up who does not want to wait any more', async () => {
    const { plugin: exec, clock } = setUp(plugin('setInterval(() => {}, 1000)'));
    const controller = new AbortController();
    const impatient = exec.current(controller.signal);
    controller.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await Promise.all([expect(exec.current(signal)).rejects.toThrow('gave no credential'), clock.advance(60_000)]);
  });
});

describe('a kubeconfig with a credential plugin', () => {
  it('runs it with its environment, from beside the file, and tells it of the cluster when it asks for that', async () => {
    const script = join(directory, 'plugin.sh');
    const answer = JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: 'TOKEN' } });
    await writeFile(
      script,
      `#!/bin/sh\nprintf '%s\\n' "$KUBERNETES_EXEC_INFO" >> ${runs}\nprintf '%s' '${answer}' | sed "s/TOKEN/$FLAVOUR-$1/"\n`,
      { mode: 0o755 },
    );
    const path = join(directory, 'config');
    const exec = {
      apiVersion,
      command: './plugin.sh',
      args: ['arg'],
      env: [{ name: 'FLAVOUR', value: 'sweet' }],
      provideClusterInfo: true,
      interactiveMode: 'IfAvailable',
    };
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://c', extensions } }],
      users: [{ name: 'u', user: { exec } }],
      contexts: [{ name: 'main', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'main',
    };
    await writeFile(path, JSON.stringify(config));
    const environment = { PATH: env['PATH'] };
    const cluster = await loadKubeConfig({ path, environment, clock: new FakeClock() });
    expect((await cluster.credentials.current(signal)).headers).toEqual({ authorization: 'Bearer sweet-arg' });
    expect((await noted())[0]?.spec).toEqual({
      interactive: false,
      cluster: { server: 'https://c', config: { audience: 'a' } },
    });
    exec.interactiveMode = 'Always';
    await writeFile(path, JSON.stringify(config));
    await expect(loadKubeConfig({ path, environment })).rejects.toThrow('wants a terminal');
  });
});
