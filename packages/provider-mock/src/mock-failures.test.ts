import { InvalidInput, podRefOf, RetryAfter, Terminal } from '@vk/node/provider';
import { describe, expect, it } from 'vitest';
import { call, podThat, start, statusOf } from './__fixtures__/mock-world.ts';

describe('calls that fail because the pod says so', () => {
  it('a throttled create asks for a pause the first so many times', async () => {
    const { provider } = await start();
    const prepared = podThat({ throttle: '2', 'throttle-delay': '250ms' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const error: unknown = await provider.createPod(prepared, call()).catch((reason: unknown) => reason);
      expect(RetryAfter.isInstance(error) && error.milliseconds).toBe(250);
    }
    await provider.createPod(prepared, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Running');
  });

  it('a transient start error goes away after its count', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'transient', 'start-error-count': '1' });
    await expect(provider.createPod(prepared, call())).rejects.toThrow('failed to start the pod');
    await provider.createPod(prepared, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Running');
  });

  it('a terminal start error stays', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'terminal' });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(provider.createPod(prepared, call())).rejects.toBeInstanceOf(Terminal);
    expect(await provider.getPods(call())).toEqual([]);
  });

  it('an unacknowledged create has created the pod, and a second one adopts it', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'start-error': 'unacknowledged' });
    await expect(provider.createPod(prepared, call())).rejects.toThrow('its answer was lost');
    expect(await provider.getPods(call())).toHaveLength(1);
    await provider.createPod(prepared, call());
    expect(await provider.getPods(call())).toHaveLength(1);
  });

  it('the first deletes fail as many times as asked', async () => {
    const { provider } = await start();
    const prepared = podThat({ 'delete-error-count': '1' });
    await provider.createPod(prepared, call());
    const ref = podRefOf(prepared.pod);
    await expect(provider.deletePod(ref, { gracePeriodSeconds: 1 }, call())).rejects.toThrow('failed to delete');
    await provider.deletePod(ref, { gracePeriodSeconds: 1 }, call());
    expect((await statusOf(provider, prepared))?.phase).toBe('Succeeded');
  });

  it('a call that hangs ends with its abort, and one that ignores it does not', async () => {
    const { provider, clock } = await start();
    const patient = new AbortController();
    const hanging = provider.createPod(podThat({ hang: 'createPod' }), call(patient.signal));
    let answered = false;
    const settles = (): void => {
      answered = true;
    };
    provider.createPod(podThat({ 'hang-ignoring-abort': 'createPod' }), call(patient.signal)).then(settles, settles);
    patient.abort(new Error('that is enough'));
    await expect(hanging).rejects.toThrow('that is enough');
    await clock.advance(3_600_000);
    expect(answered).toBe(false);
    expect(await provider.getPods(call())).toEqual([]);
  });

  it('a pod that is refused names the field, and one with a wrong annotation the annotation', async () => {
    const { provider } = await start();
    const refused = podThat({ refuse: 'spec.hostNetwork, spec.volumes[0].nfs' });
    expect(provider.refuse?.(refused.pod).map(({ field }) => field)).toEqual([
      'spec.hostNetwork',
      'spec.volumes[0].nfs',
    ]);
    const wrong = podThat({ 'run-time': 'soon' });
    expect(provider.refuse?.(wrong.pod)).toMatchObject([
      { field: 'metadata.annotations[mock.virtual-kubelet.io/run-time]' },
    ]);
    await expect(provider.createPod(wrong, call())).rejects.toBeInstanceOf(InvalidInput);
  });
});
