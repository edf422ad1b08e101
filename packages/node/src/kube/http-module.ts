import type * as Http from 'node:http';
import { createRequire } from 'node:module';

/**
 * What is used of `node:http`. Who imports anything from that module has all its exports read, among them the WebSocket client, for which
 * Node.js then loads undici: 2 MiB that nobody here uses.
 */
const http = createRequire(import.meta.url)('node:http') as typeof Http;

export const Agent: typeof Http.Agent = http.Agent;
export const request: typeof Http.request = http.request;
