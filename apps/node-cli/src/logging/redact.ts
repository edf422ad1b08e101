import type { LogFields } from '@vk/node/provider';

const blank = '[redacted]';

/** A field of such a name holds a credential, whatever it looks like. */
const secretName =
  /^(authorization|cookie|token|bearer|password|passwd|secret|credentials?|privatekey|clientkey(data)?|accesskey|secretkey|apikey)$|(token|password|secret|privatekey|apikey|accesskey)$/;

/** A JSON Web Token, a bearer header and a PEM key, wherever they stand in a text. */
const secretTexts: readonly RegExp[] = [
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /(?<=\bBearer )[^\s"',]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** How deep fields are looked into. Deeper ones are left out: a log line is no place for them. */
const depthLimit = 6;

/** Blanks credentials out of the fields of a log line, by the names of the fields and by what tokens and keys look like. */
export function redactFields(fields: LogFields): Record<string, unknown> {
  return redactObject(fields, depthLimit);
}

/** Blanks out tokens and private keys in a text. */
export function redactText(text: string): string {
  return secretTexts.reduce((cleaned, pattern) => cleaned.replace(pattern, blank), text);
}

function redactObject(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactValue(name, value, depth)]));
}

function redactValue(name: string, value: unknown, depth: number): unknown {
  if (isSecretName(name) && value !== undefined && value !== null && typeof value !== 'boolean') return blank;
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return redactError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return Array.isArray(value) ? value.map((item) => redactValue('', item, depth - 1)) : redactObject(value, depth - 1);
}

/** The error itself is left as it is: others hold it too. */
function redactError(error: Error, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  return {
    type: name,
    message: redactText(message),
    ...code,
    ...(stack !== undefined && { stack: redactText(stack) }),
    ...(cause !== undefined && depth > 0 && { cause: redactValue('', cause, depth - 1) }),
  };
}

function isSecretName(name: string): boolean {
  return secretName.test(name.replaceAll(/[-_]/g, '').toLowerCase());
}
