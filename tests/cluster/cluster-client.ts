import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';
import type { Credentials, KubeconfigOptions } from './kubeconfig.ts';

/** An answer of the API server that is not a success. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly code: number;
  /** The text of the answer, mostly a Status as JSON. */
  readonly body: string;

  constructor(request: string, code: number, body: string) {
    super(`${request}: ${code} ${body}`);
    this.code = code;
    this.body = body;
  }
}

/** Asks the API server directly, for what tests set up and look at without kubectl. */
export interface ClusterClient {
  /** @throws AnswerError for anything but a success. */
  text(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<string>;
  /** @throws AnswerError for anything but a success. */
  json<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T>;
  /** The lines of an answer that goes on, a watch, until the signal is aborted. */
  lines(path: string, signal: AbortSignal): AsyncIterable<string>;
  close(): Promise<void>;
}

const contentTypes = { PATCH: 'application/strategic-merge-patch+json' } as const;

function headersOf(credentials: Credentials): Record<string, string> {
  return 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {};
}

export function createClusterClient({ server, caCertificate, credentials }: KubeconfigOptions): ClusterClient {
  const identity =
    'certificate' in credentials ? { cert: credentials.certificate, key: credentials.privateKey } : undefined;
  const agent = new Agent({ connect: { ca: caCertificate, ...identity } });
  const text: ClusterClient['text'] = async (method, path, body) => {
    const type = method === 'PATCH' ? contentTypes.PATCH : 'application/json';
    const answer = await request(new URL(path, server), {
      dispatcher: agent,
      method,
      headers: { ...headersOf(credentials), ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const content = await answer.body.text();
    if (answer.statusCode < 200 || answer.statusCode >= 300)
      throw new AnswerError(`${method} ${path}`, answer.statusCode, content);
    return content;
  };
  async function* lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const headers = headersOf(credentials);
    const answer = await request(new URL(path, server), { dispatcher: agent, headers, signal, bodyTimeout: 0 });
    if (answer.statusCode !== 200) throw new AnswerError(`GET ${path}`, answer.statusCode, await answer.body.text());
    yield* createInterface({ input: answer.body });
  }
  return {
    text,
    lines,
    json: async <T>(...request: Parameters<ClusterClient['text']>) => JSON.parse(await text(...request)) as T,
    close: () => agent.close(),
  };
}
