import type { Answer, Case, Step } from './case.ts';

/** A step with its captured values filled in. */
export interface PreparedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  body: string | undefined;
  /** Set for a watch: read so many lines, then leave. */
  events: number | undefined;
}

/** What came back; for a watch `text` holds the lines that were read. */
export interface RawAnswer {
  status: number;
  contentType: string;
  warnings: string[];
  text: string;
}

/** Sends one request to the server under test. */
export type Send = (request: PreparedRequest) => Promise<RawAnswer>;

function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values.get(name) ?? whole);
}

function prepare(step: Step, values: ReadonlyMap<string, string>): PreparedRequest {
  const headers: Record<string, string | string[]> = { accept: step.accept ?? 'application/json' };
  if (step.as !== undefined) {
    headers['impersonate-user'] = fill(step.as.user, values);
    if (step.as.groups !== undefined) headers['impersonate-group'] = step.as.groups.map((one) => fill(one, values));
  }
  let body: string | undefined;
  if (step.body !== undefined) {
    headers['content-type'] = step.contentType ?? 'application/json';
    body = fill(typeof step.body === 'string' ? step.body : JSON.stringify(step.body), values);
  }
  return { method: step.method, path: fill(step.path, values), headers, body, events: step.events };
}

function readPath(value: unknown, path: string): string {
  const found = path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function parseBody(raw: RawAnswer, isWatch: boolean): unknown {
  if (isWatch && raw.status === 200)
    return raw.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);
  return raw.contentType.startsWith('application/json') ? (JSON.parse(raw.text) as unknown) : raw.text;
}

/** Runs the steps of a case in the given namespace and gives the answer to each. */
export async function runCase(one: Case, namespace: string, send: Send): Promise<Answer[]> {
  const values = new Map([['namespace', namespace]]);
  const answers: Answer[] = [];
  for (const step of one.steps) {
    const raw = await send(prepare(step, values));
    const body = parseBody(raw, step.events !== undefined);
    for (const [name, path] of Object.entries(step.capture ?? {})) values.set(name, readPath(body, path));
    answers.push({ status: raw.status, contentType: raw.contentType, warnings: raw.warnings, body });
  }
  return answers;
}
