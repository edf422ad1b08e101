/** An exact quantity: numerator / denominator, the denominator above zero. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const grammar = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;

const binaryExponents: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

const decimalExponents: Readonly<Record<string, number>> = {
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

/** Nobody means more, and a long exponent would make a number that fills the memory. */
const largestExponent = 64;

/**
 * Reads a quantity such as `500m`, `1.5Gi` or `2e3`. Undefined when it is not one.
 *
 * Source of the grammar: Kubernetes API reference, `Quantity`.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const [, sign, whole = '', fraction = '', suffix = ''] = grammar.exec(text) ?? [];
  if (sign === undefined || (whole === '' && fraction === '')) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = 10n ** BigInt(fraction.length);
  const binary = binaryExponents[suffix];
  if (binary !== undefined) return { numerator: digits << binary, denominator: scale };
  const exponent = decimalExponents[suffix] ?? Number(suffix.slice(1));
  if (Math.abs(exponent) > largestExponent) return undefined;
  return exponent < 0
    ? { numerator: digits, denominator: scale * 10n ** BigInt(-exponent) }
    : { numerator: digits * 10n ** BigInt(exponent), denominator: scale };
}

/** The quantity in units of 1 / `scale`, rounded up: `scale` 1,000 gives thousandths. */
export function roundedUp(quantity: Quantity, scale: bigint): bigint {
  return dividedUp(quantity.numerator * scale, quantity.denominator);
}

/** `dividend / divisor`, rounded up. The divisor is above zero. */
export function dividedUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return quotient * divisor < dividend ? quotient + 1n : quotient;
}
