import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImagePulls, type ImagePulledRecord } from '@vk/node/pod-engine';
import { silentLogger } from '@vk/node/provider';
import { FakeClock } from '@vk/node/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImagePullFiles } from './image-pull-files.ts';

const image = 'registry.example/app:1';
const record: ImagePulledRecord = {
  imageRef: 'sha256:app',
  lastUpdatedTime: '2026-01-01T00:00:00.000Z',
  credentialMapping: {
    'registry.example/app': {
      nodePodsAccessible: false,
      kubernetesSecrets: [{ uid: 'u', namespace: 'default', name: 's', credentialHash: 'abc' }],
    },
  },
};

let directory: string;
let logged: string[];
let files: ImagePullFiles;
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'image-pulls-')), 'image_manager');
  logged = [];
  files = new ImagePullFiles(directory, { ...silentLogger, warn: (message) => void logged.push(message) });
});
afterEach(() => rm(join(directory, '..'), { recursive: true }));

const only = async (part: string): Promise<string> => {
  const [name = '', ...others] = await readdir(join(directory, part));
  expect(others).toEqual([]);
  return join(directory, part, name);
};

describe('records of image pulls in files', () => {
  it('are read as they were written, by the next process too', async () => {
    await files.putPulled(record);
    await files.beginPull(image);
    const next = new ImagePullFiles(directory, silentLogger);
    expect(await next.pulled(record.imageRef)).toEqual(record);
    expect(await next.allPulled()).toEqual([record]);
    expect(await next.pulling()).toEqual([image]);
  });

  it('are those of nothing before there are any, and after they were removed', async () => {
    const all = async (): Promise<unknown[]> => [
      await files.pulled(record.imageRef),
      ...(await files.allPulled()),
      ...(await files.pulling()),
    ];
    expect(await all()).toEqual([undefined]);
    await files.putPulled(record);
    await files.beginPull(image);
    await files.removePulled(record.imageRef);
    await files.endPull(image);
    await files.endPull(image);
    expect(await all()).toEqual([undefined]);
  });

  it('are laid out and written as by a kubelet, for no other user to read', async () => {
    await files.putPulled(record);
    await files.beginPull(image);
    const path = await only('pulled');
    expect(path).toMatch(/\/pulled\/sha256-[0-9a-f]{64}$/u);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      kind: 'ImagePulledRecord',
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      ...record,
    });
    expect(JSON.parse(await readFile(await only('pulling'), 'utf8'))).toEqual({
      kind: 'ImagePullIntent',
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      image,
    });
    const modes = [path, join(directory, 'pulled'), directory].map(async (each) => (await stat(each)).mode & 0o777);
    expect(await Promise.all(modes)).toEqual([0o600, 0o700, 0o700]);
  });

  it('of a kubelet can be read, with the fields that it leaves out', async () => {
    await files.putPulled(record);
    const theirs = {
      kind: 'ImagePulledRecord',
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      lastUpdatedTime: '2026-01-01T00:00:00Z',
      imageRef: record.imageRef,
      credentialMapping: { 'registry.example/app': { nodePodsAccessible: true } },
    };
    await writeFile(await only('pulled'), JSON.stringify(theirs));
    expect(await files.pulled(record.imageRef)).toMatchObject({
      credentialMapping: { 'registry.example/app': { nodePodsAccessible: true } },
    });
  });

  it('that are damaged are an error for the one image, and passed over among all', async () => {
    await files.putPulled(record);
    await writeFile(await only('pulled'), '{"kind":"ImagePulledRec');
    await expect(files.pulled(record.imageRef)).rejects.toThrow(SyntaxError);
    expect(await files.allPulled()).toEqual([]);
    expect(logged).toEqual(['A record of an image pull cannot be read']);
    await mkdir(join(directory, 'pulling'));
    await writeFile(join(directory, 'pulling', 'notes.txt'), 'not ours');
    expect(await files.pulling()).toEqual([]);
  });

  it('hold for the pods of the next process', async () => {
    const clock = new FakeClock();
    const given = {
      registry: 'registry.example',
      username: 'u',
      password: 'p4ssw0rd',
      secret: { namespace: 'default', name: 's', uid: 'u' },
    };
    const before = new ImagePulls({ records: files, clock });
    await Promise.all(
      [1, 2, 3].map(() => before.pull(image, [given], () => Promise.resolve({ imageRef: 'i', pulledWith: given }))),
    );
    expect(await readFile(await only('pulled'), 'utf8')).not.toContain('p4ssw0rd');
    expect(await readdir(join(directory, 'pulling'))).toEqual([]);
    const after = new ImagePulls({ records: new ImagePullFiles(directory, silentLogger), clock });
    expect(await after.check(image, 'i', () => Promise.resolve([]))).toBe('mustAuthenticate');
    expect(await after.check(image, 'i', () => Promise.resolve([given]))).toBe('credentialRecordFound');
  });
});
