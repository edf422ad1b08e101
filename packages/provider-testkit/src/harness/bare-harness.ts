import { randomUUID } from 'node:crypto';
import { isTerminalPhase, podRefOf, silentLogger } from '@vk/node/provider';
import type { BackendPod, CallContext, PodRef, PodStatus, PreparedPod, Provider } from '@vk/node/provider';
import type { PodTemplate, PodTemplates } from '../conformance-options.ts';
import type { Patience } from './patience.ts';
import { apiPod, defaultPod, preparedPod } from './prepare-pod.ts';
import type { Session, Subject } from './session.ts';
import { testClusterId } from './test-context.ts';

/** What a case against the bare provider works with. */
export interface BareHarness extends Patience {
  readonly subject: Subject;
  /** The provider of the node `testkit-a`. */
  readonly provider: Provider;
  readonly templates: PodTemplates;
  /** A provider for another node on the same connection. */
  readonly otherNode: () => Promise<Provider>;
  /** Ends the process and starts another one on the same backend; gives the provider of the same node. */
  readonly restart: () => Promise<Provider>;
  /** Closes what is open. Nothing is to be used afterwards. */
  readonly close: () => Promise<void>;
  /** The last argument of a call. */
  readonly call: (signal?: AbortSignal) => CallContext;
  /** A new pod that runs until it is stopped, or of another template. */
  readonly pod: (options?: {
    readonly template?: PodTemplate;
    readonly name?: string;
    readonly nodeName?: string;
    readonly uid?: string;
  }) => PreparedPod;
  /** The pod's status, from where this provider has it; undefined when the pod is absent. */
  readonly status: (ref: PodRef) => Promise<PodStatus | undefined>;
  /** Those in `getPods` with this UID. */
  readonly listed: (ref: PodRef, provider?: Provider) => Promise<BackendPod[]>;
  /** Creates a pod and waits until its containers run. */
  readonly running: () => Promise<PreparedPod>;
  /** Waits for the end of a pod that was asked to stop: its terminal status, or undefined when the backend let go of it. */
  readonly ended: (ref: PodRef) => Promise<PodStatus | undefined>;
}

export const testNode = 'testkit-a';
export const otherTestNode = 'testkit-b';

export interface BareHarnessOptions {
  readonly subject: Subject;
  readonly session: Session;
  readonly templates: PodTemplates;
  readonly patience: Patience;
}

export async function createBareHarness(options: BareHarnessOptions): Promise<BareHarness> {
  const { subject, templates, patience } = options;
  let session = options.session;
  let provider = await session.provider(testNode);
  let open = true;
  const run = randomUUID().slice(0, 8);
  let made = 0;

  const call = (signal: AbortSignal = new AbortController().signal): CallContext => ({ signal, log: silentLogger });

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await patience.answered('close', session.close());
  }

  async function status(ref: PodRef): Promise<PodStatus | undefined> {
    if (provider.getPodStatus !== undefined) return provider.getPodStatus(ref, call());
    return (await provider.getPod(ref, call()))?.status;
  }

  const harness: BareHarness = {
    ...patience,
    subject,
    get provider() {
      return provider;
    },
    templates,
    otherNode: () => session.provider(otherTestNode),
    async restart() {
      await close();
      session = await subject.connect();
      open = true;
      provider = await session.provider(testNode);
      return provider;
    },
    close,
    call,
    pod({ template = templates.running ?? defaultPod, name, nodeName = testNode, uid } = {}) {
      made += 1;
      const identity = { clusterId: testClusterId, nodeName, name: name ?? `pod-${run}-${made}` };
      const pod = apiPod(template, { ...identity, ...(uid !== undefined && { uid }) });
      return preparedPod(pod, identity);
    },
    status,
    async listed(ref, from = provider) {
      const pods = await patience.answered('getPods', from.getPods(call()));
      return pods.filter((pod) => pod.ref.uid === ref.uid);
    },
    async running() {
      const prepared = harness.pod();
      await patience.answered('createPod', provider.createPod(prepared, call()));
      await patience.until('the phase Running after createPod', async () => {
        const current = await status(podRefOf(prepared.pod));
        return current?.phase === 'Running' ? current : undefined;
      });
      return prepared;
    },
    async ended(ref) {
      const end = await patience.until('the end of a pod after deletePod', async () => {
        const current = await status(ref);
        return current === undefined || isTerminalPhase(current.phase) ? { current } : undefined;
      });
      return end.current;
    },
  };
  return harness;
}
