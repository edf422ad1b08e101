import { expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';

it('no two pods have the same address, on one node or on two', () => {
  const pool = new AddressPool();
  const addresses = Array.from({ length: 1_200 }, (_, index) => pool.take(index % 2 === 0 ? 'a' : 'b'));
  expect(new Set(addresses).size).toBe(1_200);
  expect(addresses.every((address) => /^10\.\d+\.\d+\.([1-9]|\d\d|1\d\d|2[0-4]\d|25[0-4])$/u.test(address))).toBe(true);
});

it('a block belongs to one node', () => {
  const pool = new AddressPool();
  const block = (address: string): string => address.slice(0, address.lastIndexOf('.'));
  const first = new Set(Array.from({ length: 300 }, () => block(pool.take('a'))));
  const second = new Set(Array.from({ length: 300 }, () => block(pool.take('b'))));
  expect(first.isDisjointFrom(second)).toBe(true);
});

it('an address that was given back is used again, but not at once', () => {
  const pool = new AddressPool();
  const address = pool.take('a');
  pool.release('a', address);
  const later = Array.from({ length: 254 }, () => pool.take('a'));
  expect(later[0]).not.toBe(address);
  expect(later).toContain(address);
});

it('an address of an earlier process is not given out', () => {
  const pool = new AddressPool();
  pool.reserve('a', '10.0.0.1');
  pool.reserve('b', '10.0.1.7');
  expect(pool.take('a')).toBe('10.0.0.2');
  expect(pool.take('c')).toBe('10.0.2.1');
});
