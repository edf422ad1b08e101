const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const qualifiedNameFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${qualifiedNameFormat})?`;
const configMapKeyFormat = '[-._a-zA-Z0-9]+';

function whole(format: string): RegExp {
  return new RegExp(`^(?:${format})$`);
}

const labelPattern = whole(labelFormat);
const subdomainPattern = whole(subdomainFormat);
const qualifiedNamePattern = whole(qualifiedNameFormat);
const labelValuePattern = whole(labelValueFormat);
const configMapKeyPattern = whole(configMapKeyFormat);

/** Checks a text and answers with the server's own complaints, of which there are none for a good one. */
export type TextRule = (text: string) => string[];

function tooLongMessage(limit: number): string {
  return `must be no more than ${limit} characters`;
}

function formatMessage(text: string, format: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${text} (e.g. ${shown}regex used for validation is '${format}')`;
}

const qualifiedNameText = formatMessage(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualifiedNameFormat,
  'MyName',
  'my.name',
  '123-abc',
);
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
/** One label of a DNS name (RFC 1123): containers, volumes, namespaces. */
export function dnsLabelProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 63) problems.push(tooLongMessage(63));
  if (!labelPattern.test(text)) {
    const onlyDots = subdomainPattern.test(text);
    problems.push(onlyDots ? 'must not contain dots' : formatMessage(labelText, labelFormat, 'my-name', '123-abc'));
  }
  return problems;
}

/** A DNS subdomain (RFC 1123): the names of most objects. */
export function dnsSubdomainProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 253) problems.push(tooLongMessage(253));
  if (!subdomainPattern.test(text)) problems.push(formatMessage(subdomainText, subdomainFormat, 'example.com'));
  return problems;
}

/** A label's key: a name of at most 63 characters, after a DNS subdomain and a slash or without them. */
export function qualifiedNameProblems(text: string): string[] {
  const problems: string[] = [];
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      `a valid label key ${qualifiedNameText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const [prefix, name] = parts.length === 2 ? [parts[0] ?? '', parts[1] ?? ''] : [undefined, parts[0] ?? ''];
  if (prefix === '') problems.push('prefix part must be non-empty');
  else if (prefix !== undefined)
    problems.push(...dnsSubdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  if (name === '') problems.push('name part must be non-empty');
  else if (name.length > 63) problems.push(`name part ${tooLongMessage(63)}`);
  if (!qualifiedNamePattern.test(name)) problems.push(`name part ${qualifiedNameText}`);
  return problems;
}

/** A label's value: empty, or at most 63 characters. */
export function labelValueProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 63) problems.push(tooLongMessage(63));
  if (!labelValuePattern.test(text)) {
    problems.push(
      formatMessage(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        labelValueFormat,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return problems;
}

/** Any name that can stand in a URL's path: events, whose names need no other form. */
export function pathSegmentProblems(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%']
    .filter((character) => text.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** A key of a ConfigMap or Secret. */
export function configMapKeyProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 253) problems.push(tooLongMessage(253));
  if (!configMapKeyPattern.test(text)) {
    problems.push(
      formatMessage(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        configMapKeyFormat,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  if (text === '.') problems.push("must not be '.'");
  else if (text === '..') problems.push("must not be '..'");
  else if (text.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

/** The name of an environment variable: printable ASCII without `=`. */
export function environmentVariableNameProblems(text: string): string[] {
  if (text === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]+$/.test(text)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** The name of a port: at most 15 characters with a letter among them. */
export function portNameProblems(text: string): string[] {
  const problems: string[] = [];
  if (text.length > 15) problems.push(tooLongMessage(15));
  if (!/^[-a-z0-9]+$/.test(text))
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) problems.push('must contain at least one letter (a-z)');
  if (text.includes('--')) problems.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** A number that must lie between two bounds, both included. */
export function rangeProblems(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`];
}
