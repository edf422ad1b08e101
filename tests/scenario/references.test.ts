import { expect, it } from 'vitest';
import { forEachProvider } from './for-each-provider.ts';
import type { ScenarioWorld } from './scenario-world.ts';

type Spec = NonNullable<Parameters<ScenarioWorld['createPod']>[1]>;

function withEnvironment(...env: NonNullable<NonNullable<Spec['containers']>[number]['env']>): Spec {
  return { containers: [{ name: 'app', image: 'app:1', env }] };
}

const fromConfigMap = { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } };
const fromSecret = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'login', key: 'password' } } };

forEachProvider('what a pod refers to', (world) => {
  it('reaches the backend as environment, and a value from a Secret is marked', async () => {
    await world().startProcess();
    await world().createObject('configmaps', 'settings', { colour: 'blue' });
    await world().createObject('secrets', 'login', { password: 'pa55word' });
    await world().createPod('web', withEnvironment(fromConfigMap, fromSecret));
    await world().phase('web', 'Running');
    expect(world().backend.named('web')?.prepared?.environment['app']?.variables).toEqual(
      expect.arrayContaining([
        { name: 'COLOUR', value: 'blue', secret: false },
        { name: 'PASSWORD', value: 'pa55word', secret: true },
      ]),
    );
  });

  it('is waited for when it is missing: the reason says what, and the pod starts by itself when it appears', async () => {
    const process = await world().startProcess();
    await world().createPod('web', withEnvironment(fromSecret));
    const waiting = await world().until(() => {
      const pod = world().pod('web');
      return pod?.status?.containerStatuses?.[0]?.state?.waiting !== undefined && pod;
    });
    expect(waiting.status).toMatchObject({ phase: 'Pending' });
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting).toMatchObject({
      reason: 'CreateContainerConfigError',
      message: expect.stringContaining('login') as string,
    });
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('MandatorySecretNotFound')),
    );
    expect(world().backend.calls).toEqual([]);
    await world().createObject('secrets', 'login', { password: 'pa55word' });
    const pod = await world().phase('web', 'Running');
    expect(pod.status).not.toHaveProperty('reason');
    expect(process.podWrites).toEqual(['patch web/status', 'patch web/status']);
  });

  it('does not keep a pod from being deleted that waits for it', async () => {
    await world().startProcess();
    await world().createPod('web', withEnvironment(fromSecret));
    await world().until(() => world().pod('web')?.status?.containerStatuses?.[0]?.state?.waiting !== undefined);
    await world().deletePod('web');
    await world().gone('web');
    expect(world().backend.calls).toEqual([]);
  });

  it('may be missing when it is optional', async () => {
    await world().startProcess();
    const optional = { name: 'A', valueFrom: { configMapKeyRef: { name: 'none', key: 'a', optional: true } } };
    await world().createPod('web', withEnvironment(optional));
    const pod = await world().phase('web', 'Running');
    expect(pod.status).not.toHaveProperty('reason');
    await world().until(() =>
      world()
        .events('web')
        .some((event) => event.startsWith('OptionalConfigMapNotFound')),
    );
  });

  it('may go away while the pod runs, which goes on', async () => {
    const process = await world().startProcess();
    await world().createObject('configmaps', 'settings', { colour: 'blue' });
    await world().createPod('web', withEnvironment(fromConfigMap));
    await world().phase('web', 'Running');
    await world().request('delete', 'DELETE', '/api/v1/namespaces/default/configmaps/settings', {});
    await world().createPod('after', withEnvironment(fromConfigMap));
    await world().until(() => world().pod('after')?.status?.containerStatuses?.[0]?.state?.waiting !== undefined);
    expect(world().pod('web')?.status?.phase).toBe('Running');
    expect(process.podWrites.filter((write) => write.includes('web'))).toEqual(['patch web/status']);
    expect(world().backend.calls.map(({ method }) => method)).toEqual(['createPod']);
  });
});
