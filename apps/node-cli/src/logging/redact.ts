import type { LogFields } from '@vk/node/provider';

const blank = '[redacted]';

/** A field of such a name holds a credential, whatever it looks like. */
const secretName =
  /^(authorization|cookie|token|bearer|password|passwd|secret|credentials?|privatekey|clientkey(data)?|accesskey|secretkey|apikey)$|(token|password|secret|privatekey|apikey|accesskey)$/;

/** A JSON Web Token, a bearer header, a token that came as a WebSocket protocol, and a PEM key, wherever they stand in a text. */
const secretTexts: readonly RegExp[] = [
  /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  /(?<=\bBearer )[^\s"',]+/gi,
  /(?<=base64url\.bearer\.authorization\.k8s\.io\.)[\w-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** How deep fields are looked into. Deeper ones are left out: a log line is no place for them. */
const depthLimit = 6;

export interface RedactOptions {
  /** Whether errors keep their stacks: for those who look for a fault, noise for everybody else. */
  readonly stacks: boolean;
}

interface Walk extends RedactOptions {
  readonly depth: number;
}

function deeper(walk: Walk): Walk {
  return { ...walk, depth: walk.depth - 1 };
}

/** Blanks credentials out of the fields of a log line, by the names of the fields and by what tokens and keys look like. */
export function redactFields(fields: LogFields, options: RedactOptions): Record<string, unknown> {
  return redactObject(fields, { ...options, depth: depthLimit });
}

/** Blanks out tokens and private keys in a text. */
export function redactText(text: string): string {
  return secretTexts.reduce((cleaned, pattern) => cleaned.replace(pattern, blank), text);
}

function redactObject(fields: object, walk: Walk): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, redactValue(name, value, walk)]));
}

function redactValue(name: string, value: unknown, walk: Walk): unknown {
  if (isSecretName(name) && value !== undefined && value !== null && typeof value !== 'boolean') return blank;
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) return redactError(value, walk);
  if (typeof value !== 'object' || value === null) return value;
  if (walk.depth === 0) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return Array.isArray(value)
    ? value.map((item) => redactValue('', item, deeper(walk)))
    : redactObject(value, deeper(walk));
}

/** The error itself is left as it is: others hold it too. */
function redactError(error: Error, walk: Walk): unknown {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  return {
    type: name,
    message: redactText(message),
    ...code,
    ...(walk.stacks && stack !== undefined && { stack: redactText(stack) }),
    ...(cause !== undefined && walk.depth > 0 && { cause: redactValue('', cause, deeper(walk)) }),
  };
}

function isSecretName(name: string): boolean {
  return secretName.test(name.replaceAll(/[-_]/g, '').toLowerCase());
}
