/**
 * Records what a real kube-apiserver answers to the cases that the development cluster is compared on.
 * Usage: node scripts/record-answers.ts <kubeconfig>. Needs kubectl on the PATH; works in namespaces of its own and
 * expects a server with `--authorization-mode=Node,RBAC` and the NodeRestriction admission, without a scheduler and a
 * controller-manager.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { allCases, type Recording } from '../packages/devcluster/src/differential/all-cases.ts';
import { normaliseAnswer } from '../packages/devcluster/src/differential/normalise-answer.ts';
import { runCase, type Send } from '../packages/devcluster/src/differential/run-case.ts';
import { sendTo } from '../packages/devcluster/src/differential/send-with-node.ts';

/** What the controller-manager puts into every namespace. */
const rootCertificates = {
  metadata: {
    name: 'kube-root-ca.crt',
    annotations: {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
    },
  },
  data: { 'ca.crt': 'certificates' },
};

const kubeconfig = process.argv[2];
if (kubeconfig === undefined) {
  console.error('usage: node scripts/record-answers.ts <kubeconfig>');
  process.exit(2);
}

async function post(send: Send, path: string, object: object): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const answer = await send({ method: 'POST', path, headers, body: JSON.stringify(object), events: undefined });
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
}

const proxy = spawn('kubectl', ['--kubeconfig', kubeconfig, 'proxy', '--port=0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [line] = (await once(createInterface(proxy.stdout), 'line')) as [string];
const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
if (address === undefined) throw new Error(`kubectl proxy said: ${line}`);
const send = sendTo({ url: `http://${address}` });
try {
  const version = await send({ method: 'GET', path: '/version', headers: {}, body: undefined, events: undefined });
  const { gitVersion } = JSON.parse(version.text) as { gitVersion: string };
  const recording: Recording = { source: `kube-apiserver ${gitVersion}`, cases: {} };
  const run = Date.now().toString(36);
  for (const [index, one] of allCases.entries()) {
    const namespace = `differential-${run}-${index}`;
    await post(send, '/api/v1/namespaces', { metadata: { name: namespace } });
    await post(send, `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    await post(send, `/api/v1/namespaces/${namespace}/configmaps`, rootCertificates);
    const answers = await runCase(one, namespace, send);
    recording.cases[one.name] = answers.map((answer, step) =>
      one.steps[step]?.isSetup === true ? { status: answer.status } : normaliseAnswer(answer, namespace),
    );
    console.log(`${one.name}: ${answers.length} answers`);
  }
  const target = new URL('../packages/devcluster/src/__fixtures__/recorded-answers.json', import.meta.url);
  writeFileSync(fileURLToPath(target), `${JSON.stringify(recording, null, 1)}\n`);
} finally {
  proxy.kill();
}
