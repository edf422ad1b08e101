import { pipeline } from 'node:stream/promises';
import { type ApiRequest, requestName } from '../api/api-request.ts';
import { writeHead } from '../api/respond.ts';
import { DialError } from '../kubelet-client/dial-error.ts';
import { locateKubelet } from '../kubelet-client/kubelet-location.ts';
import { type NodeAnswer, sendToNode } from '../kubelet-client/send-to-node.ts';
import { ApiError } from '../status/api-error.ts';
import { kubeletRequest, type KubeletQuestion, kubeletUrl } from './kubelet-request.ts';
import { logRefusal, readText } from './node-refusal.ts';
import { chooseContainer, requestedPod } from './pod-location.ts';
import { readPodLogOptions } from './pod-log-options.ts';

async function ask(request: ApiRequest, question: KubeletQuestion): Promise<NodeAnswer> {
  try {
    return await sendToNode(await kubeletRequest(request, question));
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new ApiError({ code: 500, message: `Get "${kubeletUrl(question)}": ${error.message}`, cause: error });
  }
}

/**
 * Answers a GET of `pods/{name}/log`: the node's answer, as it comes and no faster than the client reads. A client that
 * goes away ends the request to the node.
 */
export async function getPodLog(request: ApiRequest): Promise<void> {
  const { response, registry, query } = request;
  const name = requestName(request);
  const options = readPodLogOptions(query, name);
  const pod = requestedPod(request);
  const container = chooseContainer(pod, options.container);
  const { nodeName } = pod.spec;
  if (!nodeName) {
    response.writeHead(204, { 'Cache-Control': 'no-cache, private' });
    response.end();
    return;
  }
  const { response: answer } = await ask(request, {
    location: locateKubelet(registry, nodeName, 'pods'),
    path: `/containerLogs/${pod.metadata.namespace ?? ''}/${name}/${container}`,
    query: options.forNode,
    skipVerify: options.insecureSkipTlsVerifyBackend,
  });
  const code = answer.statusCode ?? 0;
  if (code >= 300 && code < 400) {
    answer.destroy();
    throw new ApiError({ code: 500, message: `Get "${answer.headers.location ?? ''}": redirects forbidden` });
  }
  if (code < 200 || code > 206) throw logRefusal(code, await readText(answer), name);
  writeHead(response, 200, { contentType: 'text/plain' });
  response.flushHeaders();
  await pipeline(answer, response, { signal: request.signal });
}
