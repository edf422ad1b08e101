import type { UserInfo } from '../../registry/registry.ts';
import type { InProcessCluster } from '../in-process-cluster.ts';

/** An answer of the cluster, its JSON read. */
export interface Answered {
  status: number;
  // What a test looks at is checked by what it expects of it.
  body: Record<string, unknown> & {
    message?: string;
    metadata?: { name?: string; uid?: string; resourceVersion?: string };
    spec?: Record<string, unknown>;
    status?: unknown;
  };
}

export interface Question {
  method?: string;
  path: string;
  body?: object;
  user?: UserInfo;
  headers?: Record<string, string>;
}

/** Sends a request and reads its answer; a body makes it a POST. */
export async function ask(cluster: InProcessCluster, question: Question): Promise<Answered> {
  const { path, body, user, method = body === undefined ? 'GET' : 'POST' } = question;
  const answer = await cluster.send({
    method,
    url: path,
    headers: { 'content-type': 'application/json', ...question.headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(user === undefined ? {} : { user }),
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) text += decoder.decode(chunk, { stream: true });
  return { status: answer.status, body: JSON.parse(text) as Answered['body'] };
}
