import type { ServerResponse } from 'node:http';
import type { ApiCall } from '../api-call.ts';
import { sendJson } from '../answers.ts';

/** `/configz`: the settings of the node under the name that tools look for. */
export async function serveConfigz({ node }: ApiCall, response: ServerResponse): Promise<void> {
  sendJson(response, { kubeletconfig: node.settings() });
}
