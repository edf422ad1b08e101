import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { request as httpRequest } from '../../kube/http-module.ts';
import type { ProbeOutcome } from '../machine/engine-action.ts';
import type { HttpTarget } from './probe-runner.ts';
import { TooManyRedirectsError } from './too-many-redirects-error.ts';

const longestBody = 10 * 1024;
const mostRedirects = 10;
/** Those that a client follows; the others of 3xx, such as 304, are answers. */
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One answer, its body cut. */
interface HttpAnswer {
  readonly status: number;
  readonly location?: string;
  readonly body: string;
}

/** Made with each request: nothing is kept open between probes. Certificates are not checked, as with the kubelet. */
function httpGet(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const request = target.scheme === 'https' ? httpsRequest : httpRequest;
    const sent = request({
      host: target.host,
      port: target.port,
      path: target.path,
      headers: headersOf(target),
      agent: false,
      rejectUnauthorized: false,
      signal,
    });
    sent.on('response', (response) => {
      readAnswer(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length >= longestBody) break;
  }
  const { location } = response.headers;
  return {
    status: response.statusCode ?? 0,
    ...(location !== undefined && { location }),
    body: Buffer.concat(parts).subarray(0, longestBody).toString('utf8'),
  };
}

function headersOf({ headers, userAgent }: HttpTarget): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const known = all[name];
    if (known === undefined) all[name] = value;
    else all[name] = [...(typeof known === 'string' ? [known] : known), value];
  }
  const has = (wanted: string): boolean => headers.some(([name]) => name.toLowerCase() === wanted);
  if (!has('user-agent')) all['User-Agent'] = userAgent;
  if (!has('accept')) all['Accept'] = '*/*';
  return all;
}

/**
 * Sends a GET and follows redirects as long as they stay on the host. The answer is the last one: a redirect elsewhere too.
 *
 * @throws TooManyRedirectsError after the tenth.
 */
export async function followHttpGet(target: HttpTarget, signal: AbortSignal): Promise<HttpAnswer> {
  let current = target;
  for (let redirects = 1; ; redirects++) {
    const answer = await httpGet(current, signal);
    const { status, location } = answer;
    const next = redirectStatuses.has(status) && location !== undefined ? redirected(current, location) : undefined;
    if (next === undefined) return answer;
    if (redirects === mostRedirects) throw new TooManyRedirectsError(mostRedirects);
    current = next;
  }
}

/** 200 to 399 is a success; a redirect that was not followed, to another host for example, gives a warning. */
export async function probeHttp(target: HttpTarget, signal: AbortSignal): Promise<ProbeOutcome> {
  try {
    const { status, body } = await followHttpGet(target, signal);
    if (status < 200 || status >= 400)
      return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
    if (status < 300) return { result: 'success', output: body };
    return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
  } catch (error) {
    if (error instanceof TooManyRedirectsError) return { result: 'failure', output: error.message };
    throw error;
  }
}

function redirected(from: HttpTarget, location: string): HttpTarget | undefined {
  const host = from.host.includes(':') ? `[${from.host}]` : from.host;
  const base = `${from.scheme}://${host}:${from.port}${from.path}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.hostname !== new URL(base).hostname) return undefined;
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  return { ...from, scheme, port, path: `${url.pathname}${url.search}` };
}
