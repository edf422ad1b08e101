import type { CallContext } from '../../provider/call-context.ts';
import type { Container } from '../../provider/wire.ts';
import type { ContainerRuntime } from '../runtime/container-runtime.ts';
import type { RuntimeContainer } from '../runtime/container.ts';

const longestMessage = 4096;
const longestLogMessage = 2048;
const mostLogLines = 80;

/**
 * What a container that has ended says of its end: the runtime's words, then the file at its `terminationMessagePath`, or,
 * where the policy says so, it failed and the file is empty, the end of its log.
 */
export async function terminationMessage(
  runtime: ContainerRuntime,
  run: RuntimeContainer,
  container: Container | undefined,
  call: CallContext,
): Promise<string> {
  const own = await messageOf(runtime, run, container, call);
  return [run.message ?? '', own].filter((part) => part !== '').join(': ');
}

async function messageOf(
  runtime: ContainerRuntime,
  run: RuntimeContainer,
  container: Container | undefined,
  call: CallContext,
): Promise<string> {
  // It never ran: it has neither a file nor a log.
  if (container === undefined || run.startedAt === undefined) return '';
  const path = container.terminationMessagePath ?? '/dev/termination-log';
  const text = await readFile(runtime, run, path, call);
  const fallsBack = container.terminationMessagePolicy === 'FallbackToLogsOnError' && run.exitCode !== 0;
  return text === '' && fallsBack ? endOfLog(runtime, run, call) : text;
}

async function readFile(
  runtime: ContainerRuntime,
  run: RuntimeContainer,
  path: string,
  call: CallContext,
): Promise<string> {
  try {
    return (await runtime.readTerminationMessage?.(run, path, longestMessage, call)) ?? '';
  } catch (error) {
    call.signal.throwIfAborted();
    return `Error on reading termination log ${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function endOfLog(runtime: ContainerRuntime, run: RuntimeContainer, call: CallContext): Promise<string> {
  let kept = Buffer.alloc(0);
  const options = { follow: false, previous: false, tailLines: mostLogLines };
  try {
    for await (const { bytes } of runtime.containerLogs(run, options, call)) {
      kept = Buffer.concat([kept, bytes]);
      if (kept.length > longestLogMessage) kept = kept.subarray(kept.length - longestLogMessage);
    }
  } catch (error) {
    call.signal.throwIfAborted();
    return `Error on reading termination message from logs: ${error instanceof Error ? error.message : String(error)}`;
  }
  return kept
    .toString('utf8')
    .split('\n')
    .slice(-(mostLogLines + 1))
    .join('\n');
}
