const named = process.env['VK_TEST_ADDRESS'] ?? '';

/**
 * Where real control planes and the nodes on them listen: an address of the network that `scripts/own-network.ts` runs tests in,
 * else the loopback address.
 */
export const testAddress: string = named === '' ? '127.0.0.1' : named;

/** kube-apiserver proxies to no node that is known by a loopback address. */
export const canProxyToNodes: boolean = !testAddress.startsWith('127.');
