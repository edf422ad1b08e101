import { describe, expect, it } from 'vitest';
import type { ImageCredentials } from '../../provider/provider-context.ts';
import type { Pod } from '../../provider/wire.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { EngineWorld, preparedPod, type EngineWorldOptions } from '../../testing/engine-world.ts';
import { samplePod } from '../../testing/sample-pod.ts';
import { ImagePulls } from '../images/image-pulls.ts';
import { MemoryImagePullRecords } from '../images/memory-image-pull-records.ts';

function podWith(imagePullPolicy: string, image = 'app:1'): ReturnType<typeof samplePod> {
  return samplePod({ spec: { containers: [{ name: 'app', image, imagePullPolicy }] } });
}

function pulls(world: EngineWorld): number {
  return world.runtime.calls.filter((call) => call.startsWith('pullImage')).length;
}

describe('the image of a container', () => {
  it('that is there is not pulled under IfNotPresent', async () => {
    const world = new EngineWorld();
    world.runtime.images.add('app:1');
    await world.create(podWith('IfNotPresent'));
    expect(world.stateOf('app')).toBe('running');
    expect(pulls(world)).toBe(0);
    expect(world.events[0]).toBe(
      'Pulled Container image "app:1" already present on machine and can be accessed by the pod',
    );
    await world.close();
  });

  it('is pulled at every start under Always', async () => {
    const world = new EngineWorld();
    world.runtime.images.add('app:1');
    world.runtime.script = ({ attempt }) => (attempt === 0 ? { runMilliseconds: 1_000 } : {});
    await world.create(podWith('Always'));
    await world.advance(2);
    expect(pulls(world)).toBe(2);
    await world.close();
  });

  it('that is not there is an error under Never', async () => {
    const world = new EngineWorld();
    await world.create(podWith('Never'));
    expect(world.container('app')?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "app:1" is not present with pull policy of Never',
    });
    expect(pulls(world)).toBe(0);
    world.runtime.images.add('app:1');
    await world.advance(10);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('that cannot be pulled is tried again after 10 s, 20 s, ... 300 s, with both reasons shown', async () => {
    const world = new EngineWorld();
    world.runtime.pullError = () => new Error('manifest unknown');
    await world.create(podWith('IfNotPresent'));
    let tries = 1;
    for (const wait of [10, 20, 40, 80, 160, 300, 300]) {
      expect(pulls(world)).toBe(tries);
      expect(world.container('app')?.state?.waiting).toEqual({ reason: 'ErrImagePull', message: 'manifest unknown' });
      await world.advance(5);
      expect(world.container('app')?.state?.waiting).toEqual({
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "app:1": ErrImagePull: manifest unknown',
      });
      await world.advance(wait - 6);
      expect(pulls(world)).toBe(tries);
      await world.advance(1);
      tries++;
    }
    expect(world.status.phase).toBe('Pending');
    expect(world.events).toEqual(
      expect.arrayContaining([
        'Failed Failed to pull image "app:1": manifest unknown',
        'Failed Error: ErrImagePull',
        'BackOff Back-off pulling image "app:1"',
        'Failed Error: ImagePullBackOff',
      ]),
    );
    world.runtime.pullError = () => undefined;
    await world.advance(300);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('is pulled with the credentials of the pod', async () => {
    const world = new EngineWorld();
    world.credentials = [{ registry: 'registry.example', username: 'u', password: 'p' }];
    await world.create(podWith('Always'));
    expect(world.runtime.pulls).toEqual([{ image: 'app:1', credentials: world.credentials }]);
    await world.close();
  });

  it('of one container does not keep the others from starting', async () => {
    const world = new EngineWorld();
    world.runtime.pullError = (image) => (image === 'bad:1' ? new Error('no such image') : undefined);
    const containers = [
      { name: 'app', image: 'bad:1' },
      { name: 'other', image: 'app:1' },
    ];
    await world.create(samplePod({ spec: { containers } }));
    expect(world.stateOf('app')).toBe('ErrImagePull');
    expect(world.stateOf('other')).toBe('running');
    expect(world.status.phase).toBe('Pending');
    await world.close();
  });

  it.each([
    { policy: 'Always', verb: 'pullImage app:1' },
    { policy: 'IfNotPresent', verb: 'imageStatus app:1' },
  ])('that changes during $verb is the other one: the first is no longer waited for', async ({ policy, verb }) => {
    const world = new EngineWorld();
    world.runtime.images.add('app:1');
    const open = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call === verb ? open.promise : undefined);
    await world.create(podWith(policy));
    await world.provider.updatePod(preparedPod(podWith(policy, 'app:2')), undefined, world.call);
    await world.settle();
    open.resolve();
    await world.settle();
    expect(world.container('app')).toMatchObject({ image: 'app:2', imageID: 'sha256:app:2', state: { running: {} } });
    expect(world.runtime.runs('web-uid', 'app')).toHaveLength(1);
    await world.close();
  });

  it('that changes while its container waits for another one is the other one', async () => {
    const world = new EngineWorld();
    const open = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call.startsWith('startContainer first') ? open.promise : undefined);
    const pod = (image: string): Pod =>
      samplePod({
        spec: {
          containers: [
            { name: 'first', image: 'app:1' },
            { name: 'app', image },
          ],
        },
      });
    await world.create(pod('app:1'));
    await world.provider.updatePod(preparedPod(pod('app:2')), undefined, world.call);
    open.resolve();
    await world.settle();
    expect(world.container('app')).toMatchObject({ image: 'app:2', imageID: 'sha256:app:2', state: { running: {} } });
    await world.close();
  });

  it('that changes before its container is started is the other one: the first is never started', async () => {
    const world = new EngineWorld();
    const open = Promise.withResolvers<void>();
    world.runtime.before = (call) => (call.startsWith('createContainer app 0') ? open.promise : undefined);
    await world.create(podWith('IfNotPresent'));
    await world.provider.updatePod(preparedPod(podWith('IfNotPresent', 'app:2')), undefined, world.call);
    open.resolve();
    await world.settle();
    expect(world.container('app')).toMatchObject({ image: 'app:2', imageID: 'sha256:app:2', state: { running: {} } });
    expect(world.runtime.calls.filter((call) => call.startsWith('startContainer'))).toEqual(['startContainer app 1']);
    await world.close();
  });

  it('waits for those that it mounts as volumes: each is brought by its own policy, with events and back-off', async () => {
    const world = new EngineWorld();
    let isThere = false;
    world.runtime.pullError = (image) => (image === 'data:1' && !isThere ? new Error('manifest unknown') : undefined);
    world.runtime.images.add('models:1').add('app:1');
    const volumes = [
      { name: 'data', image: { reference: 'data:1' } },
      { name: 'models', image: { reference: 'models:1', pullPolicy: 'Always' } },
      { name: 'models-again', image: { reference: 'models:1', pullPolicy: 'IfNotPresent' } },
      { name: 'unused', image: { reference: 'unused:1' } },
    ];
    const volumeMounts = volumes.slice(0, 3).map(({ name }) => ({ name, mountPath: `/${name}` }));
    await world.create(samplePod({ spec: { volumes, containers: [{ name: 'app', image: 'app:1', volumeMounts }] } }));
    expect(world.stateOf('app')).toBe('ErrImagePull');
    await world.advance(5);
    expect(world.container('app')?.state?.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "data:1": ErrImagePull: manifest unknown',
    });
    isThere = true;
    await world.advance(5);
    expect(world.stateOf('app')).toBe('running');
    const calls = world.runtime.calls.filter((call) => call.startsWith('pullImage'));
    expect(calls).toEqual(['pullImage data:1', 'pullImage data:1', 'pullImage models:1']);
    expect(world.runtime.runs('web-uid', 'app')[0]?.config.volumeImageRefs).toEqual({
      data: 'sha256:data:1',
      models: 'sha256:models:1',
      'models-again': 'sha256:models:1',
    });
    expect(world.events).toEqual(
      expect.arrayContaining([
        'Pulling Pulling image "data:1"',
        'Failed Failed to pull image "data:1": manifest unknown',
      ]),
    );
    await world.close();
  });

  it('that is mounted has all the time that its pull takes, and ends nothing where it may never be pulled', async () => {
    const world = new EngineWorld();
    world.runtime.before = async (call, { signal }) => {
      if (call === 'pullImage data:1') await world.clock.sleep(600_000, signal);
    };
    const mounting = (name: string, image: object): Pod =>
      samplePod({
        name,
        spec: {
          volumes: [{ name: 'data', image }],
          containers: [{ name: 'app', image: 'app:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        },
      });
    await world.create(mounting('patient', { reference: 'data:1' }));
    await world.create(mounting('never', { reference: 'data:2', pullPolicy: 'Never' }));
    expect(world.stateOf('app')).toBe('ErrImageNeverPull');
    await world.advance(600);
    expect(world.runtime.runs('patient-uid', 'app')[0]?.state).toBe('running');
    expect(world.runtime.runs('never-uid', 'app')).toEqual([]);
    await world.close();
  });

  it('waits for its turn when as many are being pulled as may be, and the wait is told apart from the pull', async () => {
    const world = new EngineWorld(undefined, { maximumParallelImagePulls: 2 });
    world.runtime.before = async (call, { signal }) => {
      if (call.startsWith('pullImage')) await world.clock.sleep(3_000, signal);
    };
    const images = ['a:1', 'b:1', 'c:1'];
    await world.create(samplePod({ spec: { containers: images.map((image) => ({ name: image[0] ?? '', image })) } }));
    expect(pulls(world)).toBe(2);
    await world.advance(3);
    expect(pulls(world)).toBe(3);
    await world.advance(3);
    expect(world.stateOf('c')).toBe('running');
    expect(world.events).toContain(
      'Pulled Successfully pulled image "c:1" in 3s (6s including waiting). Image size: 1000 bytes.',
    );
    await world.close();
  });

  it('gives its turn to the next one when its pod is deleted while it is being pulled', async () => {
    const world = new EngineWorld(undefined, { maximumParallelImagePulls: 1 });
    world.runtime.before = (call) => (call === 'pullImage a:1' ? new Promise(() => undefined) : undefined);
    const first = samplePod({ name: 'first', image: 'a:1' });
    const second = samplePod({ name: 'second', image: 'b:1' });
    await world.create(first);
    await world.create(second);
    expect(world.runtime.calls).not.toContain('pullImage b:1');
    await world.delete(first, 0);
    expect(world.runtime.runs('second-uid', 'app')[0]?.state).toBe('running');
    await world.close();
  });
});

describe('an image that was pulled with a Secret of another pod', () => {
  const secretOf = (name: string): ImageCredentials => ({
    registry: 'registry.example',
    username: name,
    password: 'p',
    secret: { namespace: 'default', name, uid: `${name}-uid` },
  });

  /** A registry that gives images to the user `owner` alone, one of whose pods has run here. */
  async function afterOwner(options: EngineWorldOptions = {}): Promise<EngineWorld> {
    const world = new EngineWorld(undefined, options);
    world.runtime.registryTakes = (_image, given) => given !== 'none' && given.username === 'owner';
    world.credentials = [secretOf('owner')];
    await world.create({ ...podWith('IfNotPresent'), metadata: samplePod({ name: 'first' }).metadata ?? {} });
    expect(pulls(world)).toBe(1);
    world.events.length = 0;
    return world;
  }

  it('is pulled anew for a pod without, and the registry decides', async () => {
    const world = await afterOwner();
    world.credentials = [];
    await world.create(podWith('IfNotPresent'));
    expect(world.stateOf('app')).toBe('ErrImagePull');
    expect(world.events).toContain('Failed Failed to pull image "app:1": pull access denied');
    world.credentials = [secretOf('owner')];
    await world.advance(10);
    expect(world.stateOf('app')).toBe('running');
    expect(world.events.at(-3)).toBe(
      'Pulled Container image "app:1" already present on machine and can be accessed by the pod',
    );
    expect(pulls(world)).toBe(2);
    await world.close();
  });

  it('is counted by what came of the question who may use it', async () => {
    const results: string[] = [];
    const world = await afterOwner({ countImageCheck: (result) => results.push(result) });
    expect(results).toEqual([]);
    world.credentials = [];
    await world.create(podWith('IfNotPresent'));
    expect(results).toEqual(['mustAuthenticate']);
    world.credentials = [secretOf('owner')];
    await world.advance(10);
    expect(results).toEqual(['mustAuthenticate', 'credentialRecordFound']);
    world.runtime.images.add('app:2');
    const before = { ...podWith('Never', 'app:2'), metadata: samplePod({ name: 'other' }).metadata ?? {} };
    await world.create(before);
    expect(results.at(-1)).toBe('credentialPolicyAllowed');
    await world.close();
  });

  it('is not there for a pod that must not pull, in the words of one that is not', async () => {
    const world = await afterOwner();
    world.credentials = [secretOf('other')];
    await world.create(podWith('Never'));
    expect(world.container('app')?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "app:1" is not present with pull policy of Never',
    });
    expect(world.events).toContain(
      'ErrImageNeverPull Container image "app:1" is not present with pull policy of Never',
    );
    expect(pulls(world)).toBe(1);
    await world.close();
  });

  it('is there for a pod with the same Secret, whatever its policy', async () => {
    const world = await afterOwner();
    await world.create(podWith('Never'));
    expect(world.stateOf('app')).toBe('running');
    expect(pulls(world)).toBe(1);
    await world.close();
  });

  it('is there for every pod when nothing is verified', async () => {
    const records = new MemoryImagePullRecords();
    const imagePulls = new ImagePulls({ records, clock: new FakeClock(), verification: { policy: 'NeverVerify' } });
    const world = await afterOwner({ imagePulls });
    world.credentials = [];
    await world.create(podWith('Never'));
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });

  it('is asked for anew by the pod itself when its container restarts and its Secret is gone', async () => {
    const world = await afterOwner();
    world.runtime.script = ({ attempt }) => (attempt === 0 ? { runMilliseconds: 1_000, exitCode: 1 } : {});
    await world.create(podWith('IfNotPresent'));
    world.credentials = [];
    await world.advance(12);
    expect(world.stateOf('app')).toBe('ErrImagePull');
    await world.close();
  });

  it('keeps what is known of it over a restart of the process, where the records last', async () => {
    const records = new MemoryImagePullRecords();
    const ofProcess = (): ImagePulls => new ImagePulls({ records, clock: new FakeClock() });
    const first = await afterOwner({ imagePulls: ofProcess() });
    await first.close();
    const next = new EngineWorld(first, { imagePulls: ofProcess() });
    await next.create(podWith('Never'));
    expect(next.stateOf('app')).toBe('ErrImageNeverPull');
    await next.close();
  });

  it('that a process was pulling when it was killed is for nobody before it is pulled again', async () => {
    const records = new MemoryImagePullRecords();
    await records.beginPull('app:1');
    const world = new EngineWorld(undefined, { imagePulls: new ImagePulls({ records, clock: new FakeClock() }) });
    world.runtime.images.add('app:1');
    await world.create(podWith('IfNotPresent'));
    expect(pulls(world)).toBe(1);
    expect(world.stateOf('app')).toBe('running');
    await world.close();
  });
});
