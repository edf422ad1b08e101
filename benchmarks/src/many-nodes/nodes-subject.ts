import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromNodes, NodesReport, ToNodes } from './report.ts';

/** The process of the nodes, seen from outside. */
export interface NodesSubject {
  readonly pid: number;
  report(request: ToNodes): Promise<NodesReport>;
  stop(): Promise<void>;
}

/** Starts the process and resolves once all its nodes are ready. */
export async function startNodes(count: number, kubeconfig: string): Promise<NodesSubject> {
  const program = fileURLToPath(new URL('nodes-process.ts', import.meta.url));
  const child = fork(program, [String(count), kubeconfig], { execArgv: ['--expose-gc'] });
  const ended = once(child, 'exit');
  const next = async (): Promise<FromNodes> => {
    const gone = ended.then(([code]) => {
      throw new Error(`the process of the nodes has ended with code ${String(code)}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [FromNodes];
    return message;
  };
  const { pid } = child;
  const first = await next();
  if (pid === undefined || first.kind !== 'ready') throw new Error('the process of the nodes is not ready');
  return {
    pid,
    async report(request) {
      child.send(request);
      const answer = await next();
      if (answer.kind !== 'report') throw new Error('the process of the nodes said that it is ready twice');
      return answer.report;
    },
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}
