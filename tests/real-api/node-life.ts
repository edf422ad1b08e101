import { expect, vi } from 'vitest';
import { AnswerError, type ClusterClient } from '../cluster/cluster-client.ts';

const patience = { timeout: 30_000, interval: 50 } as const;

interface LivePod {
  readonly metadata: { readonly uid: string; readonly deletionTimestamp?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly containerStatuses?: readonly { readonly image: string }[];
  };
}

export interface NodeLife {
  readonly client: ClusterClient;
  readonly nodeName: string;
  /** Where the node may read ConfigMaps and Secrets. */
  readonly namespace: string;
}

/** What pods, and those who look after them, ask of a node in the course of its life. */
export function nodeLife({ client, nodeName, namespace }: NodeLife): {
  createPod(name: string, options?: { container?: object; spec?: object; annotations?: object }): Promise<LivePod>;
  untilPhase(name: string, phase: string): Promise<LivePod>;
  deletePod(name: string, options?: { force: boolean }): Promise<void>;
  untilGone(name: string): Promise<void>;
  live(): Promise<void>;
} {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const get = (name: string): Promise<LivePod> => client.json<LivePod>('GET', `${pods}/${name}`);

  const createPod = (
    name: string,
    { container = {}, spec = {}, annotations = {} }: { container?: object; spec?: object; annotations?: object } = {},
  ): Promise<LivePod> =>
    client.json<LivePod>('POST', pods, {
      metadata: { name, annotations },
      spec: { nodeName, containers: [{ name: 'app', image: 'app:1', ...container }], ...spec },
    });

  const untilPhase = (name: string, phase: string): Promise<LivePod> =>
    vi.waitFor(async () => {
      const pod = await get(name);
      expect(pod.status?.phase).toBe(phase);
      return pod;
    }, patience);

  const deletePod = async (name: string, { force } = { force: false }): Promise<void> => {
    await client.json('DELETE', `${pods}/${name}`, force ? { gracePeriodSeconds: 0 } : {});
  };

  const untilGone = (name: string): Promise<void> =>
    vi.waitFor(async () => {
      await expect(get(name)).rejects.toBeInstanceOf(AnswerError);
    }, patience);

  async function references(): Promise<void> {
    const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
    await client.json('POST', configMaps, { metadata: { name: 'settings' }, data: { mode: 'fast' } });
    await createPod('configured', {
      container: {
        envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'late' } }],
        volumeMounts: [{ name: 'files', mountPath: '/files' }],
      },
      spec: { volumes: [{ name: 'files', configMap: { name: 'settings' } }] },
    });
    await vi.waitFor(async () => {
      expect((await get('configured')).status?.reason).toBe('CreateContainerConfigError');
    }, patience);
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    await client.json('POST', secrets, { metadata: { name: 'late' }, stringData: { password: 'x' } });
    await untilPhase('configured', 'Running');
  }

  async function endings(): Promise<void> {
    const behaves = (name: string, value: string): object => ({ [`mock.virtual-kubelet.io/${name}`]: value });
    await createPod('exits', { spec: { restartPolicy: 'Never' }, annotations: behaves('exit-code', '3') });
    await createPod('lost', { annotations: behaves('lost-after', '1s') });
    await createPod('refused', {
      spec: { restartPolicy: 'Never' },
      annotations: behaves('refuse', 'spec.hostNetwork'),
    });
    for (const name of ['exits', 'lost', 'refused']) await untilPhase(name, 'Failed');
    for (const name of ['exits', 'lost', 'refused']) await deletePod(name);
    for (const name of ['exits', 'lost', 'refused']) await untilGone(name);
  }

  async function updates(): Promise<void> {
    await createPod('updated');
    await untilPhase('updated', 'Running');
    await client.json('PATCH', `${pods}/updated`, { spec: { containers: [{ name: 'app', image: 'app:2' }] } });
    await vi.waitFor(async () => {
      expect((await get('updated')).status?.containerStatuses?.[0]?.image).toBe('app:2');
    }, patience);
  }

  async function deletions(): Promise<void> {
    await deletePod('updated');
    await untilGone('updated');
    await createPod('again', { annotations: { 'mock.virtual-kubelet.io/delete-delay': '300ms' } });
    const first = await untilPhase('again', 'Running');
    await deletePod('again', { force: true });
    await untilGone('again');
    await createPod('again');
    const second = await untilPhase('again', 'Running');
    expect(second.metadata.uid).not.toBe(first.metadata.uid);
  }

  async function nodeDeleted(): Promise<void> {
    const path = `/api/v1/nodes/${nodeName}`;
    const before = await client.json<LivePod>('GET', path);
    await client.json('DELETE', path);
    await vi.waitFor(async () => {
      expect((await client.json<LivePod>('GET', path)).metadata.uid).not.toBe(before.metadata.uid);
    }, patience);
  }

  return {
    createPod,
    untilPhase,
    deletePod,
    untilGone,
    live: async () => {
      await references();
      await updates();
      await deletions();
      await endings();
      await nodeDeleted();
    },
  };
}
