/**
 * Writes the few structures of ASN.1 in DER (X.690) that certificates and requests for them are made of. Nothing here reads:
 * what others send is taken apart by OpenSSL.
 */
export const sequenceTag = 0x30;
export const setTag = 0x31;

/** One value: its tag, its length, and its parts one after the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  if (length > 0xffff) throw new RangeError('a value of more than 64 KiB has no place in a certificate');
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** An object identifier, written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** A number of at most one byte below 128. */
export function smallInteger(value: number): Buffer {
  return der(0x02, Buffer.from([value]));
}

/** A positive number from its bytes, the first of which is from 1 to 127. */
export function integerOf(bytes: Uint8Array): Buffer {
  return der(0x02, bytes);
}

export function utf8Text(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

/** A string of whole bytes as a BIT STRING. */
export function bitString(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return der(0x04, bytes);
}

export const derTrue: Buffer = der(0x01, Buffer.from([0xff]));

/** GeneralizedTime to the second, as RFC 5280 wants it for years from 2050; before them it is UTCTime. */
export function time(milliseconds: number): Buffer {
  const text = `${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return Number(text.slice(0, 4)) < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

/** DER in its textual form (RFC 7468). */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
