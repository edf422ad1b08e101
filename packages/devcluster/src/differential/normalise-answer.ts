import type { Answer } from './case.ts';

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const serviceAddress = /\b10\.\d+\.\d+\.\d+\b/g;
const generatedName = /\b(kube-api-access-|generated-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
const versionInText = /(current: |in record \(|resource version: )\d+/g;

function normaliseText(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, '<namespace>')
    .replaceAll(uid, '<uid>')
    .replaceAll(time, '<time>')
    .replaceAll(serviceAddress, '<ip>')
    .replaceAll(generatedName, '$1<random>')
    .replaceAll(versionInText, '$1<version>');
}

function normaliseValue(value: unknown, namespace: string, key = ''): unknown {
  if (Array.isArray(value)) {
    if (key === 'cells') return value.map((cell) => normaliseCell(cell, namespace));
    return value.map((item) => normaliseValue(item, namespace));
  }
  if (typeof value === 'string') {
    if (key === 'resourceVersion' && value !== '') return '<version>';
    if (key === 'continue' && value !== '') return '<continue>';
    if (key === 'ca.crt') return '<certificate>';
    if (key === 'token' && value.startsWith('ey')) return '<token>';
    return normaliseText(value, namespace);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    // Managed fields are not tracked here, and the descriptions of columns are our own.
    .filter(([name]) => name !== 'managedFields' && !(name === 'description' && 'priority' in value))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, inner]) => [name, normaliseValue(inner, namespace, name)]);
  return Object.fromEntries(entries) as unknown;
}

function normaliseCell(cell: unknown, namespace: string): unknown {
  if (typeof cell !== 'string') return cell;
  return /^(\d+[smhd])+$/.test(cell) ? '<age>' : normaliseText(cell, namespace);
}

/** An answer without what differs from run to run: UIDs, versions, times, addresses and generated names. */
export function normaliseAnswer(answer: Answer, namespace: string): Answer {
  return {
    status: answer.status,
    contentType: answer.contentType,
    warnings: answer.warnings.map((text) => normaliseText(text, namespace)),
    body: normaliseValue(answer.body, namespace),
  };
}
