/** The public key (DER, SubjectPublicKeyInfo) in a request for a certificate (RFC 2986, section 4.1), from its PEM text. */
export function publicKeyOfRequest(pem: string): ArrayBuffer {
  const bytes = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const [request] = valuesIn(bytes);
  const [body] = valuesIn(request?.content ?? bytes);
  const [, , key] = valuesIn(body?.content ?? bytes);
  return Uint8Array.from(key?.whole ?? []).buffer;
}

/** The values that bytes in DER hold one after the other: with tag and length, and without. */
function valuesIn(bytes: Buffer): { readonly whole: Buffer; readonly content: Buffer }[] {
  const found: { readonly whole: Buffer; readonly content: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes.readUInt8(at + 1);
    const sizeBytes = first < 0x80 ? 0 : first & 0x7f;
    const begin = at + 2 + sizeBytes;
    const end = begin + (sizeBytes === 0 ? first : bytes.readUIntBE(at + 2, sizeBytes));
    found.push({ whole: bytes.subarray(at, end), content: bytes.subarray(begin, end) });
    at = end;
  }
  return found;
}
