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

export interface NodesSubjectOptions {
  readonly count: number;
  readonly kubeconfig: string;
  /** What the heap may take, MiB; undefined leaves it to V8, which goes by the memory of the machine. */
  readonly heapMebibytes: number | undefined;
}

/** Starts the process and resolves once all its nodes are ready. */
export async function startNodes({ count, kubeconfig, heapMebibytes }: NodesSubjectOptions): Promise<NodesSubject> {
  const program = fileURLToPath(new URL('nodes-process.ts', import.meta.url));
  const child = fork(program, [String(count), kubeconfig], {
    execArgv: ['--expose-gc', ...heapFlags(heapMebibytes)],
  });
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

/** As decision 0700 has them for NODE_OPTIONS: a limit for what stays, and little room for what is new. */
function heapFlags(mebibytes: number | undefined): string[] {
  return mebibytes === undefined ? [] : [`--max-old-space-size=${mebibytes}`, '--max-semi-space-size=4'];
}
