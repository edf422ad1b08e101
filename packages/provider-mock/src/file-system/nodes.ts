import type { Storage } from './storage.ts';

/** Permission bits, and when it was changed last, in milliseconds since the epoch. */
interface NodeFacts {
  mode: number;
  modifiedAt: number;
}

export interface FileNode extends NodeFacts {
  readonly kind: 'file';
  chunks: Uint8Array[];
  size: number;
  readonly storage: Storage;
}

export interface DirectoryNode extends NodeFacts {
  readonly kind: 'directory';
  readonly entries: Map<string, FileSystemNode>;
  readonly storage: Storage;
  /** Where another directory is mounted: it cannot be removed. */
  mounted?: boolean;
}

/** A volume whose contents come from the API: read anew at each look, and never written. */
export interface VolumeNode extends NodeFacts {
  readonly kind: 'volume';
  readonly read: () => ReadonlyMap<string, FileSystemNode>;
  mounted?: boolean;
}

export interface LinkNode extends NodeFacts {
  readonly kind: 'link';
  readonly target: string;
}

/** `stdout` and `stderr` are those of the container's main process: its log. */
export type DeviceName = 'null' | 'zero' | 'stdout' | 'stderr';

export interface DeviceNode extends NodeFacts {
  readonly kind: 'device';
  readonly device: DeviceName;
}

/** A built-in program. */
export interface ProgramNode extends NodeFacts {
  readonly kind: 'program';
  readonly program: string;
}

export type FileSystemNode = FileNode | DirectoryNode | VolumeNode | LinkNode | DeviceNode | ProgramNode;

/** A directory of either kind. */
export type FolderNode = DirectoryNode | VolumeNode;

export function isFolder(node: FileSystemNode): node is FolderNode {
  return node.kind === 'directory' || node.kind === 'volume';
}

/** What is in a directory. */
export function entriesOf(folder: FolderNode): ReadonlyMap<string, FileSystemNode> {
  return folder.kind === 'directory' ? folder.entries : folder.read();
}

export function directoryNode(storage: Storage, modifiedAt: number, mode = 0o755): DirectoryNode {
  return { kind: 'directory', mode, modifiedAt, entries: new Map(), storage };
}

/** A file with contents that are not counted: it is part of what the container came with. */
export function fileNode(storage: Storage, content: Uint8Array, modifiedAt: number, mode = 0o644): FileNode {
  return { kind: 'file', mode, modifiedAt, chunks: [content], size: content.length, storage };
}
