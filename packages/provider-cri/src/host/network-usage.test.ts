import { expect, it } from 'vitest';
import { networkUsage } from './network-usage.ts';

const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  br0:   10       1    2    0    0     0          0         0       20       1    3    0    0     0       0          0
  eth0:123456789012 9   4    0    0     0          0         0      98765    8    5    0    0     0       0          0
`;
const routes = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
br0\t0000000A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0
`;

it('the interface of the default route comes first, and the loopback is left out', () => {
  expect(networkUsage(devices, routes)).toEqual([
    { name: 'eth0', rxBytes: 123456789012, rxErrors: 4, txBytes: 98765, txErrors: 5 },
    { name: 'br0', rxBytes: 10, rxErrors: 2, txBytes: 20, txErrors: 3 },
  ]);
});

it('a host that tells nothing has no interfaces', () => {
  expect(networkUsage('', '')).toEqual([]);
});
