import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { VerifiedPeers } from '../kubelet-api/access/verified-peers.ts';
import { silentLogger } from '../provider/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedKubeClient } from '../testing/scripted-kube-client.ts';
import { createKubeletAccess, type KubeletAccess } from './kubelet-access.ts';

let access: KubeletAccess | undefined;
afterEach(() => access?.close());

const attributes = { nodeName: 'node-1', verb: 'get', subresources: ['proxy'] } as const;
const bearing = (authorization: string): IncomingMessage =>
  ({ headers: { authorization }, headersDistinct: {}, socket: new Socket() }) as IncomingMessage;

test('a flood of unknown tokens holds up nobody who shows a certificate', async () => {
  const client = new ScriptedKubeClient();
  // The API server never gets to the end of the tokens.
  client.answer = ({ path }) =>
    path.endsWith('/tokenreviews') ? new Promise(() => undefined) : { status: { allowed: true } };
  const clock = new FakeClock();
  access = createKubeletAccess({ client, clock, log: silentLogger, random: () => 0, settings: {} });
  const gone = new AbortController();
  const nobody = access.forListener({ authenticate: () => ({ kind: 'absent' }) } as unknown as VerifiedPeers);
  const flood = Array.from({ length: 1_200 }, (_none, index) =>
    nobody.decide(bearing(`Bearer guess-${index}`), attributes, gone.signal),
  );
  const user = { username: 'kube-apiserver', groups: [] };
  const known = access.forListener({ authenticate: () => ({ kind: 'user', user }) } as unknown as VerifiedPeers);
  const decided = known.decide(bearing(''), attributes, new AbortController().signal);
  await clock.advance(0);
  await expect(decided).resolves.toMatchObject({ allowed: true });
  gone.abort(new Error('the clients are gone'));
  for (const decision of await Promise.all(flood)) expect(decision).toMatchObject({ allowed: false, status: 401 });
});
