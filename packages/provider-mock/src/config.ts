import { z } from 'zod';
import { behaviourProblem, modeProblem } from './behaviour.ts';
import { parseDuration } from './duration.ts';
import { isUpstreamConfig } from './upstream-config.ts';

/** A time during which the node's backend does not answer. Durations in Go's syntax. */
export interface PingFailure {
  readonly after: string;
  readonly for?: string | undefined;
  readonly hang: boolean;
}

/** What may be said for all nodes and again for one of them. */
export interface NodeSettings {
  readonly cpu: string;
  readonly memory: string;
  readonly pods: string;
  readonly others: Readonly<Record<string, string>>;
  readonly providerID?: string | undefined;
  readonly notify: boolean;
  readonly behaviour: Readonly<Record<string, string>>;
  readonly pingFailures: readonly PingFailure[];
}

export interface MockConfig extends NodeSettings {
  readonly stateFile?: string | undefined;
  readonly seed: string;
  readonly fileLimit: string;
  readonly engine: boolean;
  readonly nodes: Readonly<Record<string, Partial<{ [Key in keyof NodeSettings]: NodeSettings[Key] | undefined }>>>;
}

const quantity = z
  .union([z.string(), z.number().nonnegative()])
  .transform(String)
  .refine((text) => /^(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/u.test(text), {
    error: 'must be a Kubernetes quantity, for example 4, 500m or 32Gi',
  });

const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, { error: 'must be a duration, for example 10s or 1m30s' });

const pingFailure = z.strictObject({
  after: duration.default('0').describe('How long after the start of the node it begins.'),
  for: duration.optional().describe('How long it lasts. Without it for good.'),
  hang: z.boolean().default(false).describe('The backend does not answer at all, instead of answering with an error.'),
});

const behaviour = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .superRefine((entries, context) => {
    for (const [key, text] of Object.entries(entries)) {
      const message = behaviourProblem(key, text, undefined);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message });
    }
  });

const nodeFields = {
  cpu: quantity.describe('CPU capacity of the node.'),
  memory: quantity.describe('Memory capacity of the node.'),
  pods: quantity.describe('How many pods the node takes.'),
  others: z.record(z.string(), quantity).describe('Further resources by name, for example `nvidia.com/gpu: 1`.'),
  providerID: z.string().min(1).describe("The node's `spec.providerID`."),
  notify: z
    .boolean()
    .describe('Tell of changes as they happen. With `false` the node is polled, as with a backend that has no events.'),
  behaviour: behaviour.describe(
    'What pods do that do not say otherwise: the keys of the annotations without their prefix, for example `run-time: 10s`.',
  ),
  pingFailures: z.array(pingFailure).describe('Times during which the backend does not answer the ping of the node.'),
};

const ownConfig = z.strictObject({
  cpu: nodeFields.cpu.default('20'),
  memory: nodeFields.memory.default('100Gi'),
  pods: nodeFields.pods.default('500'),
  others: nodeFields.others.default({}),
  providerID: nodeFields.providerID.optional(),
  notify: nodeFields.notify.default(true),
  behaviour: nodeFields.behaviour.default({}),
  pingFailures: nodeFields.pingFailures.default([]),
  stateFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the pods are kept, so that they outlive the process. Without it they are in memory. One process at a time.',
    ),
  seed: z
    .union([z.string(), z.number()])
    .transform(String)
    .default('0')
    .describe('Decides what is drawn from ranges: the same seed gives pods of the same name the same values.'),
  fileLimit: quantity
    .default('256Mi')
    .describe(
      'How much may be written to the files of one container, and as much again to the volumes of one pod. They are in memory.',
    ),
  engine: z
    .boolean()
    .default(false)
    .describe(
      'Run the pods on the pod engine, as on a container runtime: init containers, sidecars, probes, hooks, restarts and termination messages are real, the containers are in memory. Not together with `stateFile`.',
    ),
  nodes: z
    .record(z.string(), z.strictObject(nodeFields).partial())
    .default({})
    .describe('Sections by node name, with any of the keys from `cpu` to `pingFailures`. They win over those above.'),
});

/** What engine mode, or the other one, cannot do. */
function checkMode(config: z.output<typeof ownConfig>, context: z.RefinementCtx): void {
  const mode = config.engine ? 'engine' : 'record';
  const check = (entries: Readonly<Record<string, string>> | undefined, path: readonly string[]): void => {
    for (const [key, text] of Object.entries(entries ?? {})) {
      const message = modeProblem(key, text, mode);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [...path, key], message });
    }
  };
  if (config.engine && config.stateFile !== undefined) {
    const message = 'must not be given in engine mode: its containers are in memory and end with the process';
    context.addIssue({ code: 'custom', path: ['stateFile'], message });
  }
  check(config.behaviour, ['behaviour']);
  for (const [name, section] of Object.entries(config.nodes)) check(section.behaviour, ['nodes', name, 'behaviour']);
}

/** The mock's options. The Go project's JSON config, an object keyed by node name, is taken for the `nodes` section. */
export const mockConfigSchema: z.ZodType<MockConfig> = z.preprocess(
  (config) => (isUpstreamConfig(config, Object.keys(ownConfig.shape)) ? { nodes: config } : (config ?? {})),
  ownConfig.superRefine(checkMode),
);

/** The settings of one node: its own section over those for all. */
export function settingsOf(config: MockConfig, nodeName: string): NodeSettings {
  const { nodes, stateFile: _stateFile, seed: _seed, fileLimit: _fileLimit, engine: _engine, ...shared } = config;
  const own = Object.entries(nodes[nodeName] ?? {}).filter(([, value]) => value !== undefined);
  return { ...shared, ...Object.fromEntries(own) };
}
