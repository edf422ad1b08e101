const scales: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

const binary: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};

/**
 * A Kubernetes quantity in thousandths, rounded up as the API machinery does: `250m` is 250, `1Ki` is 1024000. Undefined for
 * what is no quantity.
 */
export function milliValue(quantity: string | undefined): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/u.exec(quantity?.trim() ?? '');
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const factor = binary[suffix];
  const scale = factor === undefined ? (scales[suffix] ?? Number(suffix.slice(1))) : 0;
  const value = scaled(digits * (factor ?? 1n), scale + 3 - fraction.length);
  return sign === '-' ? -value : value;
}

/** A quantity in whole units, rounded up. */
export function wholeValue(quantity: string | undefined): bigint | undefined {
  const milli = milliValue(quantity);
  return milli === undefined ? undefined : (milli + 999n) / 1000n;
}

function scaled(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}
