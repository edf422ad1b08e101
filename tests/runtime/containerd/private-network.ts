import { execFileSync } from 'node:child_process';

/** A network namespace for a container runtime, joined to this one by a pair of interfaces. */
export interface PrivateNetwork {
  /** Its path, for nsenter(1). */
  readonly namespace: string;
  /** Its address, as seen from here: streaming servers of runtimes listen on it. */
  readonly address: string;
  /** Ours, as seen from there. */
  readonly hostAddress: string;
  /** Where a registry of a test may be: the runtime speaks HTTP with it. On our address. */
  readonly registryPort: number;
  /** Of the pods; routed to from here. */
  readonly podSubnet: string;
  remove(): void;
}

const run = (program: string, ...words: string[]): void => {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Makes a namespace in which pods have addresses that can be reached from here, and nothing else of this machine is touched. */
export function createPrivateNetwork(): PrivateNetwork {
  const number = process.pid % 250;
  const name = `vk-test-${process.pid}`;
  const [outside, inside] = [`vkt${process.pid}a`, `vkt${process.pid}b`];
  const [hostAddress, address] = [`10.214.${number}.1`, `10.214.${number}.2`];
  const podSubnet = `10.213.${number}.0/24`;
  const namespace = `/run/netns/${name}`;
  const within = (...words: string[]): void => run('nsenter', `--net=${namespace}`, ...words);
  const remove = (): void => {
    run('ip', 'netns', 'delete', name);
  };
  run('ip', 'netns', 'add', name);
  try {
    run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
    run('ip', 'address', 'add', `${hostAddress}/30`, 'dev', outside);
    run('ip', 'link', 'set', outside, 'up');
    within('ip', 'link', 'set', 'lo', 'up');
    within('ip', 'address', 'add', `${address}/30`, 'dev', inside);
    within('ip', 'link', 'set', inside, 'up');
    within('ip', 'route', 'add', 'default', 'via', hostAddress);
    within('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    run('ip', 'route', 'add', podSubnet, 'via', address);
  } catch (error) {
    remove();
    throw error;
  }
  return { namespace, address, hostAddress, registryPort: 5000, podSubnet, remove };
}
