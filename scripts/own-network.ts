/**
 * Runs a command in a network of its own, a Linux network namespace that has nothing but a loopback interface with a private
 * address: `node scripts/own-network.ts vitest run --project real-api`. Its programs reach each other at that address, which
 * `VK_TEST_ADDRESS` names, and nothing outside; the namespace ends with the last of them. Where the machine does not let us
 * make one, the command runs as it is.
 */
import { spawn, spawnSync } from 'node:child_process';

const address = '10.77.0.1';
const setUp = `ip link set lo up && ip address add ${address}/32 dev lo && exec "$@"`;
/** As root, else as one who is root in a user namespace of their own, which many systems allow. */
const namespaces = [['--net'], ['--user', '--map-root-user', '--net']] as const;

const command = process.argv.slice(2);
const inNamespace = (flags: readonly string[], words: readonly string[]): [string, ...string[]] => [
  'unshare',
  ...flags,
  'sh',
  '-c',
  setUp,
  'sh',
  ...words,
];

const possible = namespaces.find((flags) => {
  const [program, ...words] = inNamespace(flags, ['true']);
  return spawnSync(program, words, { stdio: 'ignore' }).status === 0;
});
const [program, ...words] = possible === undefined ? command : inNamespace(possible, command);
if (program === undefined) throw new Error('usage: node scripts/own-network.ts <command> [argument...]');
const environment = possible === undefined ? process.env : { ...process.env, VK_TEST_ADDRESS: address };

spawn(program, words, { stdio: 'inherit', env: environment })
  .on('error', (error) => {
    console.error(`${program} could not be started: ${error.message}`);
    process.exitCode = 1;
  })
  .on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
