import { FileError } from './file-error.ts';
import { appendToFile, emptyFile } from './file-content.ts';
import { directoryNode, entriesOf, isFolder } from './nodes.ts';
import type { DirectoryNode, FileNode, FileSystemNode, FolderNode } from './nodes.ts';
import { pathParts } from './paths.ts';

const mostLinks = 40;

interface Place {
  readonly parent: FolderNode;
  /** The last part of the path; empty for the root. */
  readonly name: string;
  readonly node: FileSystemNode | undefined;
}

/** A container's files, in memory. Paths are absolute. Everything that fails throws a FileError. */
export class VirtualFileSystem {
  readonly root: DirectoryNode;
  readonly #now: () => number;

  constructor(root: DirectoryNode, now: () => number) {
    this.root = root;
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  /** What is at a path; links are followed. Undefined when there is nothing. */
  find(path: string): FileSystemNode | undefined {
    return this.#place(path, true)?.node;
  }

  /** What is at a path, a link itself where it is one. */
  findLink(path: string): FileSystemNode | undefined {
    return this.#place(path, false)?.node;
  }

  get(path: string): FileSystemNode {
    const node = this.find(path);
    if (node === undefined) throw new FileError('ENOENT', path);
    return node;
  }

  /** The names in a directory, sorted. */
  list(path: string): string[] {
    const node = this.get(path);
    if (!isFolder(node)) throw new FileError('ENOTDIR', path);
    return [...entriesOf(node).keys()].sort();
  }

  isDirectory(path: string): boolean {
    const node = this.find(path);
    return node !== undefined && isFolder(node);
  }

  makeDirectory(path: string, mode = 0o755): void {
    const { parent, name, node } = this.#parentOf(path);
    if (node !== undefined) throw new FileError('EEXIST', path);
    this.#put(parent, name, path, directoryNode(storageOf(parent, path), this.#now(), mode));
  }

  /** Makes a directory and those above it, as far as they are missing. */
  makeDirectories(path: string): void {
    let current = '';
    for (const part of pathParts(path)) {
      current += `/${part}`;
      const node = this.find(current);
      if (node === undefined) this.makeDirectory(current);
      else if (!isFolder(node)) throw new FileError('ENOTDIR', current);
    }
  }

  /** The file at a path, made when there is none; emptied on request. */
  openFile(path: string, options: { readonly truncate: boolean; readonly mode?: number }): FileSystemNode {
    const { parent, name, node } = this.#parentOf(path, true);
    if (node !== undefined) {
      if (isFolder(node)) throw new FileError('EISDIR', path);
      if (parent.kind === 'volume') throw new FileError('EROFS', path);
      if (node.kind === 'program') throw new FileError('EACCES', path);
      if (node.kind === 'file' && options.truncate) emptyFile(node, this.#now());
      return node;
    }
    const file: FileNode = {
      kind: 'file',
      mode: options.mode ?? 0o644,
      modifiedAt: this.#now(),
      chunks: [],
      size: 0,
      storage: storageOf(parent, path),
    };
    this.#put(parent, name, path, file);
    return file;
  }

  append(file: FileNode, bytes: Uint8Array, path: string): void {
    appendToFile(file, bytes, path, this.#now());
  }

  makeLink(path: string, target: string): void {
    const { parent, name, node } = this.#parentOf(path);
    if (node !== undefined) throw new FileError('EEXIST', path);
    this.#put(parent, name, path, { kind: 'link', target, mode: 0o777, modifiedAt: this.#now() });
  }

  /** Takes away what is at a path, a link itself where it is one; a directory only with everything in it. */
  remove(path: string, options: { readonly recursive: boolean }): void {
    const { parent, name, node } = this.#parentOf(path);
    if (node === undefined) throw new FileError('ENOENT', path);
    if (name === '') throw new FileError('EBUSY', path);
    const folder = writable(parent, path);
    if (isFolder(node)) {
      if (!options.recursive && entriesOf(node).size > 0) throw new FileError('ENOTEMPTY', path);
      if (holdsMount(node)) throw new FileError('EBUSY', path);
    }
    releaseAll(node);
    folder.entries.delete(name);
    folder.modifiedAt = this.#now();
  }

  /** Moves within the file system; a file that is there is replaced. */
  rename(from: string, to: string): void {
    const source = this.#parentOf(from);
    const target = this.#parentOf(to);
    const { node } = source;
    if (node === undefined) throw new FileError('ENOENT', from);
    if (node === target.node) return;
    if (holdsMount(node)) throw new FileError('EBUSY', from);
    const sourceFolder = writable(source.parent, from);
    const targetFolder = writable(target.parent, to);
    if (holds(node, target.parent)) throw new FileError('EINVAL', to);
    if (target.node !== undefined) {
      if (isFolder(target.node) && entriesOf(target.node).size > 0) throw new FileError('ENOTEMPTY', to);
      if (holdsMount(target.node)) throw new FileError('EBUSY', to);
      releaseAll(target.node);
    }
    sourceFolder.entries.delete(source.name);
    targetFolder.entries.set(target.name, node);
  }

  /** Puts a directory or a file of a volume at a path; the directories above it are made. */
  mount(path: string, node: FileSystemNode): void {
    const parts = pathParts(path);
    const name = parts.pop();
    if (name === undefined) throw new FileError('EBUSY', path);
    this.makeDirectories(`/${parts.join('/')}`);
    const parent = this.get(`/${parts.join('/')}`);
    // A mount inside a volume from the API has nowhere to be kept; the runtime would need a directory there too.
    if (parent.kind !== 'directory') throw new FileError('EROFS', path);
    if (isFolder(node)) node.mounted = true;
    parent.entries.set(name, node);
  }

  #put(parent: FolderNode, name: string, path: string, node: FileSystemNode): void {
    const folder = writable(parent, path);
    folder.entries.set(name, node);
    folder.modifiedAt = this.#now();
  }

  #parentOf(path: string, follow = false): Place {
    const place = this.#place(path, follow);
    if (place === undefined) throw new FileError('ENOENT', path);
    return place;
  }

  /** Walks a path. Undefined when a directory on the way is missing. */
  #place(path: string, follow: boolean): Place | undefined {
    let stack: { readonly folder: FolderNode; readonly name: string }[] = [{ folder: this.root, name: '' }];
    const parts = pathParts(path);
    const mustBeFolder = path.endsWith('/');
    let links = 0;
    for (;;) {
      const here = stack.at(-1)?.folder ?? this.root;
      const part = parts.shift();
      if (part === undefined) return this.#folderPlace(stack);
      if (part === '..') {
        if (stack.length > 1) stack.pop();
        continue;
      }
      const node = entriesOf(here).get(part);
      const last = parts.length === 0;
      if (node?.kind === 'link' && (!last || follow || mustBeFolder)) {
        if (++links > mostLinks) throw new FileError('ELOOP', path);
        parts.unshift(...pathParts(node.target));
        if (node.target.startsWith('/')) stack = [{ folder: this.root, name: '' }];
        continue;
      }
      if (node !== undefined && isFolder(node)) {
        stack.push({ folder: node, name: part });
        continue;
      }
      if (last) {
        if (mustBeFolder && node !== undefined) throw new FileError('ENOTDIR', path);
        return { parent: here, name: part, node };
      }
      if (node !== undefined) throw new FileError('ENOTDIR', path);
      return undefined;
    }
  }

  #folderPlace(stack: readonly { readonly folder: FolderNode; readonly name: string }[]): Place {
    const own = stack.at(-1);
    const parent = stack.at(-2)?.folder ?? this.root;
    return { parent, name: own?.name ?? '', node: own?.folder ?? this.root };
  }
}

function writable(folder: FolderNode, path: string): DirectoryNode {
  if (folder.kind === 'volume') throw new FileError('EROFS', path);
  return folder;
}

function storageOf(folder: FolderNode, path: string): DirectoryNode['storage'] {
  return writable(folder, path).storage;
}

function releaseAll(node: FileSystemNode): void {
  if (node.kind === 'file') node.storage.release(node.size);
  if (node.kind === 'directory') for (const child of node.entries.values()) releaseAll(child);
}

function holdsMount(node: FileSystemNode): boolean {
  if (!isFolder(node)) return false;
  return node.mounted === true || (node.kind === 'directory' && [...node.entries.values()].some(holdsMount));
}

function holds(node: FileSystemNode, folder: FolderNode): boolean {
  if (node === folder) return true;
  return node.kind === 'directory' && [...node.entries.values()].some((child) => holds(child, folder));
}
