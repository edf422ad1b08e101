import { contractVersion } from '@vk/node/provider';
import type { InjectedField, Pod } from '@vk/node/provider';
import type { BareCase } from '../conformance-case.ts';
import { expectThat } from '../conformance-error.ts';
import { testNode } from '../harness/bare-harness.ts';

const treatments: readonly unknown[] = ['deliver', 'omit', 'refuse'];

const injectedFields = Object.keys({
  'kube-api-access': true,
  serviceLinks: true,
  dnsPolicy: true,
  terminationMessage: true,
  defaultTolerations: true,
} satisfies Record<InjectedField, true>) as InjectedField[];

/** Promise 4: what is not honoured is said beforehand. */
export const declarationCases: readonly BareCase[] = [
  {
    name: 'definition-carries-the-contract-version',
    under: 'bare',
    promise: 4,
    rule: 'the definition names the version of the contract that it was written against, and itself',
    requires: [],
    async run({ subject }) {
      const { specificationVersion, name } = subject.definition;
      expectThat(
        specificationVersion === contractVersion,
        `its specificationVersion is ${JSON.stringify(specificationVersion)} instead of ${JSON.stringify(contractVersion)}`,
      );
      expectThat(/^[a-z][a-z0-9-]*$/u.test(name), `its name is ${JSON.stringify(name)}`);
    },
  },
  {
    name: 'injected-policy-is-complete',
    under: 'bare',
    promise: 4,
    rule: 'the definition says for each field that the API server injects whether it is delivered, omitted or refused',
    requires: [],
    async run({ subject }) {
      const { injected } = subject.definition;
      const unsaid = injectedFields.filter((field) => !treatments.includes(injected[field]));
      expectThat(unsaid.length === 0, `nothing is said of ${unsaid.join(', ')}`);
    },
  },
  {
    name: 'config-is-checked',
    under: 'bare',
    promise: 4,
    rule: "the definition's schema refuses a config that is no object",
    requires: [],
    async run({ subject }) {
      const checked = await subject.definition.configSchema['~standard'].validate(42);
      expectThat(checked.issues !== undefined, 'it takes the number 42 for a config');
    },
  },
  {
    name: 'refuse-is-pure',
    under: 'bare',
    promise: 4,
    rule: 'refuse gives the same list each time, at once, and takes the pod that the suite runs',
    requires: ['refuse'],
    async run({ provider, pod }) {
      const { pod: candidate } = pod();
      const answers = [provider.refuse?.(candidate), provider.refuse?.(candidate)];
      expectThat(answers.every(Array.isArray), 'it does not give a list');
      expectThat(JSON.stringify(answers[0]) === JSON.stringify(answers[1]), 'it gives another answer the second time');
      expectThat(answers[0]?.length === 0, `it refuses the pod: ${JSON.stringify(answers[0])}`);
    },
  },
  {
    name: 'refuse-names-fields',
    under: 'bare',
    promise: 4,
    rule: 'a pod that the backend cannot honour is refused by the path of the field, with a reason',
    requires: ['refuse', 'pods.refused'],
    async run({ provider, pod, templates }) {
      const { refused } = templates;
      expectThat(refused !== undefined, 'there is no template of a pod that is refused');
      const candidate: Pod = pod({ template: refused.pod }).pod;
      const errors = provider.refuse?.(candidate) ?? [];
      const fields = errors.map(({ field }) => field);
      expectThat(
        fields.includes(refused.field),
        `it names ${fields.join(', ') || 'nothing'} instead of ${refused.field}`,
      );
      expectThat(
        errors.every(({ message }) => message.trim() !== ''),
        'it gives no reason',
      );
    },
  },
  {
    name: 'node-shape-is-usable',
    under: 'bare',
    promise: 3,
    rule: 'configureNode gives quantities as text and conditions besides Ready, each True, False or Unknown',
    requires: ['configureNode'],
    async run({ provider, call, answered }) {
      const configured = provider.configureNode?.({ name: testNode }, call());
      const shape = await answered('configureNode', configured ?? Promise.resolve(undefined));
      for (const [resource, quantity] of Object.entries({ ...shape?.capacity, ...shape?.allocatable }))
        expectThat(typeof quantity === 'string' && quantity !== '', `${resource} is ${JSON.stringify(quantity)}`);
      for (const { type, status } of shape?.conditions ?? []) {
        expectThat(type !== 'Ready', 'it gives a Ready condition, which the core writes from ping');
        expectThat(['True', 'False', 'Unknown'].includes(status), `the condition ${type} is ${JSON.stringify(status)}`);
      }
    },
  },
];
