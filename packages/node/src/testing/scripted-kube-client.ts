import type { KubeClient, KubeRequest } from '../kube/client.ts';
import { KubeError } from '../kube/kube-error.ts';

/** What a test answers a request with; a throw is the failure of the request. */
export type RequestScript = (request: KubeRequest) => unknown;

/** A client without a network: every request is written down and answered by the test. */
export class ScriptedKubeClient implements KubeClient {
  readonly requests: KubeRequest[] = [];
  /** May be replaced at any time. By default every request is answered with an empty object. */
  answer: RequestScript = () => ({});

  async request<T>(request: KubeRequest): Promise<T> {
    request.signal.throwIfAborted();
    this.requests.push(request);
    return (await this.answer(request)) as T;
  }

  stream(): Promise<AsyncIterable<Uint8Array>> {
    return Promise.reject(new Error('this client has no streams'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** `METHOD /path` of every request, in order. */
  get lines(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }
}

/** The answer of an API server that refuses. */
export function refusal(code: number, reason: string, causes: readonly { readonly reason: string }[] = []): KubeError {
  return new KubeError({ code, status: { code, reason, message: `scripted ${reason}`, details: { causes } } });
}
