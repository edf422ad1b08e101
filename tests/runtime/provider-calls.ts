import type { ContainerLogOptions, ContainerStreams } from '@vk/node/provider';
import { refOf, type ApiPod, type RuntimeWorld } from './runtime-world.ts';

/** What the kubelet API asks of the provider, without the HTTP in between. */

/** A whole log as text. */
export async function readLogs(
  { provider, call }: RuntimeWorld,
  pod: ApiPod,
  container: string,
  options: Partial<ContainerLogOptions> = {},
): Promise<string> {
  const all = { follow: false, previous: false, ...options };
  const parts: Uint8Array[] = [];
  for await (const { bytes } of had(provider().getContainerLogs)(refOf(pod), container, all, call)) parts.push(bytes);
  return Buffer.concat(parts).toString('utf8');
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command with all of its input typed at once. */
export async function runCommand(
  { provider, call }: RuntimeWorld,
  pod: ApiPod,
  container: string,
  command: readonly string[],
  input: string,
): Promise<CommandResult> {
  const [stdout, stderr] = [collector(), collector()];
  const io: ContainerStreams = {
    stdin: new Blob([input]).stream(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    tty: false,
    resizes: noSizes(),
  };
  const { exitCode } = await had(provider().runInContainer)(refOf(pod), container, command, io, call);
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

/** Joins the main process of a container: what it says until it ends or the time is over. */
export async function attach(world: RuntimeWorld, pod: ApiPod, container: string, input: string): Promise<string> {
  const stdout = collector();
  const io: ContainerStreams = {
    stdin: new Blob([input]).stream(),
    stdout: stdout.stream,
    tty: false,
    resizes: noSizes(),
  };
  await had(world.provider().attachToContainer)(refOf(pod), container, io, world.call);
  return stdout.text();
}

/** Says something to a port of a pod and gives its answer. */
export async function askPort(world: RuntimeWorld, pod: ApiPod, port: number, said: string): Promise<string> {
  const answer = collector();
  const stream = { readable: new Blob([said]).stream(), writable: answer.stream };
  await had(world.provider().portForward)(refOf(pod), port, stream, world.call);
  return answer.text();
}

async function* noSizes(): AsyncGenerator<never> {
  yield* [];
}

function collector(): { readonly stream: WritableStream<Uint8Array>; readonly text: () => string } {
  const parts: Uint8Array[] = [];
  const stream = new WritableStream<Uint8Array>({ write: (part) => void parts.push(part) });
  return { stream, text: () => Buffer.concat(parts).toString('utf8') };
}

function had<Method>(method: Method | undefined): Method {
  if (method === undefined) throw new Error('the provider lacks a method');
  return method;
}
