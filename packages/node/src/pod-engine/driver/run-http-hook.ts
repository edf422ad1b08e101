import type { Container } from '../../provider/wire.ts';
import { podRefOf } from '../../provider/pod-ref.ts';
import { followHttpGet } from '../probes/http-probe.ts';
import type { HttpTarget } from '../probes/probe-runner.ts';
import { httpTarget } from '../probes/probe-target.ts';
import type { ActionContext } from './action-context.ts';

type HttpGetHook = NonNullable<NonNullable<NonNullable<Container['lifecycle']>['postStart']>['httpGet']>;

/**
 * Sends the GET of a hook. Whatever the answer is, it is one: only a request that gets none fails (the kubelet does not look at
 * the status either). Redirects on the same host are followed. A hook by HTTPS whose server speaks plain HTTP is sent again without TLS and without credentials.
 */
export async function runHttpHook(
  { services, pod, podIPs }: ActionContext,
  container: Container,
  hook: HttpGetHook,
  signal: AbortSignal,
): Promise<void> {
  const target = httpTarget(hook, container, podIPs[0] ?? '', 'lifecycle');
  if (services.probes.hook !== undefined) {
    await services.probes.hook(target, signal);
    return;
  }
  try {
    await followHttpGet(target, signal);
  } catch (error) {
    if (target.scheme !== 'https' || !isPlainAnswer(error)) throw error;
    try {
      await followHttpGet(withoutTls(target), signal);
    } catch {
      // What the hook asks for is HTTPS: that is the error to tell.
      throw error;
    }
    const message = `request to HTTPS lifecycle hook ${target.host}:${target.port} got HTTP response, retry with HTTP succeeded`;
    services.recordEvent(podRefOf(pod), { type: 'Warning', reason: 'LifecycleHTTPFallback', message });
  }
}

/** What OpenSSL says of the first bytes of `HTTP/1.1 400 Bad Request`. */
const plainAnswers: ReadonlySet<unknown> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
  'EPROTO',
]);

function isPlainAnswer(error: unknown): boolean {
  return error instanceof Error && 'code' in error && plainAnswers.has(error.code);
}

function withoutTls(target: HttpTarget): HttpTarget {
  const headers = target.headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  return { ...target, scheme: 'http', headers };
}
