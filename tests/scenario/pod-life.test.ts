import { Unsupported } from '@vk/node/provider';
import { expect, it } from 'vitest';
import { reportLane } from '../lane-report.ts';
import { forEachProvider } from './for-each-provider.ts';
import { runningStatus } from './scripted-backend.ts';

reportLane({ lane: 'scenario', ran: true, detail: 'notifying and polled provider on the development cluster' });

forEachProvider('the life of a pod', (world) => {
  it('is created, runs, is deleted and leaves nothing behind, with three writes', async () => {
    const process = await world().startProcess();
    await world().createPod('web');
    const pod = await world().phase('web', 'Running');
    expect(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    await world().deletePod('web');
    await world().gone('web');
    await world().until(() => world().backend.objects.size === 0);
    expect(process.podWrites).toEqual(['patch web/status', 'patch web/status', 'delete web']);
    expect(world().backend.calls.map(({ method }) => method)).toEqual(['createPod', 'deletePod', 'removePod']);
    for (const reason of ['ProviderCreateSuccess', 'ProviderDeleteSuccess'])
      await world().until(() =>
        world()
          .events('web')
          .some((event) => event.startsWith(reason)),
      );
  });

  it('ends by itself with the exit code that the backend reports', async () => {
    const process = await world().startProcess();
    await world().createPod('job', { restartPolicy: 'Never' });
    await world().phase('job', 'Running');
    world().backend.finish('job', 3);
    const pod = await world().phase('job', 'Failed');
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    await world().deletePod('job');
    await world().gone('job');
    expect(process.podWrites).toEqual(['patch job/status', 'patch job/status', 'delete job']);
    expect(world().backend.callsOf('deletePod')).toEqual([]);
  });

  it('ends when the backend has no such pod any more at its deletion', async () => {
    await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    world().backend.script = ({ method, ref }) => {
      if (method === 'deletePod') world().backend.objects.delete(ref.uid);
    };
    await world().deletePod('web');
    await world().gone('web');
    expect(world().backend.callsOf('deletePod')).toHaveLength(1);
  });

  it('goes on being stopped while the backend fails, and the object stays until it works', async () => {
    await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    const tried = Promise.withResolvers<void>();
    world().backend.script = ({ method }) => {
      if (method !== 'deletePod') return;
      if (world().backend.callsOf('deletePod').length >= 3) tried.resolve();
      throw new Error('out of order');
    };
    await world().deletePod('web');
    await tried.promise;
    expect(world().pod('web')?.metadata?.deletionTimestamp).toBeDefined();
    expect(world().pod('web')?.status?.phase).toBe('Running');
    world().backend.script = () => undefined;
    await world().gone('web');
  });

  it('is updated while it runs, once for each change, and a refused update leaves it running', async () => {
    await world().startProcess();
    await world().createPod('web');
    await world().phase('web', 'Running');
    await world().patch('/api/v1/namespaces/default/pods/web', {
      spec: { containers: [{ name: 'app', image: 'app:2' }] },
    });
    await world().until(() => world().backend.named('web')?.prepared?.pod.spec?.containers[0]?.image === 'app:2');
    world().backend.script = ({ method }) => {
      if (method === 'updatePod') throw new Unsupported('this backend changes no images');
    };
    await world().patch('/api/v1/namespaces/default/pods/web', {
      spec: { containers: [{ name: 'app', image: 'app:3' }] },
    });
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('ProviderUpdateFailed')),
    );
    expect(world().pod('web')?.status?.phase).toBe('Running');
    expect(world().backend.callsOf('updatePod')).toHaveLength(2);
    expect(world().backend.callsOf('createPod')).toHaveLength(1);
  });

  it('is another life under the same name: a re-created pod waits until the old one is gone', async () => {
    await world().startProcess();
    const first = await world().createPod('web');
    await world().phase('web', 'Running');
    world().backend.stopsAtOnce = false;
    await world().deletePod('web', 0);
    const second = await world().createPod('web');
    await world().until(() => world().pod('web')?.metadata?.uid === second.metadata?.uid);
    await world().until(() => world().backend.callsOf('deletePod', 'web').length > 0);
    expect([...world().backend.objects.keys()]).toEqual([first.metadata?.uid]);
    world().backend.finish('web', 0);
    await world().phase('web', 'Running');
    expect([...world().backend.objects.keys()]).toEqual([second.metadata?.uid]);
    expect([...world().backend.made.values()]).toEqual([1, 1]);
  });

  it('can be ended and begun again at once, many times', async () => {
    await world().startProcess();
    for (let round = 0; round < 5; round++) {
      await world().createPod('web');
      if (round % 2 === 0) await world().phase('web', 'Running');
      await world().deletePod('web', 0);
    }
    await world().createPod('last');
    await world().phase('last', 'Running');
    await world().until(() => [...world().backend.objects.values()].every(({ ref }) => ref.name === 'last'));
    expect([...world().backend.made.values()].every((count) => count === 1)).toBe(true);
  });

  it('ends as Failed with the reason NotFound when the backend loses the pod, which is not created again', async () => {
    await world().startProcess();
    await world().createPod('web');
    const pod = await world().phase('web', 'Running');
    world().backend.remove(pod.metadata?.uid ?? '');
    const failed = await world().phase('web', 'Failed');
    expect(failed.status?.reason).toBe('NotFound');
    expect(world().backend.callsOf('createPod')).toHaveLength(1);
  });

  it('does not begin when a field cannot be honoured: the event names it, and the restart policy decides the phase', async () => {
    await world().startProcess({
      refuse: ({ spec }) =>
        spec?.hostNetwork === true ? [{ field: 'spec.hostNetwork', message: 'not in this backend' }] : [],
    });
    await world().createPod('never', { hostNetwork: true, restartPolicy: 'Never' });
    await world().createPod('always', { hostNetwork: true });
    await world().phase('never', 'Failed');
    const pending = await world().until(() => {
      const pod = world().pod('always');
      return pod?.status?.reason === 'ProviderRefused' && pod;
    });
    expect(pending.status?.phase).toBe('Pending');
    const event = await world().until(() =>
      world()
        .events('always')
        .find((one) => one.startsWith('ProviderRefused')),
    );
    expect(event).toContain('spec.hostNetwork');
    expect(world().backend.calls).toEqual([]);
    await world().deletePod('always');
    await world().gone('always');
  });

  it('goes on without what the API server injects where the provider leaves that out, and an event says what', async () => {
    await world().startProcess();
    await world().createPod('web', { automountServiceAccountToken: true });
    await world().phase('web', 'Running');
    const injected = world()
      .pod('web')
      ?.spec?.volumes?.map(({ name }) => name);
    expect(injected).toEqual([expect.stringMatching(/^kube-api-access-/)]);
    expect(world().backend.named('web')?.prepared?.volumes).toEqual([]);
    const event = await world().until(() =>
      world()
        .events('web')
        .find((one) => one.startsWith('InjectedFieldsOmitted')),
    );
    expect(event).toContain('spec.volumes[0]');
    // One that carries nothing of it is not told about.
    await world().createPod('plain');
    await world().phase('plain', 'Running');
    await world().until(() =>
      world()
        .events('plain')
        .some((one) => one.startsWith('ProviderCreateSuccess')),
    );
    expect(
      world()
        .events('plain')
        .filter((one) => one.startsWith('InjectedFieldsOmitted')),
    ).toEqual([]);
  });

  it('keeps what others write: conditions, labels, annotations; and what it wrote itself', async () => {
    await world().startProcess();
    await world().createPod('web', { readinessGates: [{ conditionType: 'example.com/gate' }] });
    await world().phase('web', 'Running');
    const path = '/api/v1/namespaces/default/pods/web';
    await world().patch(path, { metadata: { annotations: { theirs: 'yes' } } });
    await world().patch(`${path}/status`, { status: { conditions: [{ type: 'example.com/gate', status: 'True' }] } });
    await world().until(() =>
      world()
        .pod('web')
        ?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    );
    await world().patch(`${path}/status`, {
      status: { conditions: [{ type: 'Ready', status: 'False', reason: 'NodeNotReady' }] },
    });
    const pod = await world().until(() => {
      const current = world().pod('web');
      return current?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') && current;
    });
    expect(pod.metadata?.annotations).toMatchObject({ theirs: 'yes' });
    expect(pod.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'example.com/gate', status: 'True' }),
    );
  });

  it('keeps a terminal phase, whatever the backend reports afterwards', async () => {
    const process = await world().startProcess();
    await world().createPod('job', { restartPolicy: 'Never' });
    await world().phase('job', 'Running');
    world().backend.finish('job', 0);
    const pod = await world().phase('job', 'Succeeded');
    world().backend.change('job', { status: runningStatus(pod) });
    await world().createPod('next');
    await world().phase('next', 'Running');
    expect(world().pod('job')?.status?.phase).toBe('Succeeded');
    expect(process.podWrites.filter((write) => write.includes('job'))).toHaveLength(2);
  });
});
