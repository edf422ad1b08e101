import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@vk/node/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeHost, type FakeHost } from '../testing/fake-host.ts';
import { CriImages } from './cri-images.ts';

const image = 'private.example/app:1';
const theRight = { registry: 'private.example', username: 'right', password: 'p' };
const wrong = { registry: 'private.example', username: 'wrong', password: 'p' };

let host: FakeHost;
let logged: string[];
let file: string;
beforeEach(async () => {
  host = await startFakeHost();
  logged = [];
  file = join(host.directory, 'config.json');
});
afterEach(() => host.close());

function images(): CriImages {
  const log = {
    ...silentLogger,
    warn: (message: string, fields: object = {}) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  };
  return new CriImages({ client: host.connection.client, log, dockerConfigFile: file });
}

const write = (config: object): Promise<void> => writeFile(file, JSON.stringify(config));
const authOf = (username: string): { auth: string } => ({ auth: Buffer.from(`${username}:p`).toString('base64') });
const tried = (): string[] => host.fake.pulls.map(({ username }) => username);

describe('an image is pulled', () => {
  it('with the credentials of the pod, and the file of the host is not even looked at', async () => {
    await writeFile(file, 'not JSON');
    expect((await images().pull(image, [theRight], host.call)).sizeBytes).toBe(1_000);
    expect(tried()).toEqual(['right']);
    expect(logged).toEqual([]);
  });

  it("with the host's credentials where those of the pod do not fit, and at last without any", async () => {
    await write({ auths: { 'private.example': authOf('right'), 'other.example': authOf('other') } });
    await images().pull(image, [wrong], host.call);
    expect(tried()).toEqual(['wrong', 'right']);
    await write({ auths: { 'private.example': authOf('old') } });
    await expect(images().pull(image, [wrong], host.call)).rejects.toThrow('authorization failed for "wrong"');
    expect(tried().slice(2)).toEqual(['wrong', 'old', '']);
  });
});

describe('an image that was pulled is told of with the credentials that the registry took', () => {
  it('where they are those of the pod', async () => {
    expect((await images().pull(image, [wrong, theRight], host.call)).pulledWith).toBe(theRight);
  });

  it("and with none where they are the host's, or where it needs none: every pod could have pulled it", async () => {
    await write({ auths: { 'private.example': authOf('right') } });
    expect((await images().pull(image, [wrong], host.call)).pulledWith).toBe('none');
    expect((await images().pull('public.example/app:1', [], host.call)).pulledWith).toBe('none');
  });
});

describe('a file of the host that is of no use', () => {
  it.each([
    ['is not JSON', '{"auths": {"private.example": {"auth": "c2VjcmV0OnBhc3N3b3Jk"}, }'],
    ['is no docker configuration', '{"auths": "c2VjcmV0OnBhc3N3b3Jk"}'],
  ])('that %s is logged without what is in it, and others are tried', async (what, text) => {
    await writeFile(file, text);
    const error = await images()
      .pull(image, [], host.call)
      .catch((failure: unknown) => failure);
    expect(String(error)).toContain('authorization failed for ""');
    expect(logged).toEqual([expect.stringContaining(what)]);
    expect(logged.join()).not.toContain('c2VjcmV0');
    await images().pull('public.example/app:1', [], host.call);
  });

  it('that is not there is logged', async () => {
    await images().pull('public.example/app:1', [], host.call);
    expect(logged).toEqual([expect.stringContaining('it cannot be read')]);
  });

  it('that names credential helpers is logged once', async () => {
    await write({ auths: {}, credsStore: 'pass', credHelpers: { 'private.example': 'cloud' } });
    const ours = images();
    await ours.pull('public.example/app:1', [], host.call);
    await ours.pull('public.example/app:2', [], host.call);
    expect(logged).toEqual([expect.stringContaining('credsStore, private.example')]);
  });
});

describe('the user of an image', () => {
  it('is the one that it names, by number or by name, and root where it names none', async () => {
    host.fake.images.set('number:1', { id: 'sha256:1', uid: 7n, username: '' });
    host.fake.images.set('name:1', { id: 'sha256:2', username: 'web' });
    host.fake.images.set('none:1', { id: 'sha256:3', username: '' });
    const user = (reference: string) => images().user(reference, host.call);
    expect(await user('number:1')).toEqual({ uid: 7n, username: '' });
    expect(await user('name:1')).toEqual({ username: 'web' });
    expect(await user('none:1')).toEqual({ uid: 0n, username: '' });
  });

  it('is not asked for again of an image by its id, until it is gone', async () => {
    host.fake.images.set('name:1', { id: 'sha256:2', username: 'web' });
    const ours = images();
    const asked = (): number => host.fake.calls.filter((name) => name === 'ImageStatus').length;
    await ours.status('name:1', host.call);
    expect(await ours.user('sha256:2', host.call)).toEqual({ username: 'web' });
    await ours.list(host.call);
    expect(await ours.user('sha256:2', host.call)).toEqual({ username: 'web' });
    expect(asked()).toBe(1);
    host.fake.images.delete('name:1');
    await ours.list(host.call);
    expect(await ours.user('sha256:2', host.call)).toEqual({ uid: 0n, username: '' });
    expect(asked()).toBe(2);
  });

  it('is root where the image is not known, so that what must not be root is refused', async () => {
    expect(await images().user('unknown:1', host.call)).toEqual({ uid: 0n, username: '' });
  });
});
