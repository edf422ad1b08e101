import type { ServerResponse } from 'node:http';
import type { ApiCall } from '../api-call.ts';
import { sendText } from '../answers.ts';
import { HttpError } from '../errors/http-error.ts';
import type { KubeletNode } from '../kubelet-node.ts';

type CheckName = 'ping' | 'log' | 'syncloop';

/** The parts of `/healthz`, with what is wrong with each: undefined when it is well. */
const checks: Readonly<Record<CheckName, (node: KubeletNode) => string | undefined>> = {
  // That this runs is the answer: the process is there, and no write of a log line holds it up.
  ping: () => undefined,
  log: () => undefined,
  syncloop: (node) => node.syncLoopProblem?.(),
};

/** `/healthz/ping` and its like. */
export function serveHealthPart(name: CheckName): (call: ApiCall, response: ServerResponse) => Promise<void> {
  return async ({ node }, response) => {
    const problem = checks[name](node);
    if (problem !== undefined) throw new HttpError(500, `internal server error: ${problem}`);
    sendText(response, 'ok');
  };
}

/** `/healthz` with `?verbose` and `?exclude=`, in the words of the kubelet. */
export async function serveHealth({ node, query, log }: ApiCall, response: ServerResponse): Promise<void> {
  const excluded = new Set(query.getAll('exclude'));
  const lines: string[] = [];
  let failed = false;
  for (const [name, check] of Object.entries(checks)) {
    if (excluded.delete(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    const problem = check(node);
    if (problem !== undefined) log.debug('a health check fails', { check: name, problem });
    failed ||= problem !== undefined;
    lines.push(problem === undefined ? `[+]${name} ok` : `[-]${name} failed: reason withheld`);
  }
  if (excluded.size > 0) {
    const names = [...excluded].map((name) => JSON.stringify(name)).join(',');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (failed) throw new HttpError(500, [...lines, 'healthz check failed'].join('\n'));
  sendText(response, query.has('verbose') ? `${lines.join('\n')}\nhealthz check passed\n` : 'ok');
}
