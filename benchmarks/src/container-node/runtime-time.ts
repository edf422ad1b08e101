/** What the calls are that make and start the containers of a pod. */
const startCalls =
  /^grpc_server_handling_seconds_sum\{.*grpc_method="(?:RunPodSandbox|CreateContainer|StartContainer)"/u;

/**
 * How long containerd itself has been busy with the calls of pod starts so far, milliseconds: whoever called.
 *
 * @param url of its metrics, with `grpc_histogram`
 */
export async function runtimeMilliseconds(url: string): Promise<number> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const lines = (await answer.text()).split('\n').filter((line) => startCalls.test(line));
  if (lines.length === 0) throw new Error(`${url} has no times of calls: is grpc_histogram set?`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0) * 1000;
}
