import { isTerminalPhase } from '@vk/node/provider';
import type { Pod } from '@vk/node/provider';
import type { CoreCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';
import type { PodTemplate } from '../conformance-options.ts';
import { defaultPod } from '../harness/prepare-pod.ts';
import type { CoreHarness } from './core-harness.ts';

async function runningPod(harness: CoreHarness): Promise<Pod> {
  const pod = await harness.createPod();
  return harness.until('the API to say that the pod runs and is ready', async () => {
    const current = await harness.readPod(pod);
    const ready = current?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    return current?.status?.phase === 'Running' && ready === true ? current : undefined;
  });
}

async function backendHas(harness: CoreHarness, pod: Pod): Promise<boolean> {
  return (await harness.backendPods()).some(({ ref }) => ref.uid === pod.metadata?.uid);
}

function createsOf(harness: CoreHarness, pod: Pod): number {
  return harness.creates.filter((prepared) => prepared.pod.metadata?.uid === pod.metadata?.uid).length;
}

/** The template with a variable that comes from a ConfigMap. */
function withConfigMapVariable(template: PodTemplate, configMap: string): PodTemplate {
  const { containers = [], ...spec } = template.spec ?? {};
  const variable = { name: 'GREETING', valueFrom: { configMapKeyRef: { name: configMap, key: 'greeting' } } };
  return {
    ...template,
    spec: { ...spec, containers: containers.map((container) => ({ ...container, env: [variable] })) },
  };
}

/** What holds when the provider is driven by the real core, on the development cluster. */
export const coreCases: readonly CoreCase[] = [
  {
    name: 'node-becomes-ready',
    under: 'core',
    promise: 3,
    rule: 'a node with this provider becomes Ready',
    requires: [],
    async run({ until, nodeIsReady }) {
      await until('the Node to be Ready', async () => ((await nodeIsReady()) ? true : undefined));
    },
  },
  {
    name: 'pod-runs-through-the-api',
    under: 'core',
    promise: 3,
    rule: 'a pod that is created in the API comes to run, once, and the API says so',
    requires: [],
    async run(harness) {
      const pod = await runningPod(harness);
      expectThat(createsOf(harness, pod) >= 1, 'the provider was never asked to create it');
      const found = (await harness.backendPods()).filter(({ ref }) => ref.uid === pod.metadata?.uid);
      expectThat(found.length === 1, `the backend has it ${found.length} times`);
    },
  },
  {
    name: 'failed-pod-keeps-its-exit-code',
    under: 'core',
    promise: 3,
    rule: 'a pod that ends by itself is Failed in the API with the exit code of its container',
    requires: ['pods.finishing'],
    async run({ templates, createPod, readPod, until }) {
      const { finishing } = templates;
      expectThat(finishing !== undefined, 'there is no template of a pod that finishes');
      const spec = { ...(finishing.pod.spec ?? { containers: [] }), restartPolicy: 'Never' };
      const pod = await createPod({ template: { ...finishing.pod, spec } });
      const final = await until('the API to say that the pod has ended', async () => {
        const current = await readPod(pod);
        return isTerminalPhase(current?.status?.phase) ? current : undefined;
      });
      const exitCode = final.status?.containerStatuses?.[0]?.state?.terminated?.exitCode;
      expectThat(final.status?.phase === 'Failed', `its phase is ${final.status?.phase}`);
      expectThat(exitCode === finishing.exitCode, `its exit code is ${exitCode} instead of ${finishing.exitCode}`);
    },
  },
  {
    name: 'config-map-reaches-the-provider',
    under: 'core',
    promise: 4,
    rule: 'a variable from a ConfigMap reaches createPod with its value',
    requires: [],
    async run({ nodeName, templates, createConfigMap, createPod, creates, until }) {
      const configMap = `${nodeName}-greeting`;
      await createConfigMap(configMap, { greeting: 'hello' });
      const pod = await createPod({ template: withConfigMapVariable(templates.running ?? defaultPod, configMap) });
      const prepared = await until('createPod to be called', () =>
        creates.find((candidate) => candidate.pod.metadata?.uid === pod.metadata?.uid),
      );
      const [environment] = Object.values(prepared.environment);
      const variable = environment?.variables.find(({ name }) => name === 'GREETING');
      const value = variable !== undefined && 'value' in variable ? variable.value : undefined;
      expectThat(value === 'hello', `the variable is ${JSON.stringify(value)}`);
    },
  },
  {
    name: 'graceful-delete-ends',
    under: 'core',
    promise: 6,
    rule: 'a pod that is deleted with grace ends before its grace is over, in the API and in the backend',
    requires: [],
    async run(harness) {
      const pod = await runningPod(harness);
      await harness.deletePod(pod, 30);
      await harness.until('the API object to go', async () =>
        (await harness.readPod(pod)) === undefined ? true : undefined,
      );
      await harness.until('the backend to be free of the pod', async () =>
        (await backendHas(harness, pod)) ? undefined : true,
      );
    },
  },
  {
    name: 'forced-delete-frees-the-backend',
    under: 'core',
    promise: 6,
    rule: 'a pod whose API object is removed by force goes from the backend too',
    requires: [],
    async run(harness) {
      const pod = await runningPod(harness);
      await harness.deletePod(pod, 0);
      await harness.until('the backend to be free of the pod', async () =>
        (await backendHas(harness, pod)) ? undefined : true,
      );
    },
  },
  {
    name: 'refused-pod-is-reported',
    under: 'core',
    promise: 4,
    rule: 'a pod that the backend cannot honour is never created, and an event and its status name the field',
    requires: ['refuse', 'pods.refused'],
    async run(harness) {
      const { refused } = harness.templates;
      expectThat(refused !== undefined, 'there is no template of a pod that is refused');
      const pod = await harness.createPod({ template: refused.pod });
      await harness.until(`an event that names ${refused.field}`, async () =>
        (await harness.events(pod)).find(({ message }) => message?.includes(refused.field)),
      );
      await harness.until(`a status that names ${refused.field}`, async () => {
        const status = (await harness.readPod(pod))?.status;
        return `${status?.reason} ${status?.message}`.includes(refused.field) ? true : undefined;
      });
      expectThat(createsOf(harness, pod) === 0, 'the provider was asked to create it');
    },
  },
  {
    name: 'restart-adopts',
    under: 'core',
    promise: 1,
    rule: 'after a restart a pod that runs is adopted: it is not created again, and it still runs',
    requires: ['durable backend'],
    async run(harness) {
      const pod = await runningPod(harness);
      const before = createsOf(harness, pod);
      await harness.restart();
      await harness.until('the Node to be Ready again', async () => ((await harness.nodeIsReady()) ? true : undefined));
      const phase = (await harness.readPod(pod))?.status?.phase;
      expectThat(phase === 'Running', `its phase is ${phase ?? 'absent'} after a restart`);
      expectThat(createsOf(harness, pod) === before, 'the core created it again after a restart');
      const found = (await harness.backendPods()).filter(({ ref }) => ref.uid === pod.metadata?.uid);
      expectThat(found.length === 1, `the backend has it ${found.length} times after a restart`);
    },
  },
];
