import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageCredentials } from '../../provider/provider-context.ts';
import type { ImageCheckResult } from '../../provider/image-check.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { PulledImage } from '../runtime/image.ts';
import type { ImagePulledRecord } from './image-pull-records.ts';
import { allowsUse } from './allows-use.ts';
import { ImagePulls, type ImagePullsOptions } from './image-pulls.ts';
import { MemoryImagePullRecords } from './memory-image-pull-records.ts';

const image = 'registry.example/app:1';
const imageRef = 'sha256:app';
const { signal } = new AbortController();

const of = (secret: string, password: string = secret): ImageCredentials => ({
  registry: 'registry.example',
  username: 'u',
  password,
  secret: { namespace: 'default', name: secret, uid: `${secret}-uid` },
});

let records: MemoryImagePullRecords;
let clock: FakeClock;
let logged: string[];
beforeEach(() => {
  records = new MemoryImagePullRecords();
  clock = new FakeClock();
  logged = [];
});

function imagePulls(change: Partial<ImagePullsOptions> = {}): ImagePulls {
  const note = (message: string): number => logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note, with: () => log };
  return new ImagePulls({ records, clock, log, ...change });
}

const pulled = (pulledWith?: PulledImage['pulledWith']): PulledImage => ({
  imageRef,
  ...(pulledWith !== undefined && { pulledWith }),
});
const pull = (pulls: ImagePulls, given: readonly ImageCredentials[], taken?: PulledImage['pulledWith']) =>
  pulls.pull(image, given, () => Promise.resolve(pulled(taken)));
const check = (pulls: ImagePulls, ...own: readonly ImageCredentials[]): Promise<ImageCheckResult> =>
  pulls.check(image, imageRef, () => Promise.resolve(own));
const mayUse = async (pulls: ImagePulls, ...own: readonly ImageCredentials[]): Promise<boolean> =>
  allowsUse(await check(pulls, ...own));
const secretsOf = (record: ImagePulledRecord | undefined, name = 'registry.example/app'): string[] =>
  (record?.credentialMapping[name]?.kubernetesSecrets ?? []).map((secret) => secret.name);

describe('an image that was pulled with a Secret', () => {
  it('is for pods with this Secret, with the same credentials in another, and for no others', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    expect(await mayUse(pulls, of('a'))).toBe(true);
    expect(await mayUse(pulls, of('b', 'a'))).toBe(true);
    expect(await mayUse(pulls, of('c'))).toBe(false);
    expect(await mayUse(pulls)).toBe(false);
    expect(await mayUse(pulls, of('c'), of('a'))).toBe(true);
  });

  it('is remembered with a hash of the credentials, and with nothing of what they are', async () => {
    await pull(imagePulls(), [of('a', 'p4ssw0rd')], of('a', 'p4ssw0rd'));
    const record = await records.pulled(imageRef);
    expect(record).toEqual({
      imageRef,
      lastUpdatedTime: new Date(clock.now()).toISOString(),
      credentialMapping: {
        'registry.example/app': {
          kubernetesSecrets: [
            {
              uid: 'a-uid',
              namespace: 'default',
              name: 'a',
              credentialHash: expect.stringMatching(/^[0-9a-f]{64}$/u) as string,
            },
          ],
        },
      },
    });
    expect(JSON.stringify(record)).not.toContain('p4ssw0rd');
  });

  it('is for the Secret also after its credentials were changed, and then for all that have the new ones', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    expect(await mayUse(pulls, of('b', 'new'))).toBe(false);
    expect(await mayUse(pulls, of('a', 'new'))).toBe(true);
    expect(await mayUse(pulls, of('b', 'new'))).toBe(true);
    expect(secretsOf(await records.pulled(imageRef))).toEqual(['a', 'b']);
  });

  it('is for those of several Secrets with which it was pulled one after the other', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    await pull(pulls, [of('a'), of('b')], of('b'));
    expect([await mayUse(pulls, of('a')), await mayUse(pulls, of('b'))]).toEqual([true, true]);
  });

  it('is for the one that the registry took, not for those that were tried before', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a'), of('b')], of('b'));
    expect([await mayUse(pulls, of('a')), await mayUse(pulls, of('b'))]).toEqual([false, true]);
  });

  it('is for nobody else under another name, where nobody has shown that it could be pulled', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    const own = (): Promise<ImageCredentials[]> => Promise.resolve([of('a')]);
    expect(await pulls.check('registry.example/app:2', imageRef, own)).toBe('credentialRecordFound');
    expect(await pulls.check('mirror.example/app:1', imageRef, own)).toBe('mustAuthenticate');
  });

  it('is for every pod from when it was pulled with none of them', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    await pull(pulls, [of('c')], 'none');
    expect(await mayUse(pulls)).toBe(true);
    await pull(pulls, [of('a')], of('a'));
    expect(await mayUse(pulls)).toBe(true);
  });

  it('is not written down again where nothing is new', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')], of('a'));
    const before = await records.pulled(imageRef);
    await clock.advance(5_000);
    await pull(pulls, [of('a')], of('a'));
    expect(await records.pulled(imageRef)).toBe(before);
  });

  it('is told by its credentials alone where nobody says which Secret they are from', async () => {
    const pulls = imagePulls();
    const plain = (password: string): ImageCredentials => ({ registry: 'registry.example', password });
    await pull(pulls, [plain('x')], plain('x'));
    expect([await mayUse(pulls, plain('x')), await mayUse(pulls, plain('y'))]).toEqual([true, false]);
  });
});

