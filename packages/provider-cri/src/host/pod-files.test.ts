import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, type Logger } from '@vk/node/provider';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { hostPaths } from './host-paths.ts';
import { PodFiles } from './pod-files.ts';

const stamp = { clusterId: 'cluster', nodeName: 'node-a', namespace: 'default', name: 'web', uid: 'u-1' };
const ref = { namespace: 'default', name: 'web', uid: 'u-1' };

let root: string;
let warnings: string[];
let files: PodFiles;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vk-cri-files-'));
  warnings = [];
  const log: Logger = {
    ...silentLogger,
    warn: (message, fields) => warnings.push(`${message}: ${String(fields?.['uid'])}`),
  };
  files = new PodFiles(hostPaths(join(root, 'node-a'), join(root, 'logs')), log);
});
afterEach(() => rm(root, { recursive: true }));

const stampOf = (uid: string): string => join(root, 'node-a', 'pods', uid, 'owner.json');

it('a stamp is written to another file first, so that it is never there in part', async () => {
  await files.make(stamp);
  const { ino } = await stat(stampOf('u-1'));
  await files.make({ ...stamp, name: 'other' });
  expect((await stat(stampOf('u-1'))).ino).not.toBe(ino);
  expect(await readdir(join(root, 'node-a', 'pods', 'u-1'))).toEqual(['owner.json']);
  expect(JSON.parse(await readFile(stampOf('u-1'), 'utf8'))).toEqual({ ...stamp, name: 'other' });
});

it('a stamp that says the same is left alone', async () => {
  await files.make(stamp);
  const { ino } = await stat(stampOf('u-1'));
  await files.make(stamp);
  expect((await stat(stampOf('u-1'))).ino).toBe(ino);
});

it.each([
  '',
  '{"clusterId":"clus',
  'null',
  '[]',
  '{"clusterId":"cluster","nodeName":"node-a","namespace":7,"name":"web"}',
])('a pod whose stamp is %j is left out and told of once, and the others are listed', async (text) => {
  await files.make(stamp);
  await files.make({ ...stamp, uid: 'u-2' });
  await writeFile(stampOf('u-2'), text);
  await files.list();
  expect(await files.list()).toEqual([{ ref, ownership: stamp }]);
  expect(await files.find('u-1')).toEqual([{ ref, ownership: stamp }]);
  expect(await files.find('u-2')).toEqual([]);
  expect(await files.find('u-3')).toEqual([]);
  expect(warnings).toEqual(['Whose the files of a pod are cannot be told: u-2']);
});

it('a damaged stamp is mended when the pod is made ready again', async () => {
  await files.make(stamp);
  await writeFile(stampOf('u-1'), '{"clus');
  await files.make(stamp);
  expect(await files.list()).toEqual([{ ref, ownership: stamp }]);
});

it('forgotten are directories without a stamp that this process has not made', async () => {
  await files.make(stamp);
  await writeFile(stampOf('u-1'), '');
  await mkdir(join(root, 'node-a', 'pods', 'u-3'));
  expect(await files.forgotten()).toEqual(['u-3']);
  await files.remove(ref);
  expect(await files.forgotten()).toEqual(['u-3']);
});

it.each(['192.0.2.1 host', '192.0.2.1 host\n'])(
  'in the network of the host, what is added comes after its last line: %j',
  async (text) => {
    const ofHost = join(root, 'hosts');
    await writeFile(ofHost, text);
    const ours = new PodFiles(hostPaths(join(root, 'node-a'), join(root, 'logs')), silentLogger, ofHost);
    const path = await ours.writeHosts('u-1', '192.0.2.7 added\n', true);
    expect(await readFile(path, 'utf8')).toBe('192.0.2.1 host\n192.0.2.7 added\n');
    expect(await readFile(await ours.writeHosts('u-1', 'own\n', false), 'utf8')).toBe('own\n');
  },
);

it('a hosts file is for everybody to read, whatever the process lets others do, and has its directory made where it is missing', async () => {
  const before = process.umask(0o077);
  onTestFinished(() => {
    process.umask(before);
  });
  const path = await files.writeHosts('u-1', 'new\n', false);
  expect(await readFile(path, 'utf8')).toBe('new\n');
  expect((await stat(path)).mode & 0o777).toBe(0o644);
});

it('a hosts file that is there is changed in place, and left alone when it says the same', async () => {
  const path = await files.writeHosts('u-1', 'one\n', false);
  const { ino, mtimeNs } = await stat(path, { bigint: true });
  await files.writeHosts('u-1', 'one\n', false);
  expect((await stat(path, { bigint: true })).mtimeNs).toBe(mtimeNs);
  await files.writeHosts('u-1', 'two\n', false);
  expect(await readFile(path, 'utf8')).toBe('two\n');
  expect((await stat(path, { bigint: true })).ino).toBe(ino);
});

it('what was made ahead is not made again, but for who asks a second time', async () => {
  const paths = hostPaths(join(root, 'node-a'), join(root, 'logs'));
  const logs = paths.containerLogs(ref, 'app');
  const message = paths.terminationMessage('u-1', 'app', 0);
  await files.makeAhead(ref, ['app']);
  expect((await stat(logs)).isDirectory()).toBe(true);
  expect((await stat(message)).mode & 0o777).toBe(0o666);

  await rm(logs, { recursive: true });
  await rm(message);
  expect(await files.makeContainerLogs(ref, 'app')).toBe(logs);
  expect(await files.makeTerminationMessage('u-1', 'app', 0)).toBe(message);
  await expect(stat(logs)).rejects.toThrow('ENOENT');
  await expect(stat(message)).rejects.toThrow('ENOENT');

  await files.makeContainerLogs(ref, 'app');
  await files.makeTerminationMessage('u-1', 'app', 0);
  expect((await stat(logs)).isDirectory()).toBe(true);
  expect((await stat(message)).isFile()).toBe(true);
});

it('what was made ahead and is removed with its pod is made again for a pod of this UID', async () => {
  await files.makeAhead(ref, ['app']);
  await files.remove(ref);
  expect((await stat(await files.makeTerminationMessage('u-1', 'app', 0))).isFile()).toBe(true);
});
