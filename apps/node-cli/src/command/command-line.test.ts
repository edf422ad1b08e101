import { describe, expect, it } from 'vitest';
import { parseCommandLine, type ParsedCommand } from './command-line.ts';

async function parse(...words: string[]): Promise<{ command: ParsedCommand; output: string }> {
  let output = '';
  const command = await parseCommandLine({
    arguments: words,
    output: { isTerminal: false, write: (text) => void (output += text) },
  });
  return { command, output };
}

async function given(...words: string[]): Promise<Record<string, readonly string[]>> {
  const { command } = await parse(...words);
  return 'given' in command ? Object.fromEntries(command.given) : {};
}

describe('the command line', () => {
  it('is run when no command is named, as in the Go project', async () => {
    expect((await parse()).command).toMatchObject({ name: 'run' });
    expect((await parse('--provider', 'mock')).command).toMatchObject({ name: 'run' });
    expect(await given('--provider', 'mock')).toEqual({ provider: ['mock'] });
  });

  it('takes values after a space and after an equals sign', async () => {
    expect(await given('run', '--nodename=a', '--nodes', '3')).toEqual({ nodename: ['a'], nodes: ['3'] });
  });

  it('takes switches alone and with a value', async () => {
    expect(await given('run', '--disable-taint')).toEqual({ 'disable-taint': ['true'] });
    expect(await given('run', '--disable-taint=false')).toEqual({ 'disable-taint': ['false'] });
  });

  it('keeps every value of a flag that is repeated', async () => {
    expect(await given('run', '--trace-tag', 'a=b', '--trace-tag', 'c=d')).toEqual({ 'trace-tag': ['a=b', 'c=d'] });
  });

  it('takes the flags of the Go programs, a name that begins with no- included', async () => {
    expect(await given('--no-verify-clients', '--klog.v', '4', '--enable-node-lease=true')).toEqual({
      'no-verify-clients': ['true'],
      'klog.v': ['4'],
      'enable-node-lease': ['true'],
    });
  });

  it('reads the other commands', async () => {
    expect((await parse('providers', 'mock', '--output', 'json')).command).toEqual({
      name: 'providers',
      provider: 'mock',
      output: 'json',
    });
    expect((await parse('version')).command).toEqual({ name: 'version', output: 'text' });
    expect((await parse('dev', '--port', '0')).command).toMatchObject({ name: 'dev' });
  });

  it('says in one line what it does not understand, and what was probably meant', async () => {
    await expect(parse('run', '--nodname', 'x')).rejects.toMatchObject({
      code: 'usage',
      message: "unknown option '--nodname'; did you mean --nodename?; see virtual-kubelet --help",
    });
    await expect(parse('run', '--port', '1')).rejects.toMatchObject({ code: 'usage' });
    await expect(parse('run', '--nodes')).rejects.toThrow("option '--nodes <NUMBER>' argument missing");
    await expect(parse('providers', '--output', 'xml')).rejects.toThrow('Allowed choices are text, json');
    await expect(parse('rnu')).rejects.toMatchObject({ code: 'usage' });
    await expect(parse('help', 'nothing')).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('the help', () => {
  it('lists the commands and says where to begin', async () => {
    const { command, output } = await parse('--help');
    expect(command).toEqual({ name: 'help' });
    expect(output).toMatch(/^Usage: virtual-kubelet \[command\] \[flags\]\n/);
    expect(output).toMatch(/^ {2}run .*Run nodes in a cluster/m);
    expect(output).toMatch(/^ {2}virtual-kubelet dev$/m);
  });

  it('groups the flags of a command, with defaults and variables', async () => {
    const { output } = await parse('run', '--help');
    for (const heading of ['Provider:', 'Cluster:', 'Node:', 'Timing:', 'Logging:', 'General:'])
      expect(output).toMatch(new RegExp(`^${heading}$`, 'm'));
    const text = output.replaceAll(/\s+/g, ' ');
    expect(text).toContain(
      '--nodename <NAME> The name of the Node object (default: virtual-kubelet; env: VK_NODENAME, DEFAULT_NODE_NAME, DEFAULTNODE_NAME)',
    );
    expect(text).toContain('--lease-duration <DURATION>');
    expect(text).toContain('(default: 40s; env: VK_LEASE_DURATION)');
    expect(text).toContain('--disable-taint Registers the node without a taint');
  });

  it('shows what is different in dev', async () => {
    const text = (await parse('dev', '--help')).output.replaceAll(/\s+/g, ' ');
    expect(text).toContain('(default: delete; env: VK_ON_EXIT)');
    expect(text).toContain('--kubeconfig-out <FILE>');
    expect((await parse('help', 'run')).output).not.toContain('--kubeconfig-out');
  });

  it('leaves out what does nothing, and lists the exit codes', async () => {
    const { output } = await parse('run', '--help');
    expect(output).not.toContain('klog');
    expect(output).toMatch(/^ {2}5 {2}The API server answers, but does not let these credentials/m);
  });
});