describe('an image of which the runtime does not say with what it was pulled', () => {
  it('is for every pod when there were no credentials, and otherwise has to be pulled by each', async () => {
    const pulls = imagePulls();
    await pull(pulls, [of('a')]);
    expect(await mayUse(pulls, of('a'))).toBe(false);
    await pull(pulls, []);
    expect(await mayUse(pulls)).toBe(true);
  });
});

describe('an image that was there before', () => {
  it('is for every pod, unless the policy says otherwise', async () => {
    expect(await check(imagePulls())).toBe('credentialPolicyAllowed');
    expect(await check(imagePulls({ verification: { policy: 'AlwaysVerify' } }), of('a'))).toBe('mustAuthenticate');
    expect(await check(imagePulls({ verification: { policy: 'NeverVerify' } }))).toBe('credentialPolicyAllowed');
    const verification = { policy: 'NeverVerifyAllowlistedImages', allowlist: ['registry.example/*'] } as const;
    expect(await mayUse(imagePulls({ verification }))).toBe(true);
  });

  it('is taken for pulled while a pull of it is under way, and again for what it was when that fails', async () => {
    const pulls = imagePulls();
    const end = Promise.withResolvers<PulledImage>();
    const first = pulls.pull(image, [], () => end.promise);
    const second = pulls.pull(image, [], () => Promise.reject(new Error('denied')));
    await expect(second).rejects.toThrow('denied');
    expect(await mayUse(pulls)).toBe(false);
    end.reject(new Error('no such image'));
    await expect(first).rejects.toThrow('no such image');
    expect(await mayUse(pulls)).toBe(true);
    expect(await records.pulling()).toEqual([]);
  });
});

describe('a policy that verifies nothing', () => {
  it('lets every pod use every image', async () => {
    const pulls = imagePulls({ verification: { policy: 'NeverVerify' } });
    await pull(pulls, [of('a')], of('a'));
    expect(await mayUse(pulls)).toBe(true);
  });
});

describe('a process that was killed during a pull', () => {
  const found = { imageRef };

  it('leaves an image that nobody may use who does not pull it', async () => {
    await records.beginPull(image);
    const next = imagePulls();
    await next.recover(() => Promise.resolve(found), signal);
    expect(await next.check('other.example/app:1', imageRef, () => Promise.resolve([of('a')]))).toBe(
      'mustAuthenticate',
    );
    expect(await mayUse(next, of('a'))).toBe(false);
    expect(await records.pulling()).toEqual([]);
  });

  it('leaves word of one that is not there yet, for when it comes', async () => {
    await records.beginPull(image);
    const next = imagePulls();
    await next.recover(() => Promise.resolve(undefined), signal);
    expect(await mayUse(next)).toBe(false);
  });

  it('leaves word of one that cannot be looked for, and it is looked for again, also after a pull that failed', async () => {
    await records.beginPull(image);
    const next = imagePulls();
    await next.recover(() => Promise.reject(new Error('the runtime is away')), signal);
    await expect(next.pull(image, [], () => Promise.reject(new Error('denied')))).rejects.toThrow('denied');
    expect(await mayUse(next)).toBe(false);
    await next.recover(() => Promise.resolve(found), signal);
    expect(await records.pulled(imageRef)).toMatchObject({ credentialMapping: {} });
    let asked = 0;
    await next.recover(() => Promise.resolve((asked++, undefined)), signal);
    expect(asked).toBe(0);
  });
});

describe('records that cannot be used', () => {
  it('let nobody use an image that is there', async () => {
    records.pulled = () => Promise.reject(new Error('bad disk'));
    expect(await check(imagePulls(), of('a'))).toBe('error');
    expect(logged).toHaveLength(1);
  });

  it('let no pull begin that could not be told from an image that was there before', async () => {
    records.beginPull = () => Promise.reject(new Error('disk full'));
    let pulls = 0;
    const begun = imagePulls().pull(image, [], () => Promise.resolve((pulls++, pulled('none'))));
    await expect(begun).rejects.toThrow('disk full');
    expect(pulls).toBe(0);
  });

  it('leave a pull as one that has not ended, whose image each pod pulls for itself', async () => {
    const write = records.putPulled.bind(records);
    records.putPulled = () => Promise.reject(new Error('disk full'));
    const pulls = imagePulls();
    expect(await pull(pulls, [of('a')], of('a'))).toEqual({ imageRef });
    expect(await mayUse(pulls, of('a'))).toBe(false);
    records.putPulled = write;
    await pull(pulls, [of('a')], of('a'));
    expect(await mayUse(pulls, of('a'))).toBe(true);
  });
});

it('credentials that cannot be had are an error, not a no', async () => {
  const pulls = imagePulls();
  await pull(pulls, [of('a')], of('a'));
  const asked = pulls.check(image, imageRef, () => Promise.reject(new Error('no API server')));
  await expect(asked).rejects.toThrow('no API server');
});

it('images that are gone are forgotten, but for those that were noted since the runtime was listed', async () => {
  const pulls = imagePulls();
  await pull(pulls, [of('a')], of('a'));
  const since = clock.now();
  await pulls.prune(new Set(), since);
  expect(await records.allPulled()).toHaveLength(1);
  await clock.advance(1);
  await pulls.prune(new Set([imageRef]), clock.now());
  expect(await records.allPulled()).toHaveLength(1);
  await pulls.prune(new Set(['sha256:other']), clock.now());
  expect(await records.allPulled()).toEqual([]);
});
